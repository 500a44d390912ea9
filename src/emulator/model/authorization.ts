import type {Application} from './applications.js'
import type {Challenge} from './grants.js'
import type {User} from './users.js'
import type {World} from './world.js'

export type AuthorizationFault =
  | 'unknown_client'
  | 'redirect_mismatch'
  | 'unsupported_response_type'
  | 'invalid_challenge'
  | 'wrong_credentials'
  | 'invalid_operator_user_id'
  | 'expired_page'
  | 'foreign_origin'

/** An error that the user sees on a page. The application is not told. */
export class AuthorizationError extends Error {
  constructor(readonly fault: AuthorizationFault) {
    super(fault)
    this.name = 'AuthorizationError'
  }
}

/** An authorization request that may be shown to a user. */
export interface AuthorizationRequest {
  app: Application
  redirectUri: string
  state: string | null
  challenge: Challenge | null
}

/** Reads the address to which the application sent the browser. @throws AuthorizationError (docs/mercadolibre.md, sections 2.1, 2.2, 2.5) */
export function readAuthorization(world: World, query: URLSearchParams): AuthorizationRequest {
  const app = world.applications.get(Number(query.get('client_id')))
  if (app === undefined) throw new AuthorizationError('unknown_client')
  const redirectUri = query.get('redirect_uri')
  // Exact comparison: another port, slash or query makes another address.
  if (redirectUri === null || !app.redirectUris.includes(redirectUri)) throw new AuthorizationError('redirect_mismatch')
  if (query.get('response_type') !== 'code') throw new AuthorizationError('unsupported_response_type')
  return {app, redirectUri, state: query.get('state'), challenge: readChallenge(query)}
}

/** A missing challenge is accepted even where PKCE is required, as in production: only the token call fails. */
function readChallenge(query: URLSearchParams): Challenge | null {
  const value = query.get('code_challenge')
  if (value === null) return null
  const method = query.get('code_challenge_method') ?? 'plain'
  if ((method !== 'S256' && method !== 'plain') || value === '') throw new AuthorizationError('invalid_challenge')
  return {value, method}
}

/** The account with that nickname and password. @throws AuthorizationError */
export function logIn(world: World, nickname: string, password: string): User {
  const user = world.users.find(nickname)
  if (user === undefined || user.password !== password) throw new AuthorizationError('wrong_credentials')
  return requireOwner(user)
}

/** Refuses collaborators, who cannot allow applications (docs/mercadolibre.md, section 2.1). */
export function requireOwner(user: User): User {
  if (user.operatorOf !== null) throw new AuthorizationError('invalid_operator_user_id')
  return user
}

/** Grants access. Returns the redirect address with a code, which ends in the user's id. */
export function allow(world: World, request: AuthorizationRequest, user: User): string {
  world.users.touch(user)
  const {app, redirectUri, challenge, state} = request
  const code = world.grants.issueCode({userId: user.id, appId: app.id, redirectUri, challenge})
  return withParameters(redirectUri, {code: code.value, state})
}

/** The redirect address after a refusal. The service's form is unconfirmed; this is the one of RFC 6749 (section 2.1). */
export function deny({redirectUri, state}: AuthorizationRequest): string {
  return withParameters(redirectUri, {error: 'access_denied', state})
}

/**
 * Gives or refuses consent without the page, as the first seller unless a user is named. Returns the redirect address.
 * @throws AuthorizationError where the page would show an error
 */
export function giveConsent(
  world: World,
  authorizationUrl: string,
  options: {user?: string | number; deny?: boolean} = {},
): string {
  if (!URL.canParse(authorizationUrl)) throw new AuthorizationError('unknown_client')
  const request = readAuthorization(world, new URL(authorizationUrl).searchParams)
  const user = options.user === undefined ? world.users.list()[0] : world.users.find(options.user)
  if (user === undefined) throw new AuthorizationError('wrong_credentials')
  requireOwner(user)
  return options.deny === true ? deny(request) : allow(world, request, user)
}

function withParameters(redirectUri: string, parameters: Record<string, string | null>): string {
  const url = new URL(redirectUri)
  for (const [name, value] of Object.entries(parameters)) if (value !== null) url.searchParams.set(name, value)
  return url.href
}
