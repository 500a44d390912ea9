import type {WorldOptions} from '../public.js'
import {type Application, Applications, isRegistrableRedirect} from './applications.js'
import {VirtualClock} from './clock.js'
import {ConsentSessions} from './consent-sessions.js'
import {FaultScript} from './faults.js'
import {Grants} from './grants.js'
import {Catalogue} from './items/catalogue.js'
import {Notifications} from './notifications/notifications.js'
import {isCallback, topicNamed, topics} from './notifications/subscriptions.js'
import {Orders} from './orders/orders.js'
import {Questions} from './questions/questions.js'
import {Random} from './random.js'
import {RateLimiter} from './rate-limiter.js'
import {MissingRoutes, RequestLog} from './request-log.js'
import {defaultSettings, readSettings, type SettingArea, type Settings} from './settings.js'
import {Shipments} from './shipments/shipments.js'
import {siteOf} from './sites.js'
import {UserProducts} from './stock/user-products.js'
import {type User, Users} from './users.js'

/** Everything the emulator knows. It has no idea of HTTP. */
export class World {
  readonly clock: VirtualClock
  readonly random: Random
  /** A sequence of its own, so that a token more or less does not change the items made after it. */
  readonly catalogueRandom: Random
  readonly users: Users
  readonly applications: Applications
  readonly grants: Grants
  readonly limiter: RateLimiter
  readonly catalogue: Catalogue
  readonly notifications: Notifications
  readonly questions: Questions
  readonly shipments: Shipments
  readonly orders: Orders
  readonly userProducts: UserProducts
  readonly requests = new RequestLog()
  readonly faults = new FaultScript()
  readonly notEmulated = new MissingRoutes()
  readonly consentSessions = new ConsentSessions()
  readonly settings: Settings = defaultSettings()
  siteId: string
  /** What it began with, for a reset. */
  options: WorldOptions = {}

  constructor({seed = 1, start, siteId = 'MEC'}: {seed?: number; start?: Date; siteId?: string} = {}) {
    this.siteId = siteId
    this.clock = new VirtualClock(start)
    this.random = new Random(seed)
    this.catalogueRandom = new Random(seed + 1)
    const {clock, random, settings} = this
    this.users = new Users(clock, random)
    this.applications = new Applications(clock, random)
    this.grants = new Grants(clock, random, settings)
    this.limiter = new RateLimiter(clock)
    this.catalogue = new Catalogue({clock, random: this.catalogueRandom, settings})
    this.notifications = new Notifications({clock, settings, grants: this.grants, seed: seed + 2})
    this.shipments = new Shipments({clock, settings, seed: seed + 10})
    this.userProducts = new UserProducts({clock, settings, catalogue: this.catalogue, users: this.users})
    this.orders = new Orders({clock, settings, catalogue: this.catalogue, shipments: this.shipments, seed: seed + 5})
    this.questions = new Questions({clock, settings, seed: seed + 4})
    connect(this)
  }

  /** Becomes the other world: whoever reads its members from now on sees the other's. What was under way here ends at once. */
  async replaceWith(other: World): Promise<void> {
    await this.close(0)
    Object.assign(this, other)
  }

  /** Lets happen what is due by now, after time was skipped. */
  catchUp(): void {
    this.orders.catchUp()
    this.userProducts.catchUp()
    this.notifications.catchUp()
  }

  /** Changes all of these settings or none; notifications that were held back leave at once. @throws RangeError, see readSettings */
  changeSettings(changes: unknown, area?: SettingArea): void {
    Object.assign(this.settings, readSettings(changes, area))
    this.notifications.catchUp()
  }

  /** Lets attempts to deliver notifications end for `graceMs` (real time), and sets no more timers. */
  close(graceMs = 500): Promise<void> {
    this.orders.close()
    this.userProducts.close()
    return this.notifications.close(graceMs)
  }

  /**
   * An access token of the first application, as if the user had just allowed it; the owner's when nobody is named.
   * @throws RangeError for a user who does not exist, or may not allow anything (docs/mercadolibre.md, section 2.1)
   */
  token(reference?: string | number): string {
    const app = this.applications.first()
    const user = this.users.find(reference ?? app.ownerId)
    if (user === undefined) throw new RangeError(`nobody in the emulator has the id or nickname ${reference}`)
    if (user.operatorOf !== null)
      throw new RangeError(`${user.nickname} is a collaborator and cannot allow applications`)
    return this.grants.authorize(user.id, app).access.value
  }

  /** Gives the user a new password; all that was granted in their name ends (docs/mercadolibre.md, section 2.4). */
  changePassword(user: User): string {
    this.grants.revoke({userId: user.id})
    return this.users.changePassword(user)
  }

  /** Ends all grants of the application at once, unless the renewal is a scheduled one, which is made to avoid that. */
  rotateSecret(app: Application, graceMs = 0): string {
    if (graceMs <= 0) this.grants.revoke({appId: app.id})
    return this.applications.rotateSecret(app, graceMs)
  }
}

/** Tells each part of the changes in others that concern it. */
function connect(world: World): void {
  const {clock, catalogue, notifications, userProducts, orders, shipments, questions} = world
  clock.onJump = () => world.catchUp()
  userProducts.onChange = ({id, sellerId}) =>
    void notifications.notify('stock-locations', `/user-products/${id}/stock`, sellerId)
  catalogue.onChange = (item, before) => {
    notifications.itemChanged(item, before?.price ?? null)
    userProducts.itemChanged(item, before)
  }
  orders.onChange = ({id, sellerId}) => void notifications.notify('orders_v2', `/orders/${id}`, sellerId)
  shipments.onChange = (shipment) => {
    notifications.notify('shipments', `/shipments/${shipment.id}`, shipment.sellerId)
    orders.shipmentChanged(shipment)
  }
  questions.onChange = ({id, sellerId}) => void notifications.notify('questions', `/questions/${id}`, sellerId)
}

const defaultRedirectUris: readonly string[] = [
  'https://example.com/callback',
  'http://localhost:53682/callback',
  'https://localhost:53682/callback',
]

/** A world at its beginning. @throws RangeError for an unknown site, setting or topic, or an address that cannot be used */
export function newWorld(options: WorldOptions = {}): World {
  checkOptions(options)
  const world = emptyWorld(options)
  seed(world, options)
  applyOptions(world, options)
  return world
}

/**
 * Begins anew in place: with these options, or with those that the world last began with. Whoever holds a part of the old world
 * (`const {catalogue} = world`) has to take it again.
 */
export function resetWorld(world: World, options: WorldOptions = world.options): Promise<void> {
  return world.replaceWith(newWorld(options))
}

/** The same without accounts, for a saved state to bring them. */
export function emptyWorld(options: WorldOptions): World {
  const {seed, start, site, onNotEmulated} = options
  const world = new World({...(seed !== undefined && {seed}), ...(start && {start}), ...(site && {siteId: site})})
  world.options = options
  if (onNotEmulated !== undefined) world.notEmulated.onFirst = onNotEmulated
  return world
}

/** A seller who owns one application, a second seller, and a collaborator of the first. */
function seed(world: World, options: WorldOptions): void {
  const {siteId, users, applications} = world
  const seller = users.addReal({siteId, nickname: 'TIENDA_ANDINA'})
  users.addReal({siteId, nickname: 'CASA_DEL_SUR', recent: true})
  users.addReal({siteId, nickname: 'OPERADOR_ANDINA', tags: ['normal'], operatorOf: seller.id, recent: true})
  applications.add({
    name: 'Emulated application',
    ownerId: seller.id,
    siteId,
    redirectUris: [...(options.redirectUris ?? defaultRedirectUris)],
    pkce: options.pkce ?? 'optional',
    scopes: options.offlineAccess === false ? ['read', 'write'] : ['offline_access', 'read', 'write'],
  })
  const {items = 0, itemBytes} = options
  const owner = {userId: seller.id, siteId, isTestUser: false}
  if (items > 0) world.catalogue.seed(owner, items, itemBytes === undefined ? {} : {bytes: itemBytes})
}

/** Settings and subscriptions, which options change in a saved state too. A single setting wins over the option of its own. */
export function applyOptions(world: World, options: WorldOptions): void {
  const {profile, latencyMs, rateLimitPerMinute, rateLimitShape, settings, notificationsUrl, topics: wanted} = options
  const named = {
    profile,
    latency_ms: latencyMs,
    rate_limit_per_minute: rateLimitPerMinute,
    rate_limit_shape: rateLimitShape,
  }
  const given = Object.entries(named).filter(([, value]) => value !== undefined)
  world.changeSettings({...Object.fromEntries(given), ...settings})
  if (notificationsUrl !== undefined || wanted !== undefined)
    world.notifications.subscribe(world.applications.first().id, {
      ...(notificationsUrl && {url: notificationsUrl}),
      ...(wanted && {topics: wanted}),
    })
}

/** @throws RangeError before anything is made */
export function checkOptions({site, redirectUris, notificationsUrl, topics: wanted}: WorldOptions): void {
  if (site !== undefined) siteOf(site)
  const wrong = redirectUris?.find((uri) => !isRegistrableRedirect(uri))
  if (wrong !== undefined) throw new RangeError(`a redirect address must be https, or http on loopback: ${wrong}`)
  if (notificationsUrl !== undefined && !isCallback(notificationsUrl))
    throw new RangeError(`notifications go to an http or https address, not to ${notificationsUrl}`)
  const unknown = wanted?.find((topic) => topicNamed(topic) === undefined)
  if (unknown !== undefined) throw new RangeError(`there is no topic ${unknown}; there are ${topics.join(', ')}`)
}
