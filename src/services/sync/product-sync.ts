import type {Session} from '../accounts/sessions.js'
import type {
  Cache,
  Clock,
  RateBudget,
  RecordSink,
  SyncedProduct,
  SyncLedger,
  SyncSource,
  ThisProcess,
} from '../ports/index.js'
import type {Progress, Scope, SyncByIdDeps} from './active-run.js'
import {type FairSemaphore, limitSource} from './fair-semaphore.js'
import {planOf, type SyncPlan} from './plan.js'
import {ageInWords, resultOf, type SyncResult, skippedResult} from './result.js'
import {syncById} from './sync-by-id.js'

export type {SyncPlan} from './plan.js'
export type {SyncResult} from './result.js'
export interface SyncProgress extends Progress {
  /** Of the stores, when there are several: what those not begun hold is not in the counts. */
  accounts?: {done: number; begun: number; of: number}
}

export interface SyncOptions {
  sandbox: boolean
  /** Only these statuses; all when empty. Others are left as they are, and nothing is taken for removed. */
  statuses: readonly string[]
  /** Reads and compares, writes nothing. */
  dryRun: boolean
  /** Everything, also when the changes alone could do. */
  full?: boolean
  /** Begins anew rather than go on with an interrupted run. */
  restart?: boolean
  /** Milliseconds: nothing is done while the last complete run is younger. */
  ifStaleMs?: number | undefined
  maxDurationMs?: number | undefined
  /** Requests at a time; 8 by default. */
  concurrency?: number | undefined
  /** False: MELI_SYNC_BUSY when another process is at it, rather than wait for it. */
  wait?: boolean
  signal?: AbortSignal
  onProgress?: (progress: SyncProgress) => void
  /** Called with the holder of another process that has to end first. */
  onWaiting?: (holder: string) => void
  /** Shared with the syncs of other accounts. */
  turns?: FairSemaphore
}

export interface ProductSyncDeps {
  ledger: SyncLedger
  sink: (userId: number) => RecordSink<SyncedProduct>
  cache: Pick<Cache, 'ageMs'>
  clock: Clock
  process: Pick<ThisProcess, 'newHolder'>
  /** Of the application; undefined when nothing limits it. */
  budget?: Pick<RateBudget, 'state'> | undefined
  /** How busy this process is; without it, as many requests are under way as may be. */
  activity?: SyncByIdDeps<SyncedProduct>['activity']
}

export const defaultConcurrency = 8
const resource = 'products'

/** Brings the local catalogue in step with the service's. */
export class ProductSync {
  constructor(private readonly deps: ProductSyncDeps) {}

  async run(session: Session, options: SyncOptions): Promise<SyncResult> {
    const {clock, process} = this.deps
    const {userId} = session
    const startedAt = clock.now()
    const {statuses, dryRun, maxDurationMs, turns} = options
    const listings = this.source(session, options)
    const {traffic} = listings
    const around = () => {
      const durationMs = clock.now().getTime() - startedAt.getTime()
      return {resource, sandbox: options.sandbox, userId, dryRun, traffic, durationMs}
    }
    const fresh = await this.fresh(userId, options)
    if (fresh !== undefined) return skippedResult(fresh.last, fresh.reason, around())

    const source = turns === undefined ? listings : limitSource(listings, turns, String(userId))
    const report = await syncById(this.parts(source, userId), {
      scope: scopeOf(userId, statuses),
      full: options.full ?? false,
      restart: options.restart ?? false,
      dryRun,
      concurrency: options.concurrency ?? defaultConcurrency,
      holder: process.newHolder(),
      wait: options.wait ?? true,
      ...{maxDurationMs, signal: options.signal, onProgress: options.onProgress, onWaiting: options.onWaiting},
    })
    return resultOf(report, around())
  }

  /** What a run would cost, from what is known here; asks the service one thing at most. */
  async plan(session: Session, options: SyncOptions): Promise<SyncPlan> {
    const {userId} = session
    const {sandbox, full = false, restart = false, signal} = options
    const scope = scopeOf(userId, options.statuses)
    const parts = this.parts(this.source(session, options), userId)
    const {budget} = this.deps
    const fresh = (await this.fresh(userId, options))?.reason
    return planOf(parts, {scope, sandbox, full, restart, budget, fresh, signal: signal ?? new AbortController().signal})
  }

  private source({api, userId}: Session, {maxDurationMs}: SyncOptions): SyncSource<SyncedProduct> {
    if (maxDurationMs === undefined) return api.items(userId)
    return api.items(userId, {deadline: new Date(this.deps.clock.now().getTime() + maxDurationMs)})
  }

  private parts(source: SyncSource<SyncedProduct>, userId: number): SyncByIdDeps<SyncedProduct> {
    const {ledger, sink, clock, activity} = this.deps
    return {source, ledger, sink: sink(userId), clock, activity}
  }

  /** The last complete run of the whole, when it is young enough for who asks; a part of it is as young. */
  private async fresh(userId: number, {ifStaleMs, full}: SyncOptions) {
    if (ifStaleMs === undefined || full === true) return undefined
    const {ledger, cache, clock} = this.deps
    const age = await cache.ageMs({resource, userId}, clock.now())
    const last = await ledger.lastComplete(resource, userId)
    if (age === undefined || last === undefined || age >= ifStaleMs) return undefined
    // What was marked stale by name is not waited with.
    if ((await this.deps.sink(userId).stale(1)).length > 0) return undefined
    return {last, reason: `the last complete sync is ${ageInWords(age)} old`}
  }
}

/** A part of the catalogue has runs of its own: they prove nothing about the whole. */
function scopeOf(userId: number, statuses: readonly string[]): Scope {
  const chosen = [...new Set(statuses)].sort()
  return {
    resource: chosen.length === 0 ? resource : `${resource}[${chosen.join(',')}]`,
    userId,
    slices: chosen.map((status) => ({status})),
  }
}
