import {createHash} from 'node:crypto'
import {parse as parseForm} from 'node:querystring'
import type {FastifyInstance, FastifyRequest} from 'fastify'
import {type Application, type TokenErrorShape, urnsOf} from '../model/applications.js'
import {type AccessToken, type Challenge, type Code, type Grant, type IssuedTokens, lifetimes} from '../model/grants.js'
import {rateLimited, WireError} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {readJson} from './http-errors.js'

/** `POST /oauth/token` with a form or JSON body, or a query where a setting allows it (docs/mercadolibre.md, section 2.3). */
export function registerToken(app: FastifyInstance, world: World): void {
  // A scope of its own, where a JSON body that cannot be parsed counts as one without parameters.
  void app.register((scope, _options, done) => {
    readJson(scope, (_error, _request, text) =>
      world.settings.mislabelled_form === 'accepted' ? parseForm(text) : undefined,
    )
    scope.post('/oauth/token', (request, reply) => {
      const endpoint = new TokenEndpoint(world, request)
      void reply.header('cache-control', 'no-store')
      return endpoint.answer()
    })
    done()
  })
}

/** One call of the token endpoint. */
class TokenEndpoint {
  private shape: TokenErrorShape

  constructor(
    private readonly world: World,
    private readonly request: FastifyRequest,
  ) {
    this.shape = world.applications.first().errorShape
  }

  answer(): unknown {
    const grantType = this.parameter('grant_type')
    const app = this.client()
    if (!this.world.limiter.admit(`token:${app.id}`, this.world.settings.rate_limit_per_minute))
      throw rateLimited('local_rate_limited')
    switch (grantType) {
      case 'authorization_code':
        return this.exchange(app)
      case 'refresh_token':
        return this.refresh(app)
      case 'client_credentials':
        if (this.world.settings.client_credentials === 'accepted')
          return this.tokens(this.world.grants.issueToApplication(app), null)
        throw this.unsupported()
      default:
        throw this.unsupported()
    }
  }

  private unsupported(): Error {
    return this.refuse('unsupported_grant_type', 'grant_type must be authorization_code or refresh_token')
  }

  /** The client authenticates in the body. HTTP Basic is not documented (section 2.3). */
  private client(): Application {
    const id = this.parameter('client_id')
    const secret = this.parameter('client_secret')
    const app = this.world.applications.get(Number(id))
    if (app !== undefined) this.shape = app.errorShape
    if (app === undefined || !this.world.applications.accepts(app, secret))
      throw this.refuse('invalid_client', 'invalid client_id or client_secret')
    return app
  }

  private exchange(app: Application): unknown {
    const value = this.parameter('code')
    const redirectUri = this.parameter('redirect_uri')
    const verifier = this.optional('code_verifier')
    const code = this.world.grants.code(value)
    if (code === undefined || code.appId !== app.id || code.redirectUri !== redirectUri)
      throw this.refuse('invalid_grant', invalidGrantMessage)
    this.verify(app, code, verifier)
    // The account may have been removed between consent and exchange.
    if (this.world.users.get(code.userId) === undefined) throw this.refuse('invalid_grant', invalidGrantMessage)
    return this.granted(this.world.grants.exchange(code, app))
  }

  /** A challenge is always verified. Where PKCE is required, a missing challenge is refused here alone (section 2.5). */
  private verify(app: Application, {challenge}: Code, verifier: string | undefined): void {
    if (challenge === null && app.pkce !== 'required') return
    if (verifier === undefined) throw this.refuse('invalid_request', 'code_verifier is a required parameter')
    if (challenge === null || !isVerifier(verifier) || !matchesChallenge(challenge, verifier))
      throw this.refuse('invalid_grant', invalidGrantMessage)
  }

  /** A refresh token works once, only the last one works, and only for its client (section 2.4). */
  private refresh(app: Application): unknown {
    const grant = this.world.grants.byRefreshToken(this.parameter('refresh_token'))
    if (grant === undefined || grant.appId !== app.id || this.world.users.get(grant.userId) === undefined)
      throw this.refuse('invalid_grant', invalidGrantMessage)
    return this.granted(this.world.grants.refresh(grant))
  }

  private granted({access, grant}: IssuedTokens): unknown {
    return this.tokens(access, grant.refreshToken)
  }

  private tokens(access: AccessToken, refreshToken: Grant['refreshToken']): unknown {
    const {users, settings} = this.world
    const user = users.get(access.userId)
    if (user !== undefined) users.touch(user)
    if (this.request.logged !== null) this.request.logged.user_id = access.userId
    const permissions = settings.token_scope === 'plain' ? [] : urnsOf(access.permissions)
    return {
      access_token: access.value,
      token_type: settings.token_type,
      expires_in: lifetimes.accessTokenMs / 1000,
      scope: [...access.scopes, ...permissions].join(' '),
      user_id: access.userId,
      ...(refreshToken === null ? {} : {refresh_token: refreshToken.value}),
    }
  }

  private parameter(name: string): string {
    const value = this.optional(name)
    if (value === undefined || value === '') throw this.refuse('invalid_request', `${name} is a required parameter`)
    return value
  }

  /** Some JSON clients send the client id as a number. A repeated parameter is refused (section 2.6). */
  private optional(name: string): string | undefined {
    const value = this.given(name)
    if (typeof value === 'string' || typeof value === 'number') return String(value)
    if (value === null || value === undefined) return undefined
    throw this.refuse('invalid_request', `${name} must be given once, as text`)
  }

  private given(name: string): unknown {
    const {body, query} = this.request
    return valueIn(body, name) ?? (this.world.settings.token_query === 'accepted' ? valueIn(query, name) : undefined)
  }

  private refuse(code: TokenErrorCode, message: string): Error {
    return tokenError(this.shape, code, message)
  }
}

function valueIn(fields: unknown, name: string): unknown {
  if (typeof fields !== 'object' || fields === null || !Object.hasOwn(fields, name)) return undefined
  return (fields as Record<string, unknown>)[name]
}

type TokenErrorCode = 'invalid_client' | 'invalid_grant' | 'invalid_request' | 'unsupported_grant_type'

const invalidGrantMessage =
  'Error validating grant. Your authorization code or refresh token may be expired or it was already used'

/** An error of the token endpoint, in one of the two known shapes (docs/mercadolibre.md, section 2.6). */
function tokenError(shape: TokenErrorShape, error: TokenErrorCode, message: string): WireError {
  return new WireError(
    400,
    shape === 'message'
      ? {message, error, status: 400, cause: []}
      : {error_description: message, error, status: 400, cause: []},
  )
}

/** True when the challenge was made from this verifier (docs/mercadolibre.md, section 2.5; RFC 7636). */
function matchesChallenge({method, value}: Challenge, verifier: string): boolean {
  return value === (method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url'))
}

/** RFC 7636, 4.1: 43 to 128 unreserved characters. */
function isVerifier(text: string): boolean {
  return /^[A-Za-z0-9._~-]{43,128}$/.test(text)
}
