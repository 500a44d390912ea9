import type {FastifyInstance, FastifyRequest} from 'fastify'
import type {Application, TokenErrorShape} from '../state/applications.js'
import type {Code, IssuedTokens} from '../state/grants.js'
import {lifetimes} from '../state/grants.js'
import type {World} from '../state/world.js'
import {rateLimited} from '../wire-errors.js'
import {answersChallenge, isVerifier} from './pkce.js'
import {spentGrantMessage, type TokenErrorCode, tokenError} from './token-errors.js'

/** `POST /oauth/token`, form or JSON body, never the query string (docs/mercadolibre.md, section 2.3). */
export function registerToken(app: FastifyInstance, world: World): void {
  app.post('/oauth/token', (request, reply) => {
    const endpoint = new TokenEndpoint(world, request)
    void reply.header('cache-control', 'no-store')
    return endpoint.answer()
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
    if (this.request.url.includes('?')) throw this.refuse('invalid_request', 'parameters must be sent in the body')
    const grantType = this.parameter('grant_type')
    const app = this.client()
    if (!this.world.limiter.admit(`token:${app.id}`, this.world.settings.rateLimitPerMinute))
      throw rateLimited('local_rate_limited')
    switch (grantType) {
      case 'authorization_code':
        return this.exchange(app)
      case 'refresh_token':
        return this.refresh(app)
      default:
        // Client credentials exist in the wild; the official reference names two grant types only (section 2.3).
        throw this.refuse('unsupported_grant_type', 'grant_type must be authorization_code or refresh_token')
    }
  }

  /** The client authenticates in the body; HTTP Basic is nowhere documented (section 2.3). */
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
      throw this.refuse('invalid_grant', spentGrantMessage)
    this.verify(app, code, verifier)
    // The account may have vanished between consent and exchange.
    if (this.world.users.get(code.userId) === undefined) throw this.refuse('invalid_grant', spentGrantMessage)
    return this.tokens(this.world.grants.exchange(code, app))
  }

  /** Section 2.5: a challenge given is always verified; where one is compulsory its absence shows only here. */
  private verify(app: Application, {challenge}: Code, verifier: string | undefined): void {
    if (challenge === null && app.pkce !== 'required') return
    if (verifier === undefined) throw this.refuse('invalid_request', 'code_verifier is a required parameter')
    if (challenge === null || !isVerifier(verifier) || !answersChallenge(challenge, verifier))
      throw this.refuse('invalid_grant', spentGrantMessage)
  }

  /** Section 2.4: single use, only the last one works, bound to its client. */
  private refresh(app: Application): unknown {
    const grant = this.world.grants.byRefreshToken(this.parameter('refresh_token'))
    if (grant === undefined || grant.appId !== app.id || this.world.users.get(grant.userId) === undefined)
      throw this.refuse('invalid_grant', spentGrantMessage)
    return this.tokens(this.world.grants.refresh(grant))
  }

  private tokens({access, grant}: IssuedTokens): unknown {
    const user = this.world.users.get(grant.userId)
    if (user !== undefined) this.world.users.touch(user)
    if (this.request.logged !== null) this.request.logged.user_id = grant.userId
    return {
      access_token: access.value,
      token_type: 'bearer',
      expires_in: lifetimes.accessTokenMs / 1000,
      scope: access.scopes.join(' '),
      user_id: access.userId,
      ...(grant.refreshToken === null ? {} : {refresh_token: grant.refreshToken.value}),
    }
  }

  private parameter(name: string): string {
    const value = this.optional(name)
    if (value === undefined || value === '') throw this.refuse('invalid_request', `${name} is a required parameter`)
    return value
  }

  /** JSON clients send the client id as a number now and then; a parameter given twice is refused (section 2.6). */
  private optional(name: string): string | undefined {
    const {body} = this.request
    if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined
    const value = (body as Record<string, unknown>)[name]
    if (typeof value === 'string' || typeof value === 'number') return String(value)
    if (value === null || value === undefined) return undefined
    throw this.refuse('invalid_request', `${name} must be given once, as text`)
  }

  private refuse(code: TokenErrorCode, message: string): Error {
    return tokenError(this.shape, code, message)
  }
}
