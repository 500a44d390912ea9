import {type FastifyInstance, fastify} from 'fastify'
import {registerControl} from './control/control.js'
import type {World} from './model/world.js'
import {registerConsent} from './page/consent.js'
import {registerApplications} from './routes/applications.js'
import {fromFastify, refuseUnreadable, registerFramework, sendError} from './routes/http-errors.js'
import {registerItems} from './routes/items.js'
import {registerMissedFeeds} from './routes/missed-feeds.js'
import {registerNotEmulated, registerRefusals} from './routes/not-emulated.js'
import {registerToken} from './routes/oauth-token.js'
import {registerOrders} from './routes/orders.js'
import {registerQuestions} from './routes/questions.js'
import {registerTraffic} from './routes/request-hooks.js'
import {registerShipments} from './routes/shipments.js'
import {registerUserProducts} from './routes/user-products.js'
import {registerTestUsers, registerUsers} from './routes/users.js'

/** All routes over one world. It never listens: whoever made it injects requests or calls `listen`. */
export function createApp(world: World): FastifyInstance {
  const app = fastify({
    forceCloseConnections: true,
    bodyLimit: 64 * 1024 * 1024,
    // An id may be as long as a request line: what it is not found under is for the routes to say.
    routerOptions: {ignoreTrailingSlash: true, maxParamLength: 64 * 1024},
    return503OnClosing: false,
    frameworkErrors: (error, _request, reply) => void sendError(reply, fromFastify(error)),
    clientErrorHandler: refuseUnreadable,
  })
  registerFramework(app)
  registerTraffic(app, world)
  registerNotEmulated(app, world)
  registerRefusals(app, world)

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
