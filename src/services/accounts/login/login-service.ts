import {isMeliError, MeliError} from '../../../core/errors.js'
import {sha256} from '../../../core/fingerprint.js'
import type {
  AccountStore,
  Exchange,
  ExchangeJournal,
  Grant,
  HeldGrantStore,
  LoginAttempt,
  LoginStore,
  OAuth,
  Protect,
  TestUserStore,
} from '../../ports/index.js'
import {answeredBy, cameOf, journalCode, neverSent, newExchange, sentBy} from '../auth/exchanges.js'
import {beforeSending, type OneTimeAnswer, type OneTimeAnswerDeps, withOneTimeAnswer} from '../auth/one-time-answer.js'
import {grantMismatch, setAside} from '../auth/other-users-grant.js'
import {type Callback, parseCallback, refusal, userIdInCode} from './callback.js'
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
  /** A login in a browser also has the SHA-256 of the cookie that must come back, and the local path to go to at the end. */
  binding?: {hash: string; next: string | null} | undefined
}

/** The expectations of the login that waits for this callback. */
export interface Awaited {
  state: string
  /** Refuse a real account. */
  testUser?: boolean | undefined
}

/** A grant that came back from a login and is held in the store, and the login it belongs to. */
export interface Received {
  attempt: LoginAttempt
  held: Held & {id: string}
}

/** What a login under way looks like to scripts. */
export interface StartedLogin {
  authorization_url: string
  state: string
  redirect_uri: string
  expires_at: string
}

export interface LoginServiceDeps extends OneTimeAnswerDeps {
  logins: LoginStore
  heldGrants: HeldGrantStore
  journal: Pick<ExchangeJournal, 'finish'>
  accounts: Pick<AccountStore, 'list'>
  testUsers: Pick<TestUserStore, 'list'>
  oauth: () => Promise<OAuth>
  linker: Linker
  clientId: string
  process: {pid: number; host: string}
  protect: Protect
}

/** A login of which the state has come back: with the hash of the state, and that of the cookie of its browser. */
interface ReturnedLogin {
  attempt: LoginAttempt
  stateHash: string
  bindingHash: string | undefined
}

/** The OAuth code flow in two halves, which may run in two processes: start, and complete within 15 minutes. */
export class LoginService {
  constructor(private readonly deps: LoginServiceDeps) {}

  async start({siteId, redirectUri, pkce, expect, binding}: LoginRequest): Promise<StartedLogin> {
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
      bindingHash: binding?.hash ?? null,
      next: binding?.next ?? null,
      createdAt,
      expiresAt,
    })
    return {authorization_url: url.href, state, redirect_uri: redirectUri, expires_at: expiresAt.toISOString()}
  }

  /**
   * Both parts of the second half: takes the callback, and links whose it is.
   * @param callback the address the browser ended on; or a bare code when `awaited` is given
   * @param awaited the login that waits for this callback, if one does
   */
  async complete(callback: string, awaited?: Awaited): Promise<LinkResult> {
    const parsed = parseCallback(callback)
    const {attempt, held} = await this.receive(parsed, believe(parsed, awaited?.state))
    try {
      return await this.deps.linker.link({...held, expect: attempt.expect, testUser: awaited?.testUser ?? false})
    } catch (error) {
      throw resumable(error)
    }
  }

  /**
   * Order: state, then error, then code. Nothing is exchanged unless the state is ours, fresh and unused, and was begun
   * with `bindingHash` (or without one). The state is used up only by a code that is sent: what is refused before leaves it
   * open. A callback that came before gives what is held of it still.
   */
  async receive(callback: Callback, state: string, bindingHash?: string): Promise<Received> {
    const stateHash = sha256(state)
    const found = await this.deps.logins.find(stateHash, this.deps.clock.now(), bindingHash)
    if (found.outcome === 'unknown') throw unknownState()
    if (found.outcome === 'expired') {
      throw new MeliError('MELI_STATE_EXPIRED', 'this login was started more than 15 minutes ago', {
        try: ['meli auth login'],
      })
    }
    const {attempt} = found
    if (found.outcome === 'used') return {attempt, held: await this.held(attempt, found.exchange)}
    const {code, error} = callback
    if (code === undefined || error !== undefined) throw refusal(callback, attempt.siteId)
    const held = await this.exchange({attempt, stateHash, bindingHash}, code)
    // Another process has sent the code meanwhile.
    return held === undefined ? this.receive(callback, state, bindingHash) : {attempt, held}
  }

  /**
   * What comes back is held in the store before it is used: a crash, or a service that does not answer, loses nothing.
   * Undefined when the state is not open any more.
   */
  private async exchange(login: ReturnedLogin, code: string): Promise<Received['held'] | undefined> {
    const {attempt, stateHash, bindingHash} = login
    await this.checkBeforeSpending(attempt, code)
    const {logins, journal, heldGrants, clock, protect} = this.deps
    const {redirectUri, codeVerifier, clientId} = attempt
    const oauth = await this.deps.oauth()
    const proof = codeVerifier === null ? {} : {verifier: codeVerifier}
    const send = async (answer: OneTimeAnswer) => {
      const userId = userIdInCode(code) ?? null
      const exchange = newExchange(this.deps, {kind: 'login', userId, sent: code, reason: 'login'})
      const exchangeId = await beforeSending(() => logins.consume(stateHash, exchange, bindingHash))
      if (exchangeId === undefined) return undefined
      try {
        const grant = await oauth.exchangeCode({code, redirectUri, ...proof})
        if (userId !== null && grant.userId !== userId)
          throw await this.setAside(attempt, {userId, exchangeId, grant, answer})
        const grantedAt = clock.now()
        const answered = answeredBy(exchangeId, grant.refreshToken)
        const hold = () => heldGrants.hold(originOf(attempt), grant, clientId, grantedAt, answered)
        return {id: await answer.persist(hold, lostTokens(attempt)), grant, clientId, grantedAt}
      } catch (error) {
        await answer.tidy(() =>
          neverSent(error)
            ? logins.reopen(exchangeId, clock.now())
            : journal.finish(exchangeId, 'failed', journalCode(error), clock.now()),
        )
        throw error
      }
    }
    // Room for the tokens comes first: once the state is used up, a full disk would cost the login.
    return protect(() => withOneTimeAnswer(this.deps, send))
  }

  /** The seller's id stands at the end of a code, so that the answer can be held against it. */
  private async setAside(
    attempt: LoginAttempt,
    {userId, exchangeId, grant, answer}: {userId: number; exchangeId: string; grant: Grant; answer: OneTimeAnswer},
  ): Promise<MeliError> {
    const {clientId} = attempt
    const store = () => setAside(this.deps, {grant, exchangeId, clientId})
    const id = await answer.persist(store, lostTokens(attempt))
    const asked = {userId, name: `account ${userId}`}
    return grantMismatch({asked, answered: grant.userId, id, sent: 'login code'}, [
      `meli auth login --site ${attempt.siteId}`,
    ])
  }

  /** The code was exchanged, but who it belongs to could not be asked then: go on from there. */
  private async held(attempt: LoginAttempt, exchange: Exchange | undefined): Promise<Received['held']> {
    const held = await this.deps.heldGrants.find(originOf(attempt))
    if (held === undefined) throw usedBefore(attempt, exchange)
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
        `account ${came} logged in, but ${attempt.expect} was expected; nothing was exchanged`,
        {
          try: [
            `log out of Mercado Libre in the browser, then meli auth login --site ${attempt.siteId} --expect ${attempt.expect}`,
          ],
        },
      )
    }
  }
}

function lostTokens({siteId}: LoginAttempt) {
  return {
    lost: 'the authorization code was exchanged, but the tokens could not be stored and are lost',
    try: [`meli auth login --site ${siteId}`],
  }
}

function originOf({stateHash}: LoginAttempt): string {
  return `state:${stateHash}`
}

function usedBefore({siteId}: LoginAttempt, exchange: Exchange | undefined): MeliError {
  const status = 'meli auth status shows whether the account is connected'
  if (exchange === undefined || exchange.outcome === 'stored') {
    return new MeliError('MELI_STATE_USED', 'this callback was used before; each one works once', {
      try: [status, 'meli auth login'],
    })
  }
  const stillAtIt = 'if that process is still running, give the same address again in a few seconds'
  return new MeliError('MELI_STATE_USED', `this callback was used before: ${sentBy(exchange)} ${cameOf(exchange)}`, {
    try: [
      `meli auth login --site ${siteId}, and allow the application again: that gives new tokens`,
      ...(exchange.outcome === 'sent' ? [stillAtIt] : []),
      status,
    ],
    details: {
      process_id: exchange.processId,
      host: exchange.host,
      sent_at: exchange.sentAt.toISOString(),
      outcome: exchange.outcome,
      error_code: exchange.errorCode,
    },
  })
}

/** The grant is kept: what failed was only asking whose it is. */
function resumable(error: unknown): unknown {
  if (!isMeliError(error) || error.family !== 'network') return error
  return new MeliError(error.code, `${error.message}. The authorization itself is kept`, {
    try: ['run meli auth complete with the same address to continue', ...error.suggestions],
    ...(error.details !== undefined && {details: error.details}),
    cause: error,
  })
}
