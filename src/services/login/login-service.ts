import {isMeliError, MeliError} from '../../errors.js'
import {sha256} from '../auth/fingerprint.js'
import {persist} from '../auth/persist.js'
import type {
  AccountStore,
  Clock,
  HeldGrantStore,
  LoginAttempt,
  LoginStore,
  OAuth,
  Protect,
  TestUserStore,
} from '../ports.js'
import {parseCallback, refusal, userIdInCode} from './callback.js'
import {expectedId} from './expected-account.js'
import type {Linker, LinkResult, PendingLink} from './linker.js'
import {believe, unknownState} from './state.js'

type Held = Omit<PendingLink, 'expect' | 'testUser'>

const loginLifeMs = 15 * 60_000

export interface LoginRequest {
  siteId: string
  redirectUri: string
  pkce: boolean
  /** User id or nickname of the account that must come back. */
  expect?: string | undefined
}

/** What the login that waits for a callback knows of it. */
export interface Awaited {
  state: string
  /** Refuse a real account. */
  testUser?: boolean | undefined
}

/** What a login under way looks like to scripts. */
export interface StartedLogin {
  authorization_url: string
  state: string
  redirect_uri: string
  expires_at: string
}

export interface LoginServiceDeps {
  logins: LoginStore
  heldGrants: HeldGrantStore
  accounts: Pick<AccountStore, 'list'>
  testUsers: Pick<TestUserStore, 'list'>
  oauth: () => Promise<OAuth>
  linker: Linker
  clock: Clock
  clientId: string
  protect: Protect
}

/** The OAuth code flow in two halves, which may run in two processes: start, and complete within 15 minutes. */
export class LoginService {
  constructor(private readonly deps: LoginServiceDeps) {}

  async start({siteId, redirectUri, pkce, expect}: LoginRequest): Promise<StartedLogin> {
    const {logins, clock, clientId} = this.deps
    const oauth = await this.deps.oauth()
    const {state, verifier, challenge} = await oauth.newHandshake({pkce})
    const url = oauth.authorizationUrl({siteId, redirectUri, state, ...(challenge === undefined ? {} : {challenge})})
    const createdAt = clock.now()
    const expiresAt = new Date(createdAt.getTime() + loginLifeMs)
    await logins.begin({
      stateHash: sha256(state),
      codeVerifier: verifier ?? null,
      redirectUri,
      siteId,
      clientId,
      expect: expect ?? null,
      bindingHash: null,
      next: null,
      createdAt,
      expiresAt,
    })
    return {authorization_url: url.href, state, redirect_uri: redirectUri, expires_at: expiresAt.toISOString()}
  }

  /**
   * Order: state, then error, then code. Nothing is exchanged unless the state is ours, fresh and unused.
   * @param callback the address the browser ended on; or a bare code when `awaited` is given
   * @param awaited the login that waits for this callback, if one does
   */
  async complete(callback: string, awaited?: Awaited): Promise<LinkResult> {
    const parsed = parseCallback(callback)
    const state = believe(parsed, awaited?.state)
    const {attempt, origin, used} = await this.consume(state)
    if (!used && (parsed.code === undefined || parsed.error !== undefined)) throw refusal(parsed, attempt.siteId)

    const {code} = parsed
    const held = used || code === undefined ? await this.held(origin) : await this.exchange(attempt, origin, code)
    const {expect} = attempt
    try {
      return await this.deps.linker.link({...held, expect, testUser: awaited?.testUser ?? false})
    } catch (error) {
      throw resumable(error)
    }
  }

  /** What comes back is held in the store before it is used: a crash, or a service that does not answer, loses nothing. */
  private async exchange(attempt: LoginAttempt, origin: string, code: string): Promise<Held> {
    await this.checkBeforeSpending(attempt, code)
    const {heldGrants, clock, protect} = this.deps
    const {redirectUri, codeVerifier, clientId} = attempt
    const oauth = await this.deps.oauth()
    const proof = codeVerifier === null ? {} : {verifier: codeVerifier}
    return protect(async () => {
      const grant = await oauth.exchangeCode({code, redirectUri, ...proof})
      const grantedAt = clock.now()
      const id = await persist(() => heldGrants.hold(origin, grant, clientId, grantedAt))
      return {id, grant, clientId, grantedAt}
    })
  }

  private async consume(state: string): Promise<{attempt: LoginAttempt; origin: string; used: boolean}> {
    const stateHash = sha256(state)
    const consumed = await this.deps.logins.consume(stateHash, this.deps.clock.now())
    if (consumed.outcome === 'unknown') throw unknownState()
    if (consumed.outcome === 'expired') {
      throw new MeliError('MELI_STATE_EXPIRED', 'this login was started more than 15 minutes ago', {
        try: ['meli auth login'],
      })
    }
    return {attempt: consumed.attempt, origin: `state:${stateHash}`, used: consumed.outcome === 'used'}
  }

  /** The code was exchanged, but who it belongs to could not be asked then: go on from there. */
  private async held(origin: string): Promise<Held> {
    const held = await this.deps.heldGrants.find(origin)
    if (held === undefined) {
      throw new MeliError('MELI_STATE_USED', 'this callback was used before; each one works once', {
        try: ['meli auth status shows whether the account is connected', 'meli auth login'],
      })
    }
    return {...held, grantedAt: held.createdAt}
  }

  private async checkBeforeSpending(attempt: LoginAttempt, code: string): Promise<void> {
    if (attempt.clientId !== this.deps.clientId) {
      throw new MeliError(
        'MELI_CLIENT_MISMATCH',
        `the login was started with application ${attempt.clientId}, and ${this.deps.clientId} is configured now`,
        {
          try: ['use the same MELI_CLIENT_ID for both halves', 'meli auth login'],
        },
      )
    }
    const came = userIdInCode(code)
    const expected = attempt.expect === null ? undefined : await expectedId(attempt.expect, this.deps)
    if (came !== undefined && expected !== undefined && came !== expected) {
      throw new MeliError(
        'MELI_WRONG_ACCOUNT',
        `account ${came} logged in, and ${attempt.expect} was expected; nothing was exchanged`,
        {
          try: [
            `log out of Mercado Libre in the browser, then meli auth login --site ${attempt.siteId} --expect ${attempt.expect}`,
          ],
        },
      )
    }
  }
}

/** The grant is kept: what failed was only asking whose it is. */
function resumable(error: unknown): unknown {
  if (!isMeliError(error) || error.family !== 'network') return error
  return new MeliError(error.code, `${error.message}. The authorization itself is kept`, {
    try: ['run meli auth complete with the same address: it goes on from there', ...error.suggestions],
    ...(error.details !== undefined && {details: error.details}),
    cause: error,
  })
}
