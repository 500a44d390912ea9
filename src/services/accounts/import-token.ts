import {type ErrorCode, isMeliError, MeliError} from '../../core/errors.js'
import {fingerprint} from '../../core/fingerprint.js'
import type {
  Exchange,
  ExchangeJournal,
  Grant,
  HeldGrant,
  HeldGrantStore,
  OAuth,
  Protect,
  Terminal,
} from '../ports/index.js'
import {answeredBy, answerUnknown, cameOf, journalCode, mayBeUnderWay, newExchange, sentBy} from './auth/exchanges.js'
import {beforeSending, type OneTimeAnswerDeps, withOneTimeAnswer} from './auth/one-time-answer.js'
import {grantMismatch, setAside} from './auth/other-users-grant.js'
import {expectedId, type KnownPeople} from './login/expected-account.js'
import type {Linker, LinkResult, PendingLink} from './login/linker.js'
import {parseTokenRecord, type TokenInput} from './token-record.js'

export interface ImportDeps extends KnownPeople, OneTimeAnswerDeps {
  heldGrants: HeldGrantStore
  journal: ExchangeJournal
  oauth: () => Promise<OAuth>
  linker: Linker
  clientId: string
  process: {pid: number; host: string}
  httpTimeoutMs: number
  terminal: Pick<Terminal, 'say'>
  protect: Protect
}

/** Takes in a token record or a bare refresh token, and stores it only when the service has confirmed it. */
export class ImportToken {
  constructor(private readonly deps: ImportDeps) {}

  async run(text: string, expect: string | null): Promise<LinkResult> {
    const input = parseTokenRecord(text)
    await this.checkBeforeSpending(input, expect)
    const origin = `import:${fingerprint(input.refreshToken)}`
    // The same token again after a crash: it is spent, but what came back for it was kept.
    const held = await this.deps.heldGrants.find(origin)
    if (held !== undefined) return this.resume(origin, held, input, expect)

    const live = liveGrant(input, this.deps.clock.now())
    // A refresh token that may be spent is not stored unseen, whatever its access token still opens.
    if (live !== undefined && !(await this.sentBefore(input)).some(answerUnknown)) {
      const linked = await this.tryLink({
        grant: live,
        clientId: this.deps.clientId,
        grantedAt: this.deps.clock.now(),
        expect,
      })
      if (linked !== undefined) return linked
    }
    const spent = await this.deps.protect(() => this.spend(origin, input))
    return this.deps.linker.link({...spent, expect, imported: true})
  }

  /** A token of another account than the expected one, or of another application, is not worth spending. */
  private async checkBeforeSpending(input: TokenInput, expect: string | null): Promise<void> {
    checkApplication(input, this.deps.clientId)
    const expected = expect === null ? undefined : await expectedId(expect, this.deps)
    if (expected === undefined || expected === input.userId) return
    throw new MeliError(
      'MELI_WRONG_ACCOUNT',
      `this token belongs to account ${input.userId}, and ${expect} was expected; nothing was sent`,
      {try: ['check which token this is', `--expect ${input.userId}`]},
    )
  }

  /** What was kept may have been kept for longer than its access token lives. */
  private async resume(origin: string, held: HeldGrant, input: TokenInput, expect: string | null): Promise<LinkResult> {
    const {heldGrants, linker, protect} = this.deps
    const linked = await this.tryLink({...held, grantedAt: held.createdAt, expect})
    if (linked !== undefined) return linked
    const {refreshToken = input.refreshToken} = held.grant
    const next = await protect(async () => {
      const spent = await this.spend(origin, {...input, refreshToken})
      await heldGrants.drop(held.id)
      return spent
    })
    return linker.link({...next, expect, imported: true})
  }

  /** A grant whose access token still works is stored without spending anything; undefined when it does not. */
  private async tryLink(pending: PendingLink): Promise<LinkResult | undefined> {
    try {
      return await this.deps.linker.link({...pending, imported: true})
    } catch (error) {
      if (isMeliError(error, 'MELI_TOKEN_REJECTED')) return undefined
      throw error
    }
  }

  /**
   * The journal entries of this token, newest first. Fails where sending it is of no use, because it is spent, or must
   * not be done, because a request with it is under way.
   */
  private async sentBefore({userId, refreshToken}: Pick<TokenInput, 'userId' | 'refreshToken'>): Promise<Exchange[]> {
    const {journal, accounts} = this.deps
    const own = fingerprint(refreshToken)
    const sent = await journal.ofToken(own)
    const answered = sent.find(
      ({outcome, received, errorCode}) =>
        // An answer without a new refresh token leaves the one that was sent in use.
        (outcome === 'stored' && received !== own) || (errorCode !== null && answeredCodes.has(errorCode)),
    )
    if (answered !== undefined) {
      const account = (await accounts.list()).find((each) => each.userId === userId)
      throw spentBefore(userId, answered, account?.status === 'active' ? account.nickname : undefined)
    }
    const underWay = sent.find((each) => mayBeUnderWay(each, this.deps))
    if (underWay !== undefined) throw underWayElsewhere(underWay)
    return sent
  }

  /** What comes back is held in the store before anything else happens: the token that bought it is dead now. */
  private async spend(origin: string, input: TokenInput): Promise<Omit<PendingLink, 'expect'>> {
    const {heldGrants, journal, clock, clientId, terminal} = this.deps
    const {userId, refreshToken} = input
    const sent = await this.sentBefore(input)
    const oauth = await this.deps.oauth()
    const exchange = newExchange(this.deps, {kind: 'import', userId, sent: refreshToken, reason: 'import'})
    const lost = {
      lost: 'the imported token was exchanged, but what came back could not be stored and is lost',
      try: [`meli auth login --expect ${userId}`],
    }
    const spent = await withOneTimeAnswer(this.deps, async (answer) => {
      const exchangeId = await beforeSending(() => journal.beginUnlessSent(exchange, sent[0]?.id))
      if (exchangeId === undefined) return undefined
      const unknown = sent.find(answerUnknown)
      if (unknown !== undefined) terminal.say(sendingAgain(unknown))
      try {
        const grant = await oauth.refresh(refreshToken)
        const grantedAt = clock.now()
        if (grant.userId !== userId) {
          const id = await answer.persist(() => setAside(this.deps, {grant, clientId, exchangeId}), lost)
          throw grantMismatch({asked: {userId, name: `account ${userId}`}, answered: grant.userId, id}, [])
        }
        // An answer without a refresh token leaves the one that was sent in use.
        const next = {...grant, refreshToken: grant.refreshToken ?? refreshToken}
        const answered = answeredBy(exchangeId, next.refreshToken)
        const id = await answer.persist(() => heldGrants.hold(origin, next, clientId, grantedAt, answered), lost)
        return {id, grant: next, clientId, grantedAt}
      } catch (error) {
        await answer.tidy(() => journal.finish(exchangeId, 'failed', journalCode(error), clock.now()))
        throw isMeliError(error, 'MELI_GRANT_REJECTED') ? refused(error, userId, unknown) : error
      }
    })
    // Undefined: another process has begun with the same token meanwhile.
    return spent ?? this.spend(origin, input)
  }
}

function refused(cause: MeliError, userId: number, unknown: Exchange | undefined): MeliError {
  const why = unknown === undefined ? '; nothing was stored' : `: ${sentBy(unknown)} ${cameOf(unknown)}`
  return new MeliError('MELI_GRANT_REJECTED', `Mercado Libre refuses this refresh token${why}`, {
    try: [
      'a refresh token works once: import the newest one',
      'it belongs to one application: check MELI_CLIENT_ID',
      `meli auth login --expect ${userId}`,
    ],
    cause,
  })
}

function sendingAgain(exchange: Exchange): string {
  const known = `${sentBy(exchange)} ${cameOf(exchange)}`
  return `This token was sent before: ${known}. Only sending it again can show whether it still works, and nothing more can be lost by that.`
}

/** Entries with these codes `failed` although Mercado Libre exchanged the token. */
const answeredCodes: ReadonlySet<string> = new Set<ErrorCode>(['MELI_GRANT_MISMATCH', 'MELI_ANSWER_SUPERSEDED'])

function spentBefore(userId: number, exchange: Exchange, nickname: string | undefined): MeliError {
  const login = `meli auth login --expect ${userId}`
  const ofAccount = nickname === undefined ? login : `meli auth status --account ${userId}`
  const [what, next] =
    exchange.errorCode === 'MELI_GRANT_MISMATCH'
      ? [cameOf(exchange), ['meli installs list shows where those tokens are kept', login]]
      : exchange.errorCode !== null
        ? [cameOf(exchange), [ofAccount]]
        : nickname === undefined
          ? ['and stored the answer, but the account is not connected now', [ofAccount]]
          : [`and stored the answer: ${nickname} has a newer pair`, [ofAccount]]
  return new MeliError(
    'MELI_TOKEN_SPENT',
    `this refresh token was used before: ${sentBy(exchange)} ${what}. Nothing was sent`,
    {
      try: ['a refresh token works once: import the newest one', ...next],
    },
  )
}

/** Two requests with one token must never be under way at once (docs/adr/0004-lost-answers.md). */
function underWayElsewhere(exchange: Exchange): MeliError {
  return new MeliError('MELI_REFRESH_BUSY', `${sentBy(exchange)} and has not stored the answer yet; nothing was sent`, {
    try: ['run the command again in half a minute'],
  })
}

/** Access tokens live six hours. A record that claims more than 24 is treated as expired. */
const longestMs = 24 * 60 * 60 * 1000

function liveGrant(input: TokenInput, now: Date): Grant | undefined {
  const {accessToken, expiresAt} = input
  if (accessToken === undefined || expiresAt === undefined) return undefined
  const leftMs = expiresAt.getTime() - now.getTime()
  if (leftMs <= 0 || leftMs > longestMs) return undefined
  return {userId: input.userId, accessToken, refreshToken: input.refreshToken, scope: input.scope, expiresAt}
}

/** The application stands in the access token (docs/mercadolibre.md, section 2): its refresh token is of no use to another. */
function checkApplication({accessToken}: TokenInput, clientId: string): void {
  const issuedTo = /^APP_USR-(\d+)-/.exec(accessToken ?? '')?.[1]
  if (issuedTo === undefined || issuedTo === clientId) return
  throw new MeliError(
    'MELI_CLIENT_MISMATCH',
    `this token was issued to application ${issuedTo}, and ${clientId} is configured; nothing was sent`,
    {try: [`set MELI_CLIENT_ID=${issuedTo} with its secret`, 'meli auth login']},
  )
}
