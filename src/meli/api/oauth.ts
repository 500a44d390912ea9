import {isMeliError, MeliError} from '../../core/errors.js'
import {redact, rememberSecret} from '../../core/redact.js'
import type {AuthorizationRequest, Grant, OAuth} from '../../services/ports/index.js'
import {unusableAnswer} from '../http/api-errors.js'
import {scrubbed} from '../http/http-failure.js'
import type {Http, HttpAnswer} from '../http/http-types.js'
import {secureOrigin} from '../http/origin.js'
import {readServiceError} from '../http/wire-error.js'
import {readToken, type WireToken, wireUserIdOf} from '../wire/wire.js'
import {oauthError} from './oauth-errors.js'
import {authorizationOrigin} from './sites.js'

export interface OAuthOptions {
  http: Http
  clientId: string
  clientSecret: string
  /** Replaces the site's own authorization host. */
  authUrl?: URL
  clock: () => Date
}

type Known = {userId: number; scope: string}
type Protocol = typeof import('oauth4webapi')
type Send = (protocol: Protocol, parties: Parties, fetch: Fetch) => Promise<unknown>
type Fetch = (url: string, options: {body: URLSearchParams}) => Promise<Response>
type Parties = ReturnType<typeof partiesOf>

/** The authorization code grant with refresh tokens. No request is ever retried: what it carries is single use. */
export function createOAuth(options: OAuthOptions): OAuth {
  const authUrl = options.authUrl && secureOrigin(options.authUrl, 'The authorization address')
  return {
    authorizationUrl: (request) => authorizationUrl(options.clientId, request, authUrl),

    async newHandshake({pkce}) {
      const protocol = await load()
      const state = protocol.generateRandomState()
      rememberSecret(state)
      if (!pkce) return {state}
      const verifier = protocol.generateRandomCodeVerifier()
      rememberSecret(verifier)
      return {state, verifier, challenge: await protocol.calculatePKCECodeChallenge(verifier)}
    },

    exchangeCode: ({code, redirectUri, verifier}) =>
      requestGrant(options, async (protocol, {server, client, secret}, fetch) => {
        // The state was checked, and used up, when the callback came in.
        const callback = protocol.validateAuthResponse(
          server,
          client,
          new URLSearchParams({code}),
          protocol.skipStateCheck,
        )
        const proof = verifier ?? protocol.nopkce
        const settings = requestSettings(protocol, options.http, fetch)
        const answer = await protocol.authorizationCodeGrantRequest(
          server,
          client,
          secret,
          callback,
          redirectUri,
          proof,
          settings,
        )
        return protocol.processAuthorizationCodeResponse(server, client, answer)
      }),

    refresh: (refreshToken, known) =>
      requestGrant(
        options,
        async (protocol, {server, client, secret}, fetch) => {
          const settings = requestSettings(protocol, options.http, fetch)
          const answer = await protocol.refreshTokenGrantRequest(server, client, secret, refreshToken, settings)
          return protocol.processRefreshTokenResponse(server, client, answer)
        },
        known,
      ),
  }
}

/** Loaded when a login or a grant is made: a check of a valid token never needs it. */
async function load(): Promise<Protocol> {
  return import('oauth4webapi')
}

function authorizationUrl(clientId: string, request: AuthorizationRequest, authUrl: URL | undefined): URL {
  const url = new URL('/authorization', authorizationOrigin(request.siteId, authUrl))
  url.searchParams.set('response_type', 'code')
  url.searchParams.set('client_id', clientId)
  url.searchParams.set('redirect_uri', request.redirectUri)
  url.searchParams.set('state', request.state)
  if (request.challenge !== undefined) {
    url.searchParams.set('code_challenge', request.challenge)
    url.searchParams.set('code_challenge_method', 'S256')
  }
  return url
}

function partiesOf(protocol: Protocol, {http, clientId, clientSecret}: OAuthOptions) {
  return {
    server: {issuer: http.origin.origin, token_endpoint: new URL('/oauth/token', http.origin).href},
    client: {client_id: clientId},
    secret: protocol.ClientSecretPost(clientSecret),
  }
}

function requestSettings(protocol: Protocol, http: Http, fetch: Fetch) {
  return {
    [protocol.customFetch]: fetch,
    // Only ever true for this machine: the transport refuses other plain addresses.
    [protocol.allowInsecureRequests]: http.origin.protocol === 'http:',
  }
}

async function requestGrant(options: OAuthOptions, send: Send, known?: Known): Promise<Grant> {
  const protocol = await load()
  const askedAt = options.clock().getTime()
  let received: {answer: HttpAnswer; token: WireToken} | undefined
  const fetch: Fetch = async (url, {body}) => {
    const answer = await options.http.send({
      method: 'POST',
      path: url,
      form: Object.fromEntries(body),
      retry: false,
      fresh: true,
      unmetered: true,
    })
    const token = usableToken(answer)
    received = {answer, token}
    return Response.json(token)
  }
  try {
    await send(protocol, partiesOf(protocol, options), fetch)
  } catch (error) {
    if (isMeliError(error)) throw error
    const cause = scrubbed(error, redact)
    if (!received) throw new MeliError('MELI_UNEXPECTED', 'The request for a token could not be made', {cause})
    // The protocol library keeps the body, new tokens included, as the cause of what it throws.
    throw new MeliError('MELI_ANSWER_UNUSABLE', 'The answer of the token endpoint does not follow OAuth', {
      try: ['run meli auth login again'],
      cause,
    })
  }
  if (!received) throw new MeliError('MELI_UNEXPECTED', 'The token endpoint was not asked')
  return grantOf(received, askedAt, known)
}

function usableToken(answer: HttpAnswer): WireToken {
  if (answer.status >= 400) throw oauthError(answer)
  if (answer.status >= 300) throw unusableAnswer(answer, 'a token')
  const token = readToken(answer.json())
  if (token) {
    rememberSecret(token.access_token, token.refresh_token)
    return token
  }
  if (readServiceError(answer).error !== '') throw oauthError(answer)
  throw unusableAnswer(answer, 'a token')
}

function grantOf({token, answer}: {token: WireToken; answer: HttpAnswer}, askedAt: number, known?: Known): Grant {
  const userId = wireUserIdOf(token) ?? known?.userId
  if (userId === undefined) throw unusableAnswer(answer, 'the id of the user')
  return {
    userId,
    accessToken: token.access_token,
    ...(token.refresh_token === undefined ? {} : {refreshToken: token.refresh_token}),
    scope: token.scope === '' ? (known?.scope ?? '') : token.scope,
    // Counted from before the request, so that it never seems to live longer than it does.
    expiresAt: new Date(askedAt + token.expires_in * 1000),
  }
}
