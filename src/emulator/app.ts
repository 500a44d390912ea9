import {type FastifyInstance, fastify} from 'fastify'
import {registerControl} from './control/control.js'
import type {World} from './model/world.js'
import {registerConsent} from './page/consent-routes.js'
import {registerApplications} from './routes/applications.js'
import {fromFastify, refuseUnreadable, registerBodiesAndErrors, sendError} from './routes/http-errors.js'
import {registerItems} from './routes/items.js'
import {registerMissedFeeds} from './routes/missed-feeds.js'
import {registerNotEmulated, registerRefusedRoutes} from './routes/not-emulated.js'
import {registerToken} from './routes/oauth-token.js'
import {registerOrders} from './routes/orders.js'
import {registerQuestions} from './routes/questions.js'
import {registerRequestHooks} from './routes/request-hooks.js'
import {registerShipments} from './routes/shipments.js'
import {registerUserProducts} from './routes/user-products.js'
import {registerTestUsers, registerUsers} from './routes/users.js'

/** The HTTP server with all routes over one world. The caller calls `listen()`, or `inject()` for requests without a socket. */
export function createApp(world: World): FastifyInstance {
  const app = fastify({
    forceCloseConnections: true,
    bodyLimit: 64 * 1024 * 1024,
    // An id may be as long as a request line, because each resource has a 404 of its own.
    routerOptions: {ignoreTrailingSlash: true, maxParamLength: 64 * 1024},
    return503OnClosing: false,
    frameworkErrors: (error, _request, reply) => void sendError(reply, fromFastify(error)),
    clientErrorHandler: refuseUnreadable,
  })
  registerBodiesAndErrors(app)
  registerRequestHooks(app, world)
  registerNotEmulated(app, world)
  registerRefusedRoutes(app, world)

  registerConsent(app, world)
  registerToken(app, world)
  registerUsers(app, world)
  registerTestUsers(app, world)
  registerApplications(app, world)
  registerItems(app, world)
  registerQuestions(app, world)
  registerOrders(app, world)
  registerShipments(app, world)
  registerUserProducts(app, world)
  registerMissedFeeds(app, world)
  registerControl(app, world)
  app.addHook('onClose', () => world.close())
  return app
}
