import type {FastifyRequest} from 'fastify'
import type {AccessToken} from '../model/grants.js'
import {type Caller, isTestUser} from '../model/users.js'
import {invalidScopes, invalidToken, missingAuthorization, refusedByPolicy} from '../model/wire-errors.js'
import type {World} from '../model/world.js'

const readMethods: ReadonlySet<string> = new Set(['GET', 'HEAD'])

/**
 * The caller, by the bearer token in the header. A token in the query is always refused: the service ended that in 2021
 * (docs/mercadolibre.md, section 12), and a client that does it leaks its tokens into logs.
 * @throws WireError 401 without a valid token, 403 when its scopes or the application's permissions do not suffice
 */
export function authenticate(world: World, request: FastifyRequest): Caller {
  const token = presentedToken(world, request)
  if (token === 'absent') throw missingAuthorization()
  const user = token === 'invalid' ? undefined : world.users.get(token.userId)
  if (token === 'invalid' || user === undefined) throw invalidToken()

  world.users.touch(user)
  world.grants.markUsed(token)
  if (request.logged !== null) request.logged.user_id = user.id
  if (!token.scopes.includes(readMethods.has(request.method) ? 'read' : 'write')) throw invalidScopes()
  if (!token.permissions.includes(permissionFor(request.url))) throw refusedByPolicy()
  return {
    userId: user.id,
    siteId: user.siteId,
    isTestUser: isTestUser(user),
    appId: token.appId,
    scopes: token.scopes,
    tags: user.tags,
  }
}

/** The application of the request's token, if it has a valid one. */
export function callingApplication(world: World, request: FastifyRequest): number | undefined {
  const token = presentedToken(world, request)
  return typeof token === 'string' ? undefined : token.appId
}

function presentedToken(world: World, request: FastifyRequest): AccessToken | 'absent' | 'invalid' {
  const {authorization} = request.headers
  if (authorization === undefined || hasTokenInQuery(request.query)) return 'absent'
  const value = /^bearer +(\S+)$/i.exec(authorization)?.[1]
  return (value === undefined ? undefined : world.grants.accessToken(value)) ?? 'invalid'
}

function hasTokenInQuery(query: unknown): boolean {
  return typeof query === 'object' && query !== null && Object.hasOwn(query, 'access_token')
}

/** The functional permission for each path; `users` is always granted (section 2.7). */
const permissions: readonly (readonly [string, RegExp])[] = [
  ['publish_sync', /^\/(items\b|user-products\b|users\/[^/]+\/items\b)/],
  ['communication', /^\/(questions|answers|my\/received_questions)\b/],
  ['sales_shipping', /^\/(orders|packs|shipments|shipment_labels|shipment_statuses)\b/],
]

function permissionFor(url: string): string {
  return permissions.find(([, paths]) => paths.test(url))?.[0] ?? 'users'
}
