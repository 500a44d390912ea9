import {type FastifyInstance, fastify} from 'fastify'
import {registerControl} from './control/control.js'
import {fromFastify, refuseUnreadable, registerFramework, sendError} from './framework.js'
import {registerItems} from './items/register.js'
import {registerNotEmulated} from './not-emulated.js'
import {registerMissedFeeds} from './notifications/missed-feeds.js'
import {registerConsent} from './oauth/consent.js'
import {registerToken} from './oauth/token.js'
import {registerOrders} from './orders/routes.js'
import {registerQuestions} from './questions/routes.js'
import {registerRefusals} from './refusals.js'
import {registerShipments} from './shipments/register.js'
import type {World} from './state/world.js'
import {registerUserProducts} from './stock/routes.js'
import {registerTraffic} from './traffic.js'
import {registerApplications} from './users/application-routes.js'
import {registerTestUsers} from './users/test-users.js'
import {registerUsers} from './users/user-routes.js'

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
