import type {Account, AccountStore, Clock, JobRecord} from '../../ports/index.js'
import type {Around, PlannedJob, ScheduledTask} from './scheduled-task.js'
import {phaseOf} from './slots.js'

const minute = 60_000
/** A token lives six hours. Refreshed this long before its end, one failing hour of the service harms nobody. */
const aheadMs = 60 * minute
/** Tokens that were given together are not refreshed together. */
const spreadMs = 20 * minute
const leastGapMs = minute

export interface TokenTaskDeps {
  accounts: Pick<AccountStore, 'list'>
  clock: Pick<Clock, 'now'>
  clientId: string
  /** A token with at least `minTtlMs` left, refreshed if need be; resolves with its end. */
  refresh: (account: Account, minTtlMs: number) => Promise<Date>
}

/** Refreshes tokens ahead of their end, so that no request has to wait for it, and a seller's refusal is noticed early. */
export class TokenTask implements ScheduledTask {
  readonly kind = 'token'
  readonly waitsForLogin = true
  readonly atOnce = 4
  readonly longestWaitMs = 15 * minute

  constructor(private readonly deps: TokenTaskDeps) {}

  async jobs(known: ReadonlyMap<string, JobRecord>): Promise<PlannedJob[]> {
    const {accounts, clientId} = this.deps
    const mine = (await accounts.list()).filter((account) => account.clientId === clientId)
    const wanted = mine.filter(({storeId, status}) => status === 'active' || known.has(`${this.kind}:${storeId}`))
    return wanted.map(({storeId, expiresAt, status, updatedAt}) => ({
      key: storeId,
      firstAt: new Date(expiresAt.getTime() - this.leadOf(storeId)),
      latestAt: this.dueAt(storeId, expiresAt),
      changedAt: status === 'active' ? updatedAt : null,
    }))
  }

  async run(storeId: string, {signal}: Around): Promise<Date> {
    const account = (await this.deps.accounts.list()).find((each) => each.storeId === storeId)
    if (account === undefined) return new Date(this.deps.clock.now().getTime() + aheadMs)
    signal.throwIfAborted()
    return this.dueAt(storeId, await this.deps.refresh(account, this.leadOf(storeId)))
  }

  /** Of a token that lives shorter than we are ahead, soon, and not at once: each refresh spends a refresh token. */
  private dueAt(storeId: string, expiresAt: Date): Date {
    const now = this.deps.clock.now().getTime()
    const left = expiresAt.getTime() - now
    return new Date(now + Math.ceil(Math.max(leastGapMs, left - this.leadOf(storeId), Math.min(left / 2, 5 * minute))))
  }

  private leadOf(storeId: string): number {
    return aheadMs + Math.floor(phaseOf(storeId) * spreadMs)
  }
}
