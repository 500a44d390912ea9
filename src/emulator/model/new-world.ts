import type {WorldOptions} from '../public.js'
import {isRegistrableRedirect} from './applications.js'
import {isCallback} from './notifications/subscriptions.js'
import {topicNamed, topics} from './notifications/topics.js'
import {siteOf} from './sites.js'
import {World} from './world.js'

const defaultRedirectUris: readonly string[] = [
  'https://example.com/callback',
  'http://localhost:53682/callback',
  'https://localhost:53682/callback',
]

/** A world at its beginning. @throws RangeError for an unknown site, setting or topic, or an address that cannot be used */
export function newWorld(options: WorldOptions = {}): World {
  check(options)
  const world = unseeded(options)
  seed(world, options)
  configure(world, options)
  return world
}

/**
 * Begins anew in place: with these options, or with those that the world last began with. Whoever holds a part of the old world
 * (`const {catalogue} = world`) has to take it again.
 */
export function resetWorld(world: World, options: WorldOptions = world.options): Promise<void> {
  return world.become(newWorld(options))
}

/** The same without accounts, for a saved state to bring them. */
export function unseeded(options: WorldOptions): World {
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
export function configure(world: World, options: WorldOptions): void {
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
export function check({site, redirectUris, notificationsUrl, topics: wanted}: WorldOptions): void {
  if (site !== undefined) siteOf(site)
  const wrong = redirectUris?.find((uri) => !isRegistrableRedirect(uri))
  if (wrong !== undefined) throw new RangeError(`a redirect address must be https, or http on loopback: ${wrong}`)
  if (notificationsUrl !== undefined && !isCallback(notificationsUrl))
    throw new RangeError(`notifications go to an http or https address, not to ${notificationsUrl}`)
  const unknown = wanted?.find((topic) => topicNamed(topic) === undefined)
  if (unknown !== undefined) throw new RangeError(`there is no topic ${unknown}; there are ${topics.join(', ')}`)
}
