import {randomUUID} from 'node:crypto'
import {isMeliError} from '../../errors.js'
import type {Clock, ItemAnswer, Product, ProductCounts, ProductStore, SyncOutcome, SyncRunStore} from '../ports.js'
import type {Session} from '../sessions.js'

export interface SyncOptions {
  sandbox: boolean
  /** Only these statuses; all when empty. */
  statuses: readonly string[]
  /** Reads and compares, writes nothing. */
  dryRun: boolean
  signal?: AbortSignal
  onProgress?: (progress: SyncProgress) => void
}

export interface SyncProgress {
  listed: number
  done: number
  total: number
}

export interface SyncResult {
  ok: boolean
  mode: 'production' | 'sandbox'
  run_id: string
  user_id: number
  dry_run: boolean
  listed: number
  created: number
  updated: number
  unchanged: number
  removed: number
  failed: Array<{id: string; status: number; message: string}>
  requests: number
  /** All that the service said it has was listed and fetched. */
  complete: boolean
  error_code: 'MELI_SYNC_INCOMPLETE' | null
  duration_ms: number
}

export interface ProductSyncDeps {
  products: ProductStore
  syncRuns: SyncRunStore
  clock: Clock
}

/** Ids in one bulk request, by the service's rule. */
const bulkSize = 20

/** Brings the local catalogue in step with the service's: scan for ids, fetch in bulk, upsert page by page. */
export class ProductSync {
  constructor(private readonly deps: ProductSyncDeps) {}

  async run(session: Session, options: SyncOptions): Promise<SyncResult> {
    const run = new Run(this.deps, session, options)
    if (options.dryRun) return run.sync()
    const {syncRuns, clock} = this.deps
    await syncRuns.start({id: run.id, resource: 'products', userId: session.userId, startedAt: clock.now()})
    let outcome: SyncOutcome = 'failed'
    try {
      const result = await run.sync()
      outcome = result.complete ? 'complete' : 'incomplete'
      return result
    } catch (error) {
      if (isMeliError(error, 'MELI_INTERRUPTED')) outcome = 'interrupted'
      throw error
    } finally {
      await syncRuns.finish(run.id, outcome, run.counts(), clock.now())
    }
  }
}

/** One run and its tallies. */
class Run {
  readonly id = randomUUID()
  private readonly seen = new Set<string>()
  private readonly tally: ProductCounts & {removed: number} = {created: 0, updated: 0, unchanged: 0, removed: 0}
  private readonly failed: SyncResult['failed'] = []
  private total = 0

  constructor(
    private readonly deps: ProductSyncDeps,
    private readonly session: Session,
    private readonly options: SyncOptions,
  ) {}

  async sync(): Promise<SyncResult> {
    const {clock} = this.deps
    const {api, userId} = this.session
    const startedAt = clock.now()
    const requestsBefore = api.requests

    const statuses = this.options.statuses.length === 0 ? [undefined] : new Set(this.options.statuses)
    for (const status of statuses) await this.readListing(status)

    const listedWhole = this.seen.size === this.total
    if (listedWhole && this.options.statuses.length === 0) this.tally.removed = await this.sweep(startedAt)
    const complete = listedWhole && this.failed.length === 0
    return {
      ok: complete,
      mode: this.options.sandbox ? 'sandbox' : 'production',
      run_id: this.id,
      user_id: userId,
      dry_run: this.options.dryRun,
      listed: this.seen.size,
      ...this.tally,
      failed: this.failed,
      requests: api.requests - requestsBefore,
      complete,
      error_code: complete ? null : 'MELI_SYNC_INCOMPLETE',
      duration_ms: clock.now().getTime() - startedAt.getTime(),
    }
  }

  counts(): Readonly<Record<string, number>> {
    return {listed: this.seen.size, ...this.tally, failed: this.failed.length}
  }

  private async readListing(status: string | undefined): Promise<void> {
    const {signal} = this.options
    const before = this.total
    for await (const page of this.session.api.scanItems(this.session.userId, {
      ...(status === undefined ? {} : {status}),
      ...(signal === undefined ? {} : {signal}),
    })) {
      this.total = before + page.total
      const fresh = page.ids.filter((id) => !this.seen.has(id))
      for (const id of fresh) this.seen.add(id)
      await this.fetch([...new Set(fresh)])
    }
  }

  /** A page of ids, fetched side by side in requests of twenty and written in one transaction. */
  private async fetch(ids: readonly string[]): Promise<void> {
    const stop = new AbortController()
    const signal = AbortSignal.any([stop.signal, ...(this.options.signal === undefined ? [] : [this.options.signal])])
    const requests: Array<Promise<ItemAnswer[]>> = []
    for (let at = 0; at < ids.length; at += bulkSize) {
      const asked = this.ask(ids.slice(at, at + bulkSize), signal)
      // One that cannot be had for good ends the run: the others need not go on trying.
      asked.catch((error: unknown) => stop.abort(error))
      requests.push(asked)
    }
    const settled = await Promise.allSettled(requests)
    await this.keep(settled.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])))
    const refused = settled.find((answer) => answer.status === 'rejected')
    if (refused !== undefined) throw refused.reason
    const {created, updated, unchanged} = this.tally
    const done = created + updated + unchanged + this.failed.length
    this.options.onProgress?.({listed: this.seen.size, done, total: this.total})
  }

  /** A refusal, or an answer that cannot be read, costs the ids that were asked for and not the rest of the catalogue. */
  private async ask(ids: readonly string[], signal: AbortSignal): Promise<ItemAnswer[]> {
    const {api, userId} = this.session
    try {
      return await api.getItems(ids, {userId, signal})
    } catch (error) {
      if (!isMeliError(error) || !(error.family === 'api' || error.code === 'MELI_ANSWER_UNUSABLE')) throw error
      const status = Number(error.details?.status ?? 0)
      return ids.map((id) => ({ok: false, id, status, message: error.message}))
    }
  }

  private async keep(answers: readonly ItemAnswer[]): Promise<void> {
    const products: Product[] = []
    for (const answer of answers) {
      if (answer.ok) products.push(answer.product)
      else this.failed.push({id: answer.id, status: answer.status, message: answer.message})
    }
    const {products: store, clock} = this.deps
    const counts = this.options.dryRun
      ? await store.compare(products)
      : await store.save(products, {runId: this.id, at: clock.now()})
    this.tally.created += counts.created
    this.tally.updated += counts.updated
    this.tally.unchanged += counts.unchanged
  }

  /** What the whole listing did not name is gone. What it named but could not be fetched is not. */
  private async sweep(at: Date): Promise<number> {
    const {products} = this.deps
    const {userId} = this.session
    const failedIds = this.failed.map((f) => f.id)
    if (this.options.dryRun) return products.countUnlisted(userId, this.seen)
    await products.touch(userId, failedIds, this.id)
    return products.removeUnseen(userId, {runId: this.id, at})
  }
}
