import type {FastifyInstance} from 'fastify'
import {isTestUser} from '../model/users.js'
import type {World} from '../model/world.js'
import {registerAccounts} from './accounts.js'
import {registerApp} from './applications.js'
import {registerFaults} from './faults.js'
import {admitLocal} from './guard.js'
import {registerItemControl} from './items.js'
import {registerNotifications} from './notifications.js'
import {registerSales} from './orders.js'
import {registerQuestionControl} from './questions.js'
import {registerShipmentControl} from './shipments.js'
import {registerStockControl} from './user-products.js'
import {registerWorld} from './world.js'

/** Everything under `/_emulator`: what a test or a person does to the world from outside the service. */
export function registerControl(app: FastifyInstance, world: World): void {
  // A scope of its own, so that the guard stands before these routes and no others.
  void app.register((control, _options, done) => {
    control.addHook('onRequest', async (request) => admitLocal(request))
    const routes = new Map<string, string[]>()
    control.addHook('onRoute', ({url, method}) => {
      // Fastify gives each GET a HEAD.
      if (method !== 'HEAD') routes.set(url, [...(routes.get(url) ?? []), String(method)])
    })
    control.get('/_emulator', () => describeEmulator(world, routes))
    registerWorld(control, world)
    registerAccounts(control, world)
    registerApp(control, world)
    registerFaults(control, world)
    registerNotifications(control, world)
    registerShipmentControl(control, world)
    registerStockControl(control, world)
    registerQuestionControl(control, world)
    registerSales(control, world)
    registerItemControl(control, world)
    done()
  })
}

/** `routes` are the methods of each control route, as they were registered. */
function describeEmulator(world: World, routes: ReadonlyMap<string, readonly string[]>): Record<string, unknown> {
  return {
    emulator: 'meli-toolkit',
    notice: 'This is an emulator, not Mercado Libre. Nothing here reaches the real service.',
    now: world.clock.now().toISOString(),
    site_id: world.siteId,
    client_id: String(world.applications.first().id),
    users: world.users.list().map((user) => ({
      id: user.id,
      nickname: user.nickname,
      site_id: user.siteId,
      is_test_user: isTestUser(user),
      is_operator: user.operatorOf !== null,
    })),
    not_emulated: world.notEmulated.list(),
    control: [...routes].map(([url, methods]) => `${methods.join()} ${url}`),
  }
}
