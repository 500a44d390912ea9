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

/** Something that ends on a page in front of the user; nothing of it is sent to the application. */
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

/** Judges the address the application sent the browser to (docs/mercadolibre.md, sections 2.1, 2.2 and 2.5). */
export function readAuthorization(world: World, query: URLSearchParams): AuthorizationRequest {
  const app = world.applications.get(Number(query.get('client_id')))
  if (app === undefined) throw new AuthorizationError('unknown_client')
  const redirectUri = query.get('redirect_uri')
  // Compared to the character: a port, a slash or a query more is another address.
  if (redirectUri === null || !app.redirectUris.includes(redirectUri)) throw new AuthorizationError('redirect_mismatch')
  if (query.get('response_type') !== 'code') throw new AuthorizationError('unsupported_response_type')
  return {app, redirectUri, state: query.get('state'), challenge: readChallenge(query)}
}

/** An application that must use PKCE and does not is let through here, as in production: only its token call fails. */
function readChallenge(query: URLSearchParams): Challenge | null {
  const value = query.get('code_challenge')
  if (value === null) return null
  const method = query.get('code_challenge_method') ?? 'plain'
  if ((method !== 'S256' && method !== 'plain') || value === '') throw new AuthorizationError('invalid_challenge')
  return {value, method}
}

/** The account that answers to nickname and password. */
export function logIn(world: World, nickname: string, password: string): User {
  const user = world.users.find(nickname)
  if (user === undefined || user.password !== password) throw new AuthorizationError('wrong_credentials')
  return admit(user)
}

/** Collaborators cannot grant, and learn it on the authorization step (docs/mercadolibre.md, section 2.1). */
export function admit(user: User): User {
  if (user.operatorOf !== null) throw new AuthorizationError('invalid_operator_user_id')
  return user
}

/** The user agreed: the address to send the browser to, with a code that ends in the user's id. */
export function allow(world: World, request: AuthorizationRequest, user: User): string {
  world.users.touch(user)
  const {app, redirectUri, challenge, state} = request
  const code = world.grants.issueCode({userId: user.id, appId: app.id, redirectUri, challenge})
  return withParameters(redirectUri, {code: code.value, state})
}

/** The user declined. How the service says so is unconfirmed; this is what OAuth prescribes (section 2.1). */
export function deny({redirectUri, state}: AuthorizationRequest): string {
  return withParameters(redirectUri, {error: 'access_denied', state})
}

/**
 * The whole consent without its pages. The first seller decides when no user is named.
 * @throws AuthorizationError for whatever the pages would have shown instead of a decision
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
  admit(user)
  return options.deny === true ? deny(request) : allow(world, request, user)
}

function withParameters(redirectUri: string, parameters: Record<string, string | null>): string {
  const url = new URL(redirectUri)
  for (const [name, value] of Object.entries(parameters)) if (value !== null) url.searchParams.set(name, value)
  return url.href
}
