import type {Readiness} from '../../services/dashboard/readiness.js'
import type {RouteModule} from '../serve-app.js'

export interface HealthRoutesDeps {
  readiness: Pick<Readiness, 'check'>
}

/**
 * `GET /healthz`: the process answers. `GET /readyz`: it can do its work, and 503 with the reasons when it cannot. Asked by
 * supervisors and balancers, which know a machine by its address, as often as they like.
 */
export function healthRoutes({readiness}: HealthRoutesDeps): RouteModule {
  const config = {anyHost: true, anyPeer: true, rateLimit: false} as const
  return (app) => {
    app.get('/healthz', {config}, async () => ({ok: true}))
    app.get('/readyz', {config}, async (_request, reply) => {
      const {ready, reasons} = await readiness.check()
      return reply.code(ready ? 200 : 503).send({ready, reasons})
    })
  }
}
