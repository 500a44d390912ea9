import {type ErrorCode, isMeliError, MeliError} from '../../../core/errors.js'
import {fingerprint} from '../../../core/fingerprint.js'
import type {
  Account,
  AccountStore,
  ExchangeJournal,
  Grant,
  HeldGrantStore,
  OAuth,
  ThisProcess,
  TokenRecord,
} from '../../ports/index.js'
import type {RequestLease} from '../../sync/lease.js'
import {answeredBy, beginUnderLease, journalCode, newExchange} from './exchanges.js'
import {authorizationLost} from './explain-loss.js'
import {loginCommand} from './login-command.js'
import {beforeSending, type OneTimeAnswer, type OneTimeAnswerDeps, withOneTimeAnswer} from './one-time-answer.js'
import {grantMismatch, setAside} from './other-users-grant.js'

export interface SpendDeps extends OneTimeAnswerDeps {
  accounts: Pick<AccountStore, 'load' | 'rotate' | 'invalidate'>
  heldGrants: Pick<HeldGrantStore, 'setAside' | 'setAsideSince'>
  journal: ExchangeJournal
  /** Built on first use, because it needs a client id and secret, and many commands need neither. */
  oauth: () => Promise<OAuth>
  /** The configured application; tokens of another one cannot be refreshed. Undefined: not configured. */
  clientId: string | undefined
  process: ThisProcess
  httpTimeoutMs: number
}

export interface Refreshed {
  record: TokenRecord
  /** False when another process's token was adopted. */
  refreshed: boolean
}

/** One request on its way: its entry in the journal, the lease, and what its answer is stored with. */
interface Sending {
  oauth: OAuth
  exchangeId: string
  lease: RequestLease
  answer: OneTimeAnswer
}

/** Exchanges a refresh token for the next pair. The caller holds the lease. */
export class TokenSpender {
  constructor(private readonly deps: SpendDeps) {}

  /** The row as it is now. Says why when it is of no use any more. */
  async usable(account: Account): Promise<TokenRecord> {
    const record = await this.deps.accounts.load(account.userId)
    if (record === undefined) {
      throw new MeliError('MELI_ACCOUNT_UNKNOWN', `${account.nickname} was disconnected in the meantime`, {
        try: ['meli auth login'],
      })
    }
    if (record.status === 'invalid') throw await this.explain(record)
    return record
  }

  /**
   * Undefined when nothing may be sent now: another process took the lease and is refreshing the same token, or an earlier
   * request with it may be under way.
   */
  async spend(record: TokenRecord, reason: string, lease: RequestLease): Promise<Refreshed | undefined> {
    const {clientId} = this.deps
    if (clientId !== undefined && record.clientId !== clientId) throw mismatch(record, clientId)
    const oauth = await this.deps.oauth()
    return withOneTimeAnswer(this.deps, async (answer) => {
      const exchangeId = await beforeSending(() => this.begin(record, reason))
      if (exchangeId === undefined) return undefined
      const sending = {oauth, exchangeId, lease, answer}
      try {
        return await this.sendOnce(record, sending)
      } catch (error) {
        if (!answerLost(error)) throw error
        // Whether the service carried it out can be known in one way only: by sending it again. If it did not, this heals;
        // if it did, this is refused and nothing more is lost (docs/adr/0004-lost-answers.md).
        const again = await this.beginAgain(record, reason, lease).catch(() => {
          throw error
        })
        return again === undefined ? undefined : this.sendOnce(record, {...sending, exchangeId: again})
      }
    })
  }

  private begin({userId, refreshToken: sent}: TokenRecord, reason: string): Promise<string | undefined> {
    return beginUnderLease(this.deps, newExchange(this.deps, {kind: 'refresh', userId, sent, reason}))
  }

  /** Undefined when the lease was lost, or an import has begun with the token. */
  private async beginAgain(record: TokenRecord, reason: string, lease: RequestLease): Promise<string | undefined> {
    if (!(await lease.take())) return undefined
    return this.begin(record, `${reason}, again after a lost answer`)
  }

  private async sendOnce(record: TokenRecord, sending: Sending): Promise<Refreshed | undefined> {
    const {journal, clock} = this.deps
    const {oauth, exchangeId, lease, answer} = sending
    const {userId, scope, refreshToken} = record
    const failed = (code: ErrorCode | null) =>
      answer.tidy(() => journal.finish(exchangeId, 'failed', code, clock.now()))
    // Whatever took its time until here, nothing is sent that another process may send too.
    const isCovered = await beforeSending(() => lease.coversRequest()).catch(async (error: unknown) => {
      await failed(null)
      throw error
    })
    if (!isCovered) {
      await failed(null)
      return undefined
    }
    try {
      const grant = await oauth.refresh(refreshToken, {userId, scope})
      if (grant.userId !== userId) throw await this.setAside(record, grant, sending)
      return await this.store(record, grant, sending)
    } catch (error) {
      await failed(journalCode(error))
      if (!isMeliError(error, 'MELI_GRANT_REJECTED')) throw error
      return this.adoptOrGiveUp(record, sending).catch((next: unknown) => {
        // A disk or database that fails now changes nothing about the refusal.
        throw isMeliError(next) && next.family === 'config' ? error : next
      })
    }
  }

  /** Committed before anyone sees it. */
  private async store(record: TokenRecord, grant: Grant, {exchangeId, lease, answer}: Sending): Promise<Refreshed> {
    const {accounts, clock} = this.deps
    // An answer without a refresh token leaves the one we have as the best one known.
    const next = {...grant, refreshToken: grant.refreshToken ?? record.refreshToken}
    const {userId, refreshToken: spent} = record
    const answered = answeredBy(exchangeId, next.refreshToken)
    const rotation = {userId, spent, next, answered, at: clock.now()}
    const stored = await answer.persist(() => accounts.rotate(rotation), {
      lost: `the token of ${record.nickname} was refreshed, but the new one could not be stored and is lost`,
      try: [loginCommand(record)],
      between: () => lease.take(),
    })
    return {record: await this.usable(record), refreshed: stored}
  }

  /** The account's own token was sent, so its row is not trusted any more; and no one gets the tokens of another account. */
  private async setAside(record: TokenRecord, grant: Grant, {exchangeId, lease, answer}: Sending): Promise<MeliError> {
    const {userId, nickname, refreshToken: spent, clientId} = record
    const received = {grant, clientId, exchangeId, distrust: {userId, spent}}
    const id = await answer.persist(() => setAside(this.deps, received), {
      lost: `the token of ${nickname} was answered with that of account ${grant.userId}, which could not be stored and is lost`,
      try: [loginCommand(record)],
      between: () => lease.take(),
    })
    const asked = {userId, name: `${nickname} (${userId})`}
    return grantMismatch({asked, answered: grant.userId, id}, [loginCommand(record)])
  }

  /** A lease can run out under a slow holder, so the store is read once more before anyone is told to log in again. */
  private async adoptOrGiveUp(spent: TokenRecord, {lease, answer}: Sending): Promise<Refreshed | undefined> {
    // No answer is to be stored any more.
    await answer.release()
    const now = await this.usable(spent)
    if (now.refreshToken !== spent.refreshToken) return {record: now, refreshed: false}
    // Another process may hold the lease by now, have sent the token and be about to store the answer.
    if (!(await lease.take())) return undefined
    const {userId, refreshToken} = spent
    if (await this.deps.accounts.invalidate(userId, refreshToken)) throw await this.explain(spent)
    return {record: await this.usable(spent), refreshed: false}
  }

  private async explain(record: TokenRecord): Promise<MeliError> {
    const own = fingerprint(record.refreshToken)
    const {journal, heldGrants} = this.deps
    const exchanges = await journal.since(record.userId, {fingerprint: own, storedAt: record.updatedAt})
    return authorizationLost(record, exchanges, own, await heldGrants.setAsideSince(record, record.updatedAt))
  }
}

/** The connection broke after the request had left. A time-out is not asked about again: the service may still be at it. */
function answerLost(error: unknown): boolean {
  return isMeliError(error, 'MELI_UNREACHABLE') && error.details?.sent === true
}

function mismatch(record: Account, clientId: string): MeliError {
  return new MeliError(
    'MELI_CLIENT_MISMATCH',
    `${record.nickname} was connected with application ${record.clientId}, and ${clientId} is configured; its refresh token does not work there`,
    {try: [`set MELI_CLIENT_ID=${record.clientId} with its secret`, loginCommand(record)]},
  )
}
