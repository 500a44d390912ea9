import type {Session} from '../accounts/sessions.js'
import type {Clock, RunSink, SyncLedger, ThisProcess, WalkSource} from '../ports/index.js'
import type {Identified} from './active-run.js'
import {limitPagedSource} from './fair-semaphore.js'
import type {SyncOptions} from './product-sync.js'
import {ageInWords, resultOf, type SyncResult, skippedResult} from './result.js'
import {syncByPage} from './sync-by-page.js'

/** Those of a sync of products that make sense where a listing gives whole records. */
export type ResourceSyncOptions = Omit<SyncOptions, 'statuses' | 'concurrency'>

export interface ResourceSyncDeps<T extends Identified> {
  /** Its name in the ledger and in results: `questions`. */
  resource: string
  source: (session: Session, options: {dryRun: boolean}) => WalkSource<T>
  sink: (userId: number) => RunSink<T>
  /** Marks records as gone at the service; how many were not marked yet. See PagedSyncDeps. */
  gone?: (userId: number, ids: readonly string[], at: Date) => Promise<number>
  ledger: SyncLedger
  clock: Clock
  process: Pick<ThisProcess, 'newHolder'>
}

/** Brings the local copy of questions, orders or shipments in step with the service. */
export class ResourceSync<T extends Identified> {
  constructor(private readonly deps: ResourceSyncDeps<T>) {}

  get resource(): string {
    return this.deps.resource
  }

  /** Fails as the service does, and with MELI_SYNC_BUSY; a run with records missing is a result. */
  async run(session: Session, options: ResourceSyncOptions): Promise<SyncResult> {
    const {resource, clock, ledger, process} = this.deps
    const {userId} = session
    const startedAt = clock.now()
    const {sandbox, dryRun, turns, full = false, restart = false, wait = true} = options
    const whole = this.deps.source(session, {dryRun})
    const {traffic} = whole
    const around = () => {
      const durationMs = clock.now().getTime() - startedAt.getTime()
      return {resource, sandbox, userId, dryRun, traffic, durationMs}
    }
    const fresh = await this.fresh(userId, options)
    if (fresh !== undefined) return skippedResult(fresh.last, fresh.reason, around())

    const source = turns === undefined ? whole : limitPagedSource(whole, turns, String(userId))
    const {gone} = this.deps
    const parts = {
      ...{source, ledger, clock, sink: this.deps.sink(userId)},
      gone: gone && ((ids: readonly string[], at: Date) => gone(userId, ids, at)),
    }
    const report = await syncByPage(parts, {
      ...{resource, userId, full, restart, wait, dryRun},
      holder: process.newHolder(),
      ...{maxDurationMs: options.maxDurationMs, signal: options.signal},
      ...{onProgress: options.onProgress, onWaiting: options.onWaiting},
    })
    return resultOf(report, around())
  }

  /** The last complete run, when it is young enough for who asks. */
  private async fresh(userId: number, {ifStaleMs, full}: ResourceSyncOptions) {
    if (ifStaleMs === undefined || full === true) return undefined
    const {ledger, clock, resource} = this.deps
    const last = await ledger.lastComplete(resource, userId)
    if (last === undefined) return undefined
    const age = Math.max(0, clock.now().getTime() - last.startedAt.getTime())
    if (age >= ifStaleMs) return undefined
    return {last, reason: `the last complete sync is ${ageInWords(age)} old`}
  }
}
