import type {WorldOptions} from '../public.js'
import {type Application, Applications, isRegistrableRedirect} from './applications.js'
import {VirtualClock} from './clock.js'
import {ConsentSessions} from './consent-sessions.js'
import {FaultScript} from './faults.js'
import {Grants} from './grants.js'
import {Catalogue} from './items/catalogue.js'
import {Notifications} from './notifications/notifications.js'
import {isCallbackUrl, topicNamed, topics} from './notifications/subscriptions.js'
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

/** All data and rules of the emulated service, without HTTP. */
export class World {
  readonly clock: VirtualClock
  readonly random: Random
  /** A separate sequence, so that issuing tokens does not change which items are generated. */
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
  /** The options of the last start or reset. */
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

  /** Takes over all parts of the other world. Work in progress ends at once. */
  async replaceWith(other: World): Promise<void> {
    await this.close(0)
    Object.assign(this, other)
  }

  /** Processes what is due by now, after time was skipped. */
  catchUp(): void {
    this.orders.catchUp()
    this.userProducts.catchUp()
    this.notifications.catchUp()
  }

  /** Changes all of these settings or none, and sends notifications that are no longer on hold. @throws RangeError, see readSettings */
  changeSettings(changes: unknown, area?: SettingArea): void {
    Object.assign(this.settings, readSettings(changes, area))
    this.notifications.catchUp()
  }

  /** Gives deliveries in progress `graceMs` (real time) to end, and stops all timers. */
  close(graceMs = 500): Promise<void> {
    this.orders.close()
    this.userProducts.close()
    return this.notifications.close(graceMs)
  }

  /**
   * An access token as if the user, the owner by default, had just allowed the first application.
   * @throws RangeError for an unknown user and for a collaborator, who cannot allow applications (docs/mercadolibre.md, section 2.1)
   */
  token(reference?: string | number): string {
    const app = this.applications.first()
    const user = this.users.find(reference ?? app.ownerId)
    if (user === undefined) throw new RangeError(`there is no user ${reference} in the emulator`)
    if (user.operatorOf !== null)
      throw new RangeError(`${user.nickname} is a collaborator and cannot allow applications`)
    return this.grants.authorize(user.id, app).access.value
  }

  /** Sets a new password, which ends all of the user's grants (docs/mercadolibre.md, section 2.4). */
  changePassword(user: User): string {
    this.grants.revoke({userId: user.id})
    return this.users.changePassword(user)
  }

  /** Rotates the secret. Without `graceMs` all grants of the application end (docs/mercadolibre.md, section 2.4). */
  rotateSecret(app: Application, graceMs = 0): string {
    if (graceMs <= 0) this.grants.revoke({appId: app.id})
    return this.applications.rotateSecret(app, graceMs)
  }
}

/** Passes changes of one part on to the parts that depend on it. */
function connect(world: World): void {
  const {clock, catalogue, notifications, userProducts, orders, shipments, questions} = world
  clock.onAdvance = () => world.catchUp()
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

/** A new world. @throws RangeError for an unknown site, setting or topic, or an invalid address */
export function newWorld(options: WorldOptions = {}): World {
  checkOptions(options)
  const world = emptyWorld(options)
  seed(world, options)
  applyOptions(world, options)
  return world
}

/**
 * Starts the world anew in place, with these options or the last ones. References to its parts (`const {catalogue} = world`) have
 * to be taken again.
 */
export function resetWorld(world: World, options: WorldOptions = world.options): Promise<void> {
  return world.replaceWith(newWorld(options))
}

/** A world without accounts, to be filled from a saved state. */
export function emptyWorld(options: WorldOptions): World {
  const {seed, start, site, onNotEmulated} = options
  const world = new World({...(seed !== undefined && {seed}), ...(start && {start}), ...(site && {siteId: site})})
  world.options = options
  if (onNotEmulated !== undefined) world.notEmulated.onFirst = onNotEmulated
  return world
}

/** Adds a seller who owns one application, a second seller, and a collaborator of the first. */
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

/** Applies settings and subscriptions, also over a saved state. A setting in `settings` wins over the option for it. */
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

/** @throws RangeError for an unknown site or topic, or an invalid address */
export function checkOptions({site, redirectUris, notificationsUrl, topics: wanted}: WorldOptions): void {
  if (site !== undefined) siteOf(site)
  const wrong = redirectUris?.find((uri) => !isRegistrableRedirect(uri))
  if (wrong !== undefined) throw new RangeError(`a redirect address must be https, or http on loopback: ${wrong}`)
  if (notificationsUrl !== undefined && !isCallbackUrl(notificationsUrl))
    throw new RangeError(`notifications go to an http or https address, not to ${notificationsUrl}`)
  const unknown = wanted?.find((topic) => topicNamed(topic) === undefined)
  if (unknown !== undefined) throw new RangeError(`there is no topic ${unknown}; there are ${topics.join(', ')}`)
}
