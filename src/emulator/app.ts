import formbody from '@fastify/formbody'
import {type FastifyError, type FastifyInstance, type FastifyReply, fastify} from 'fastify'
import {authenticate} from './authenticate.js'
import {registerControl} from './control/control.js'
import {registerItems} from './items/index.js'
import {registerMissedFeeds} from './notifications/index.js'
import {registerConsent} from './oauth/consent.js'
import {registerToken} from './oauth/token.js'
import {registerOrders} from './orders/index.js'
import {registerQuestions} from './questions/index.js'
import {registerShipments} from './shipments/index.js'
import type {World} from './state/world.js'
import {registerUserProducts} from './stock/index.js'
import {registerTraffic} from './traffic.js'
import {registerApplications} from './users/application-routes.js'
import {registerTestUsers} from './users/test-users.js'
import {registerUsers} from './users/user-routes.js'
import {WireError} from './wire-error.js'
import {notFound, standardError} from './wire-errors.js'

/** All routes over one world. It never listens: whoever made it injects requests or calls `listen`. */
export function createApp(world: World): FastifyInstance {
  const app = fastify({
    forceCloseConnections: true,
    bodyLimit: 64 * 1024 * 1024,
    routerOptions: {ignoreTrailingSlash: true},
    frameworkErrors: (error, _request, reply) => void answer(reply, fromFastify(error)),
  })
  void app.register(formbody)
  registerTraffic(app, world)
  app.setErrorHandler((error, _request, reply) =>
    answer(reply, error instanceof WireError ? error : fromFastify(error as FastifyError)),
  )
  app.setNotFoundHandler((_request, reply) => answer(reply, notFound('resource not found')))

  registerConsent(app, world)
  registerToken(app, world)
  registerUsers(app, world)
  registerTestUsers(app, world)
  registerApplications(app, world)
  registerItems(app, {
    clock: world.clock,
    catalogue: world.catalogue,
    caller: (request) => authenticate(world, request),
  })
  registerQuestions(app, {
    questions: world.questions,
    catalogue: world.catalogue,
    caller: (request) => authenticate(world, request),
  })
  registerOrders(app, world)
  registerShipments(app, world)
  registerUserProducts(app, world)
  registerMissedFeeds(app, world)
  registerControl(app, world)
  app.addHook('onClose', () => {
    world.orders.close()
    world.userProducts.close()
    return world.notifications.close()
  })
  return app
}

function answer(reply: FastifyReply, {status, body, headers}: WireError): FastifyReply {
  void reply.code(status).headers(headers)
  if (body === undefined) return reply.send()
  if (typeof body === 'string') return reply.type('text/plain').send(body)
  return reply.send(body)
}

/** What Fastify refuses by itself, in the service's shape; a bug of ours is reported as a warning of the process. */
function fromFastify(error: FastifyError): WireError {
  const status = error.statusCode ?? 500
  if (status < 500) return standardError(status, 'bad_request', error.message)
  process.emitWarning(error)
  return standardError(500, 'internal_server_error', 'Internal server error')
}
