import {isMeliError, MeliError} from '../../errors.js'
import type {
  Account,
  AccountStore,
  Clock,
  ExchangeJournal,
  Grant,
  HeldGrantStore,
  OAuth,
  TokenRecord,
} from '../ports.js'
import {answeredBy, journalCode, newExchange} from './exchanges.js'
import {authorizationLost} from './explain-loss.js'
import {fingerprint} from './fingerprint.js'
import {loginCommand} from './login-command.js'
import {grantMismatch, setAside} from './other-users-grant.js'
import {persist} from './persist.js'

export interface SpendDeps {
  accounts: Pick<AccountStore, 'load' | 'rotate' | 'invalidate'>
  heldGrants: Pick<HeldGrantStore, 'setAside'>
  journal: ExchangeJournal
  /** Built on first use, because it needs a client id and secret, and many commands need neither. */
  oauth: () => Promise<OAuth>
  clock: Clock
  /** The configured application; tokens of another one cannot be refreshed. Undefined: not configured. */
  clientId: string | undefined
  process: {pid: number; host: string}
}

export interface Refreshed {
  record: TokenRecord
  /** False when another process's token was adopted. */
  refreshed: boolean
}

/** Gives the caller's lease the time of one more request; false when it ran out and another process has it. */
export type KeepLease = () => Promise<boolean>

/** Exchanges a refresh token for the next pair. The caller holds the lease. */
export class TokenSpender {
  constructor(private readonly deps: SpendDeps) {}

  /** The row as it is now. Says why when it is of no use any more. */
  async usable(account: Account): Promise<TokenRecord> {
    const record = await this.deps.accounts.load(account.userId)
    if (record === undefined) {
      throw new MeliError('MELI_ACCOUNT_UNKNOWN', `${account.nickname} was disconnected meanwhile`, {
        try: ['meli auth login'],
      })
    }
    if (record.status === 'invalid') throw await this.explain(record)
    return record
  }

  /** Undefined when the lease was lost on the way: whoever has it now is at the same token. */
  async spend(record: TokenRecord, reason: string, keepLease: KeepLease): Promise<Refreshed | undefined> {
    const {clientId} = this.deps
    if (clientId !== undefined && record.clientId !== clientId) throw mismatch(record, clientId)
    try {
      return await this.sendOnce(record, reason, keepLease)
    } catch (error) {
      if (!answerLost(error)) throw error
      // Whether the service carried it out can be known in one way only: by sending it again. If it did not, this heals;
      // if it did, this is refused and nothing more is lost (docs/adr/0004-lost-answers.md).
      if (!(await keepLease())) return undefined
      return this.sendOnce(record, `${reason}, again after a lost answer`, keepLease)
    }
  }

  private async sendOnce(record: TokenRecord, reason: string, keepLease: KeepLease): Promise<Refreshed | undefined> {
    const {journal, clock} = this.deps
    const oauth = await this.deps.oauth()
    const {userId, scope, refreshToken} = record
    const exchangeId = await journal.begin(
      newExchange(this.deps, {kind: 'refresh', userId, sent: refreshToken, reason}),
    )
    try {
      const grant = await oauth.refresh(refreshToken, {userId, scope})
      if (grant.userId !== userId) throw await this.setAside(record, exchangeId, grant, keepLease)
      return await this.store(record, exchangeId, grant, keepLease)
    } catch (error) {
      await journal.finish(exchangeId, 'failed', journalCode(error), clock.now())
      if (!isMeliError(error, 'MELI_GRANT_REJECTED')) throw error
      return this.adoptOrGiveUp(record, keepLease)
    }
  }

  /** Committed before anyone sees it. */
  private async store(record: TokenRecord, exchangeId: string, grant: Grant, keepLease: KeepLease): Promise<Refreshed> {
    const {accounts, clock} = this.deps
    // An answer without a refresh token leaves the one we have as the best one known.
    const next = {...grant, refreshToken: grant.refreshToken ?? record.refreshToken}
    const {userId, refreshToken: spent} = record
    const answered = answeredBy(exchangeId, next.refreshToken)
    const rotation = {userId, spent, next, answered, at: clock.now()}
    const stored = await persist(() => accounts.rotate(rotation), keepLease).catch((error: unknown) => {
      throw notStored(error, record)
    })
    return {record: await this.usable(record), refreshed: stored}
  }

  /** The account's own token was sent, so its row is not trusted any more; and no one gets the tokens of another account. */
  private async setAside(
    record: TokenRecord,
    exchangeId: string,
    grant: Grant,
    keepLease: KeepLease,
  ): Promise<MeliError> {
    const {userId, nickname, refreshToken, clientId} = record
    const id = await persist(() => setAside(this.deps, {grant, clientId, exchangeId}), keepLease)
    await persist(() => this.deps.accounts.invalidate(userId, refreshToken), keepLease)
    const asked = {userId, name: `${nickname} (${userId})`}
    return grantMismatch({asked, answered: grant.userId, id}, [loginCommand(record)])
  }

  /** A lease can run out under a slow holder, so the store is read once more before anyone is told to log in again. */
  private async adoptOrGiveUp(spent: TokenRecord, keepLease: KeepLease): Promise<Refreshed | undefined> {
    const now = await this.usable(spent)
    if (now.refreshToken !== spent.refreshToken) return {record: now, refreshed: false}
    // Whoever has the lease by now may have spent the token and be about to store what came back.
    if (!(await keepLease())) return undefined
    const {userId, refreshToken} = spent
    if (await this.deps.accounts.invalidate(userId, refreshToken)) throw await this.explain(spent)
    return {record: await this.usable(spent), refreshed: false}
  }

  private async explain(record: TokenRecord): Promise<MeliError> {
    const own = fingerprint(record.refreshToken)
    const exchanges = await this.deps.journal.since(record.userId, {fingerprint: own, storedAt: record.updatedAt})
    return authorizationLost(record, exchanges, own)
  }
}

/** The connection broke after the request had left. A time-out is not asked about again: the service may still be at it. */
function answerLost(error: unknown): boolean {
  return isMeliError(error, 'MELI_UNREACHABLE') && error.details?.sent === true
}

function mismatch(record: Account, clientId: string): MeliError {
  return new MeliError(
    'MELI_CLIENT_MISMATCH',
    `${record.nickname} was connected with application ${record.clientId}, and ${clientId} is configured; its refresh token is of no use there`,
    {try: [`set MELI_CLIENT_ID=${record.clientId} with its secret`, loginCommand(record)]},
  )
}

/** The disk said no at the one moment when it matters: what is lost is said, not just what failed. */
function notStored(error: unknown, record: Account): unknown {
  if (!isMeliError(error)) return error
  const lost = `the token of ${record.nickname} was refreshed, but the new one could not be stored and is lost`
  return new MeliError(error.code, `${lost}: ${error.message}`, {
    try: [...error.suggestions.filter((s) => !/again/.test(s)), loginCommand(record)],
    cause: error,
  })
}
