import {randomUUID} from 'node:crypto'
import {isMeliError, MeliError} from '../../errors.js'
import type {Account, AccountStore, Clock, OAuth, Protect, RefreshJournal, TokenRecord} from '../ports.js'
import {authorizationLost} from './explain-loss.js'
import {fingerprint} from './fingerprint.js'

export interface RefreshDeps {
  accounts: Pick<AccountStore, 'load' | 'rotate' | 'invalidate' | 'acquireLease' | 'releaseLease'>
  journal: RefreshJournal
  /** Built on first use, because it needs a client id and secret, and many commands need neither. */
  oauth: () => Promise<OAuth>
  clock: Clock
  /** The configured application; tokens of another one cannot be refreshed. Undefined: not configured. */
  clientId: string | undefined
  httpTimeoutMs: number
  process: {pid: number; host: string}
  protect: Protect
}

/** Beyond the HTTP time-out: what a holder needs to store the answer. */
const leaseGraceMs = 5_000

export type Satisfied = (record: TokenRecord) => boolean

/**
 * Spends a refresh token once, whatever the number of processes that want to. Under a lease in the store the row is read
 * again (the loser of a race adopts the winner's token), the spend is journalled before it is sent, and the new pair is
 * committed before anyone sees it.
 */
export class Refresher {
  constructor(private readonly deps: RefreshDeps) {}

  /** Returns a record that satisfies the caller, refreshing at most once. `reason` goes into the journal. */
  async refreshUnless(
    account: Account,
    satisfied: Satisfied,
    reason: string,
  ): Promise<{record: TokenRecord; refreshed: boolean}> {
    const {accounts, clock, httpTimeoutMs} = this.deps
    const holder = `${this.deps.process.host}:${this.deps.process.pid}:${randomUUID()}`
    // A holder that was killed frees the others when its lease runs out; one more lease length is patience enough.
    const leaseMs = httpTimeoutMs + leaseGraceMs
    const giveUpAt = clock.now().getTime() + 2 * leaseMs

    for (;;) {
      const record = await this.usable(account)
      if (satisfied(record)) return {record, refreshed: false}
      const now = clock.now()
      const lease = await accounts.acquireLease(account.userId, holder, now, new Date(now.getTime() + leaseMs))
      if (lease.held) {
        try {
          const again = await this.usable(account)
          if (satisfied(again)) return {record: again, refreshed: false}
          return await this.deps.protect(() => this.spend(again, reason))
        } finally {
          await accounts.releaseLease(account.userId, holder)
        }
      }
      if (now.getTime() >= giveUpAt) throw busy(account, lease.holder)
      await clock.sleep(50 + Math.random() * 100)
    }
  }

  private async usable(account: Account): Promise<TokenRecord> {
    const record = await this.deps.accounts.load(account.userId)
    if (record === undefined) {
      throw new MeliError('MELI_ACCOUNT_UNKNOWN', `${account.nickname} was disconnected meanwhile`, {
        try: ['meli auth login'],
      })
    }
    if (record.status === 'invalid') throw await this.explain(record)
    return record
  }

  private async spend(record: TokenRecord, reason: string): Promise<{record: TokenRecord; refreshed: boolean}> {
    const {accounts, journal, clock, clientId} = this.deps
    if (clientId !== undefined && record.clientId !== clientId) throw mismatch(record, clientId)
    const oauth = await this.deps.oauth()
    const attemptId = await journal.begin({
      userId: record.userId,
      tokenFingerprint: fingerprint(record.refreshToken),
      processId: this.deps.process.pid,
      host: this.deps.process.host,
      reason,
      sentAt: clock.now(),
    })
    let grant: Awaited<ReturnType<OAuth['refresh']>>
    try {
      grant = await oauth.refresh(record.refreshToken)
    } catch (error) {
      return this.adoptOrFail(record, attemptId, error)
    }
    // An answer without a refresh token leaves the one we have as the best one known.
    const next = {...grant, refreshToken: grant.refreshToken ?? record.refreshToken}
    const stored = await accounts.rotate({
      userId: record.userId,
      spent: record.refreshToken,
      next,
      attemptId,
      at: clock.now(),
    })
    const now = await this.usable(record)
    if (!stored) await journal.finish(attemptId, 'failed', 'MELI_GRANT_REJECTED', clock.now())
    return {record: now, refreshed: stored}
  }

  /** A lease can run out under a slow holder, so the store is read once more before anyone is told to log in again. */
  private async adoptOrFail(
    spent: TokenRecord,
    attemptId: string,
    error: unknown,
  ): Promise<{record: TokenRecord; refreshed: boolean}> {
    const {accounts, journal, clock} = this.deps
    const code = isMeliError(error) ? error.code : 'MELI_UNEXPECTED'
    await journal.finish(attemptId, 'failed', code, clock.now())
    if (!isMeliError(error, 'MELI_GRANT_REJECTED')) throw error

    const now = await this.usable(spent)
    if (now.refreshToken !== spent.refreshToken) return {record: now, refreshed: false}
    await accounts.invalidate(spent.userId, spent.refreshToken, clock.now())
    throw await this.explain(spent)
  }

  private async explain(record: TokenRecord): Promise<MeliError> {
    return authorizationLost(
      record,
      await this.deps.journal.recent(record.userId, 20),
      fingerprint(record.refreshToken),
    )
  }
}

function mismatch(record: Account, clientId: string): MeliError {
  return new MeliError(
    'MELI_CLIENT_MISMATCH',
    `${record.nickname} was connected with application ${record.clientId}, and ${clientId} is configured; its refresh token is of no use there`,
    {try: [`set MELI_CLIENT_ID=${record.clientId} with its secret`, `meli auth login --expect ${record.userId}`]},
  )
}

function busy(account: Account, holder: string): MeliError {
  return new MeliError(
    'MELI_REFRESH_BUSY',
    `another process (${holder.split(':').slice(0, 2).join(':')}) is refreshing the token of ${account.nickname} and does not finish`,
    {
      try: ['run the command again in some seconds'],
    },
  )
}
