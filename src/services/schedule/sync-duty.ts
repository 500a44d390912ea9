import {isMeliError} from '../../errors.js'
import type {Account, AccountStore, Clock, JobRecord, SyncLedger} from '../ports.js'
import type {Around, Duty, PlannedJob} from './duty.js'
import {earlier, lastNight, nextNight, nextSlot, phaseOf} from './spread.js'

const minute = 60_000
/** Stores that are found all at once, when a database is served for the first time, begin within this. */
const firstSpreadMs = 10 * minute
/** Whoever connected a store this recently wants to see something. */
const newlyMs = 15 * minute
/** While somebody at a terminal syncs the same store. */
const busyWaitMs = 5 * minute
const dayMs = 24 * 60 * minute
/** Besides those of a day that came round by themselves: runs that were started by hand. */
const otherRuns = 50

export interface SyncDutyDeps {
  accounts: Pick<AccountStore, 'list'>
  ledger: Pick<SyncLedger, 'recent'>
  clock: Pick<Clock, 'now'>
  /** The application that this process acts for; accounts of others are none of its business. */
  clientId: string
  everyMs: number
  atOnce: number
  /** MELI_SYNC_BUSY when another process syncs the same account. */
  sync: (account: Account, options: {full: boolean; signal: AbortSignal}) => Promise<{stopped: boolean}>
}

/** Brings each store in step every so often, each at times of its own; once a night everything is listed. */
export class SyncDuty implements Duty {
  readonly kind = 'sync'
  readonly waitsForLogin = true
  readonly atOnce: number
  readonly longestWaitMs: number

  constructor(private readonly deps: SyncDutyDeps) {
    this.atOnce = deps.atOnce
    this.longestWaitMs = Math.max(deps.everyMs, 60 * minute)
  }

  async jobs(known: ReadonlyMap<string, JobRecord>): Promise<PlannedJob[]> {
    const {accounts, clientId} = this.deps
    const mine = (await accounts.list()).filter((account) => account.clientId === clientId)
    // One that was never synced and cannot be is not begun with.
    const wanted = mine.filter(({storeId, status}) => status === 'active' || known.has(`${this.kind}:${storeId}`))
    return wanted.map((account) => ({
      key: account.storeId,
      firstAt: this.firstAt(account),
      latestAt: this.nextAt(account.storeId),
      changedAt: account.status === 'active' ? account.updatedAt : null,
    }))
  }

  async run(storeId: string, {signal}: Around): Promise<Date> {
    const {accounts, clock, sync} = this.deps
    const account = (await accounts.list()).find((each) => each.storeId === storeId)
    // Logged out since it was planned.
    if (account === undefined) return this.nextAt(storeId)
    try {
      const {stopped} = await sync(account, {full: await this.isForNight(account), signal})
      // A run that took too long goes on, after others had their turn.
      return stopped ? this.inMs(minute) : this.nextAt(storeId)
    } catch (error) {
      if (!isMeliError(error, 'MELI_SYNC_BUSY')) throw error
      return earlier(new Date(clock.now().getTime() + busyWaitMs), this.nextAt(storeId))
    }
  }

  /** Nobody has listed everything since this store's time of the night. */
  private async isForNight({userId, storeId}: Account): Promise<boolean> {
    const {ledger, clock, everyMs} = this.deps
    const night = lastNight(storeId, clock.now())
    const runs = await ledger.recent({userId, limit: Math.ceil(dayMs / everyMs) + otherRuns})
    return !runs.some(({resource, kind, outcome, finishedAt}) => {
      const isWhole = resource === 'products' && kind === 'full' && (outcome === 'complete' || outcome === 'incomplete')
      return isWhole && finishedAt !== null && finishedAt >= night
    })
  }

  private firstAt({storeId, updatedAt}: Account): Date {
    const now = this.deps.clock.now()
    if (now.getTime() - updatedAt.getTime() < newlyMs) return now
    return this.inMs(phaseOf(storeId) * Math.min(firstSpreadMs, this.deps.everyMs))
  }

  private nextAt(storeId: string): Date {
    const {clock, everyMs} = this.deps
    const now = clock.now()
    return earlier(nextSlot(storeId, everyMs, now), nextNight(storeId, now))
  }

  private inMs(ms: number): Date {
    return new Date(this.deps.clock.now().getTime() + Math.ceil(ms))
  }
}
