import type {FastifyInstance, FastifyRequest} from 'fastify'
import {isTestUser} from '../model/users.js'
import {standardError} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {registerAccounts} from './accounts.js'
import {registerApplications} from './applications.js'
import {registerItems} from './items.js'
import {registerNotifications} from './notifications.js'
import {registerOrders, registerPurchases} from './orders.js'
import {registerQuestions} from './questions.js'
import {registerShipments} from './shipments.js'
import {registerUserProducts} from './user-products.js'
import {registerFaults, registerSettings, registerWorld} from './world.js'

const parts = [
  registerWorld,
  registerSettings,
  registerAccounts,
  registerApplications,
  registerFaults,
  registerNotifications,
  registerShipments,
  registerUserProducts,
  registerQuestions,
  registerPurchases,
  registerOrders,
  registerItems,
]

/** Registers everything under `/_emulator`, where a test or a person changes the world from outside the service. */
export function registerControl(app: FastifyInstance, world: World): void {
  // A scope of its own, so that the guard covers these routes and no others.
  void app.register((control, _options, done) => {
    control.addHook('onRequest', async (request) => requireLocal(request))
    const routes = new Map<string, string[]>()
    control.addHook('onRoute', ({url, method}) => {
      // Fastify gives each GET a HEAD.
      if (method !== 'HEAD') routes.set(url, [...(routes.get(url) ?? []), String(method)])
    })
    control.get('/_emulator', () => describeEmulator(world, routes))
    for (const register of parts) register(control, world)
    done()
  })
}

/**
 * Refuses everything but programs on this machine. The Origin gives away a page in a browser. The Host must name loopback,
 * because a hostile name that resolves to 127.0.0.1 (DNS rebinding) would otherwise pass as its own origin.
 */
function requireLocal({headers: {host, origin}, socket}: FastifyRequest): void {
  if (!/^(::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? ''))
    throw refused('the control routes are for this machine only')
  if (!/^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host ?? ''))
    throw refused('the Host header must name a loopback address')
  if (origin !== undefined && origin !== `http://${host}`) throw refused('requests of other origins are refused')
}

function refused(message: string): Error {
  return standardError(403, 'forbidden', message)
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
