import {isMeliError} from '../../../core/errors.js'
import type {Checkpoint, ListedPage, Slice} from '../../ports/index.js'
import type {ActiveRun} from './active-run.js'
import type {Identified} from './parts.js'
import type {PendingQueue} from './pending-queue.js'

/** Listings that expire one after another without naming a new id, before the whole is listed slice by slice. */
const mostEmpty = 2

/** Lists every id, page by page, ahead of the fetchers, and leaves a checkpoint behind each page. */
export class Lister<T extends Identified> {
  /** Ids that the listing under way was the first to name in this run. */
  fresh = 0
  /** The listing under way was begun by this process. */
  private isOwn: boolean
  private empty = 0

  constructor(
    private readonly run: ActiveRun<T>,
    private readonly queue: PendingQueue,
  ) {
    this.isOwn = !run.resumed
  }

  async list(signal: AbortSignal): Promise<void> {
    try {
      while (!this.run.checkpoint.listed) await this.listSlice(signal)
    } finally {
      // Fetchers that wait for ids must wake up, however this ends.
      this.queue.close()
    }
  }

  /** Prepares another listing of the whole, which does not fetch again what is here. */
  again(): void {
    this.begin({})
    this.queue.open()
  }

  /** Lists on from the checkpoint to the end of the slice. A page whose answer was lost is asked for again. */
  private async listSlice(signal: AbortSignal): Promise<void> {
    const {run} = this
    const slice = this.slices()[run.checkpoint.slice]
    if (slice === undefined) {
      await run.note([], {...run.checkpoint, listed: true})
      return
    }
    try {
      for await (const page of run.parts.source.list(slice, run.checkpoint.cursor, signal)) {
        if (await this.record(page)) return
      }
    } catch (error) {
      if (!isMeliError(error, 'MELI_LISTING_EXPIRED')) throw error
      this.restart(error)
    }
  }

  /** Whether this was the last page of the slice. */
  private async record(page: ListedPage): Promise<boolean> {
    const {run, queue} = this
    const before = run.listed
    run.total = run.checkpoint.total + page.total
    const fresh = await run.note(page.ids, this.behind(page))
    this.fresh += fresh.length
    queue.offer(fresh)
    run.report()
    if (page.cursor === null) return true
    // A scroll that stands still or goes round would never end.
    const isRepeated = page.ids.length > 0 && run.listed === before
    if (isRepeated) await run.note([], this.behind({...page, cursor: null}))
    return isRepeated
  }

  private behind({cursor, total}: ListedPage): Checkpoint {
    const {checkpoint} = this.run
    if (cursor !== null) return {...checkpoint, cursor}
    const slice = checkpoint.slice + 1
    return {
      ...checkpoint,
      ...{slice, cursor: null, total: checkpoint.total + total},
      listed: slice >= this.slices().length,
    }
  }

  /** Begins anew after an expiry: with the whole, or in slices when the whole takes longer than a scroll lives. */
  private restart(error: unknown): void {
    if (this.isOwn) this.empty = this.fresh > 0 ? 0 : this.empty + 1
    const sliced = this.empty >= mostEmpty
    if (sliced && !this.canSlice()) throw error
    if (sliced) this.empty = 0
    this.begin(sliced ? {sliced} : {})
  }

  private begin(changes: Partial<Checkpoint>): void {
    const {run} = this
    const {checkpoint} = run
    this.fresh = 0
    this.isOwn = true
    run.begin({
      ...checkpoint,
      ...{scan: checkpoint.scan + 1, slice: 0, cursor: null, total: 0, listed: false},
      ...changes,
    })
  }

  private canSlice(): boolean {
    const {checkpoint, parts, request} = this.run
    return !checkpoint.sliced && request.scope.slices.length === 0 && parts.source.slices.length > 0
  }

  private slices(): readonly Slice[] {
    const {checkpoint, parts, request} = this.run
    if (checkpoint.sliced) return parts.source.slices
    return request.scope.slices.length > 0 ? request.scope.slices : [{}]
  }
}
