import type {Overview} from '../../services/dashboard/overview/overview.js'
import {HttpError} from '../http-error.js'
import {operatorOf, requireOperator} from '../operator-session.js'
import {storePage} from '../pages/store.js'
import {storesPage} from '../pages/stores.js'
import type {RouteModule} from '../serve-app.js'
import {sendPage, viewerOf} from './respond.js'

export interface DashboardRoutesDeps {
  overview: Pick<Overview, 'dashboard' | 'store'>
}

type ByStore = {Params: {storeId: string}}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What operators look at: all their stores, and each with its history. Somebody else's store is as good as none. */
export function dashboardRoutes({overview}: DashboardRoutesDeps): RouteModule {
  return (app) => {
    app.get('/', {preHandler: requireOperator}, async (request, reply) => {
      const viewer = viewerOf(request)
      return sendPage(reply, storesPage(viewer, await overview.dashboard(viewer.operator?.name ?? '')))
    })

    app.get<ByStore>('/stores/:storeId', {preHandler: requireOperator}, async (request, reply) => {
      const {storeId} = request.params
      const operator = operatorOf(request)
      const history =
        operator !== undefined && uuid.test(storeId) ? await overview.store(operator.name, storeId) : undefined
      if (history === undefined) throw new HttpError(404)
      return sendPage(reply, storePage(viewerOf(request), history))
    })
  }
}
