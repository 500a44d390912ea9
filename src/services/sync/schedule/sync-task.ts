import {type ErrorCode, MeliError} from '../../../core/errors.js'
import type {Account, AccountStore, Clock, JobRecord, Log, SyncLedger} from '../../ports/index.js'
import {Backoff, type ResourceEnd} from './backoff.js'
import type {Around, PlannedJob, ScheduledTask} from './scheduled-task.js'
import {earlier, lastNight, nextNight, nextSlot, phaseOf} from './slots.js'

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
/** Where these are not to be had, nothing of the store works. */
const main = 'products'

/** One resource of a store, as its sync ended: with an error, at its time limit, or well enough. */
export interface SyncedResource extends ResourceEnd {
  stopped?: boolean
}

export interface SyncWish {
  /** The resources of the task that are due. */
  resources: ReadonlySet<string>
  /** All products are listed. */
  full: boolean
  signal: AbortSignal
}

export interface SyncTaskDeps {
  accounts: Pick<AccountStore, 'list'>
  ledger: Pick<SyncLedger, 'recent' | 'lastReached'>
  clock: Pick<Clock, 'now'>
  /** The application that this process acts for; accounts of others are none of its business. */
  clientId: string
  everyMs: number
  atOnce: number
  /** In the order in which they are synced: products, and what is sold. */
  resources: readonly string[]
  /** Tells how each that is due ended; MELI_SYNC_BUSY when another process is at it. */
  sync: (account: Account, wish: SyncWish) => Promise<readonly SyncedResource[]>
  random: () => number
}

/**
 * Brings each store in step every so often, each at times of its own; once a night all products are listed. The job fails
 * with the products alone: what else fails is tried again on its own, and what the service refuses is left at that.
 */
export class SyncTask implements ScheduledTask {
  readonly kind = 'sync'
  readonly waitsForLogin = true
  readonly atOnce: number
  readonly longestWaitMs: number
  private readonly backoff: Backoff

  constructor(private readonly deps: SyncTaskDeps) {
    this.atOnce = deps.atOnce
    this.longestWaitMs = Math.max(deps.everyMs, 60 * minute)
    this.backoff = new Backoff({longestWaitMs: this.longestWaitMs, random: deps.random})
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

  async run(storeId: string, {signal, log}: Around): Promise<Date> {
    const account = (await this.deps.accounts.list()).find((each) => each.storeId === storeId)
    // Logged out since it was planned.
    if (account === undefined) return this.nextAt(storeId)
    const full = await this.isForNight(account)
    const resources = await this.due(account, full)
    return this.judge(storeId, await this.deps.sync(account, {resources, full, signal}), log)
  }

  /** When the store is due again, by what came of it. */
  private judge(storeId: string, ends: readonly SyncedResource[], log: Log): Date {
    const failed = ends.find(({resource, error}) => resource === main && error !== undefined)?.error
    if (failed !== undefined && failed.code !== 'MELI_SYNC_BUSY')
      throw new MeliError(failed.code as ErrorCode, failed.message, {try: failed.suggestions})
    const dates = ends.map(({stopped = false, ...end}) => {
      // A run that took too long goes on, after others had their turn.
      if (stopped) return this.inMs(minute)
      if (end.error?.code === 'MELI_SYNC_BUSY') return this.inMs(busyWaitMs)
      if (end.resource === main) return undefined
      const wait = this.backoff.note(storeId, end, log)
      return wait === undefined ? undefined : this.inMs(wait)
    })
    return dates.filter((date) => date !== undefined).reduce(earlier, this.nextAt(storeId))
  }

  /**
   * All of them when it is the store's turn; before that, those that were not brought in step since. Shipments follow orders,
   * which name them.
   */
  private async due({userId, storeId}: Account, full: boolean): Promise<ReadonlySet<string>> {
    const {ledger, clock, everyMs, resources} = this.deps
    const turn = new Date(nextSlot(storeId, everyMs, clock.now()).getTime() - everyMs)
    const due = new Set<string>()
    for (const resource of resources) {
      const last = await ledger.lastReached(resource, userId)
      const isInStep = last !== undefined && last.startedAt >= turn
      if (!isInStep || (resource === main && full) || (resource === 'shipments' && due.has('orders'))) due.add(resource)
    }
    return due
  }

  /** Nobody has listed all products since this store's time of the night. */
  private async isForNight({userId, storeId}: Account): Promise<boolean> {
    const {ledger, clock, everyMs} = this.deps
    const night = lastNight(storeId, clock.now())
    const runs = await ledger.recent({userId, resource: main, limit: Math.ceil(dayMs / everyMs) + otherRuns})
    return !runs.some(({kind, outcome, finishedAt}) => {
      const isWhole = kind === 'full' && (outcome === 'complete' || outcome === 'incomplete')
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
