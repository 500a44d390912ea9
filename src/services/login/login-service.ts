import {timingSafeEqual} from 'node:crypto'
import {MeliError} from '../../errors.js'
import {sha256} from '../auth/fingerprint.js'
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
import type {Linker, LinkResult} from './linker.js'

const loginLifeMs = 15 * 60_000

export interface LoginRequest {
  siteId: string
  redirectUri: string
  pkce: boolean
  /** User id or nickname of the account that must come back. */
  expect?: string | undefined
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
      createdAt,
      expiresAt,
    })
    return {authorization_url: url.href, state, redirect_uri: redirectUri, expires_at: expiresAt.toISOString()}
  }

  /**
   * Order: state, then error, then code. Nothing is exchanged unless the state is ours, fresh and unused.
   * @param callback the address the browser ended on; or a bare code when `expectedState` is given
   * @param expectedState the state of the login that waits for this callback, if one does
   */
  async complete(callback: string, expectedState?: string): Promise<LinkResult> {
    const parsed = parseCallback(callback)
    const state = believe(parsed.state, expectedState, parsed.error === undefined)
    const {attempt, origin, used} = await this.consume(state)
    if (used) return this.resume(attempt, origin)
    if (parsed.code === undefined || parsed.error !== undefined) throw refusal(parsed)

    const {code} = parsed
    await this.checkBeforeSpending(attempt, code)
    return this.deps.protect(() => this.exchange(attempt, origin, code))
  }

  /** What comes back is held in the store before it is used: a crash, or a service that does not answer, loses nothing. */
  private async exchange(attempt: LoginAttempt, origin: string, code: string): Promise<LinkResult> {
    const {heldGrants, linker, clock} = this.deps
    const {redirectUri, codeVerifier, clientId, expect} = attempt
    const oauth = await this.deps.oauth()
    const grant = await oauth.exchangeCode({
      code,
      redirectUri,
      ...(codeVerifier === null ? {} : {verifier: codeVerifier}),
    })
    const id = await heldGrants.hold(origin, grant, clientId, clock.now())
    return linker.link({id, grant, clientId, expect})
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
  private async resume(attempt: LoginAttempt, origin: string): Promise<LinkResult> {
    const held = await this.deps.heldGrants.find(origin)
    if (held === undefined) {
      throw new MeliError('MELI_STATE_USED', 'this callback was used before; each one works once', {
        try: ['meli auth status shows whether the account is connected', 'meli auth login'],
      })
    }
    return this.deps.linker.link({...held, expect: attempt.expect})
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
    const expected = attempt.expect === null ? undefined : await this.expectedId(attempt.expect)
    if (came !== undefined && expected !== undefined && came !== expected) {
      throw new MeliError(
        'MELI_WRONG_ACCOUNT',
        `account ${came} logged in, and ${attempt.expect} was expected; nothing was exchanged`,
        {
          try: [`log out of Mercado Libre in the browser, then meli auth login --expect ${attempt.expect}`],
        },
      )
    }
  }

  /** A nickname is turned into an id when we have met it; otherwise only /users/me can tell. */
  private async expectedId(expect: string): Promise<number | undefined> {
    if (/^\d+$/.test(expect)) return Number(expect)
    const known = [...(await this.deps.accounts.list()), ...(await this.deps.testUsers.list())]
    return known.find((a) => a.nickname?.toLowerCase() === expect.toLowerCase())?.userId ?? undefined
  }
}

/** A callback that names another state than the waiting login's is refused without using up either. */
function believe(state: string | undefined, expected: string | undefined, bareCodeAllowed: boolean): string {
  if (expected === undefined) {
    if (state === undefined) throw unknownState()
    return state
  }
  if (state === undefined && bareCodeAllowed) return expected
  if (state === undefined || !sameText(state, expected)) throw unknownState()
  return state
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(sha256(a)), Buffer.from(sha256(b))]
  return timingSafeEqual(left, right)
}

function unknownState(): MeliError {
  return new MeliError(
    'MELI_STATE_UNKNOWN',
    'the state in this callback was not issued here: it may be forged, or come from another machine or MELI_HOME',
    {
      try: ['finish the login where it was started', 'meli auth login'],
    },
  )
}
