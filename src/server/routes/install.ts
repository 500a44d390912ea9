import type {FastifyReply, FastifyRequest} from 'fastify'
import {isMeliError} from '../../core/errors.js'
import type {Installs} from '../../services/accounts/installs/installs.js'
import {localPath} from '../local-path.js'
import {
  csrfField,
  formField,
  keepPath,
  operatorOf,
  queryField,
  requireFormToken,
  requireOperator,
} from '../operator-session.js'
import {linkedPage, missingInstallPage, pendingPage} from '../pages/install-pages.js'
import type {RouteModule} from '../serve-app.js'
import {sendPage, viewerOf} from './respond.js'

export interface InstallDeps {
  installs: Pick<Installs, 'find' | 'complete'>
  /** Called when a seller's tokens have come to a store. */
  onConnected?: (() => void) | undefined
}

const path = '/install/meli/complete'
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const keptSeconds = 15 * 60

/** Where a seller who authorized waits, and an operator links. */
export function installRoutes({installs, onConnected = () => undefined}: InstallDeps): RouteModule {
  return (app) => {
    app.get(path, async (request, reply) => {
      const viewer = viewerOf(request)
      const id = queryField(request, 'installation_id') ?? ''
      const next = localPath(queryField(request, 'next'))
      const found = uuid.test(id) ? await installs.find(id) : {state: 'unknown' as const}
      if (found.state === 'unknown') return sendPage(reply, missingInstallPage(viewer), 404)
      if (found.state === 'linked') return sendPage(reply, linkedPage(viewer, found))
      // Whoever signs in in this browser now comes back here.
      if (viewer.operator === undefined) keepPath(request, reply, request.url, keptSeconds)
      const csrf = csrfField(request, reply)
      return sendPage(reply, pendingPage(viewer, found.install, {csrf, next}))
    })

    app.post(path, {preHandler: [requireOperator, requireFormToken]}, async (request, reply) => {
      const id = formField(request, 'installation_id') ?? ''
      const next = localPath(formField(request, 'next'))
      const operator = operatorOf(request)
      if (operator === undefined || !uuid.test(id)) return sendPage(reply, missingInstallPage(viewerOf(request)), 404)
      try {
        const {store_id} = await installs.complete(id, operator.name, {signedIn: true})
        onConnected()
        return await reply.redirect(next ?? `/stores/${store_id}`, 303)
      } catch (error) {
        return refused(error, request, reply)
      }
    })
  }
}

function refused(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // Removed since the request came.
  if (isMeliError(error, 'MELI_OPERATOR_UNKNOWN')) return reply.redirect('/sign-in', 303)
  if (!isMeliError(error, 'MELI_INSTALL_UNKNOWN')) throw error
  return sendPage(reply, missingInstallPage(viewerOf(request)), 404)
}
