import {isMeliError} from '../../../errors.js'
import type {Checkpoint, ListedPage, Slice} from '../../ports.js'
import type {ActiveRun} from './active-run.js'
import type {Identified} from './parts.js'
import type {PendingQueue} from './pending-queue.js'
import {Union} from './union.js'

/** A cursor lives five minutes after its last use; this much is left for the way. docs/mercadolibre.md, section 6.1. */
const cursorLifeMs = 5 * 60_000 - 15_000
/** Listings of one slice that expire one after another without naming anything new. */
const mostBarren = 2

/** Names every id, page by page, ahead of the fetchers, and leaves a checkpoint behind each page. */
export class Lister<T extends Identified> {
  /** A page of the listing under way was asked for again. */
  mayHaveLostPages = false
  private barren = 0
  private readonly union: Union<T>

  constructor(
    private readonly run: ActiveRun<T>,
    private readonly queue: PendingQueue,
  ) {
    this.union = new Union(run)
  }

  /** Pages that were lost with another process cannot have been replaced by what came later. */
  get holds(): boolean {
    return this.union.holds
  }

  async list(signal: AbortSignal): Promise<void> {
    this.mayHaveLostPages = false
    try {
      if (this.run.resumed) this.goOn()
      while (!(await this.isDone(signal))) await this.listSlice(signal)
    } finally {
      // Whoever waits for ids must wake up, however this ends.
      this.queue.close()
    }
  }

  /** The whole once more, without fetching what is known; or of the whole as much as shows what was missed. */
  again(): void {
    const {run} = this
    const {listed, steady, total} = run.checkpoint
    const missed = listed && steady && run.named < total && this.slices().length === 1
    run.begin(missed ? this.union.with(afresh(run.checkpoint), total) : afresh(run.checkpoint))
    this.queue.open()
  }

  private async isDone(signal: AbortSignal): Promise<boolean> {
    const {run} = this
    if ((await this.union.isWhole(signal)) && !run.checkpoint.listed) await this.endSlice()
    return run.checkpoint.listed
  }

  private async listSlice(signal: AbortSignal): Promise<void> {
    const {run} = this
    const slice = this.slices()[run.checkpoint.slice]
    if (slice === undefined) {
      await run.note([], {...run.checkpoint, listed: true})
      return
    }
    const noted = {fresh: 0}
    try {
      if (!pastLastPage(run.checkpoint)) await this.readPages(slice, signal, noted)
      if (pastLastPage(run.checkpoint)) await this.endSlice()
    } catch (error) {
      if (!isMeliError(error, 'MELI_LISTING_EXPIRED')) throw error
      this.barren = noted.fresh > 0 ? 0 : this.barren + 1
      this.restart(error)
    }
  }

  private async readPages(slice: Slice, signal: AbortSignal, noted: {fresh: number}): Promise<void> {
    const {run, queue} = this
    for await (const page of run.parts.source.list(slice, run.checkpoint.cursor, signal)) {
      if (page.askedAgain === true) this.mayHaveLostPages = true
      await this.union.check(page.total)
      const next = this.behind(page)
      if (next.continued && !next.steady) {
        this.again()
        return
      }
      run.total = next.total + page.total
      const fresh = await run.note(page.ids, next)
      noted.fresh += fresh.length
      queue.offer(fresh)
      run.report()
      if (await this.union.isWhole(signal)) return
    }
    // The source may end without having said that the page before was the last, or without any page.
    run.checkpoint = {...run.checkpoint, cursor: null, cursorAt: null, sliceTotal: run.checkpoint.sliceTotal ?? 0}
  }

  private async endSlice(): Promise<void> {
    const {run} = this
    const {slice: index, total, sliceTotal} = run.checkpoint
    const done = {slice: index + 1, total: total + (sliceTotal ?? 0)}
    const listed = done.slice >= this.slices().length
    this.barren = 0
    await run.note([], {...run.checkpoint, ...done, ...noSlice, listed})
  }

  private behind({cursor, total}: ListedPage): Checkpoint {
    const {checkpoint, parts} = this.run
    const {sliceTotal} = checkpoint
    const steady = checkpoint.steady && (sliceTotal === null || sliceTotal === total)
    return {...checkpoint, cursor, cursorAt: cursor === null ? null : parts.clock.now(), sliceTotal: total, steady}
  }

  /** After an expiry: the listing from its beginning, or in slices when the whole takes longer than a cursor lives. */
  private restart(error: unknown): void {
    const {run} = this
    const {checkpoint} = run
    if (this.barren >= mostBarren) {
      if (!this.canSlice()) throw error
      this.barren = 0
      run.begin({...afresh(checkpoint), sliced: true})
    } else if (checkpoint.slice === 0) {
      run.begin(afresh(checkpoint))
    } else {
      run.checkpoint = {...checkpoint, ...noSlice}
    }
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

  /**
   * A listing left by another process goes on where it stopped, while its cursor lives and the count has not moved: a
   * page lost on the way then shows as a count that does not fit.
   */
  private goOn(): void {
    const {run} = this
    const {cursor, cursorAt, steady, listed, slice, since, sliceTotal} = run.checkpoint
    if (listed || cursor === null) return
    const age = run.now() - (cursorAt?.getTime() ?? Number.NEGATIVE_INFINITY)
    if (steady && age >= 0 && age < cursorLifeMs) run.checkpoint = {...run.checkpoint, continued: true}
    else if (slice > 0) run.checkpoint = {...run.checkpoint, ...noSlice}
    else if (since !== undefined && sliceTotal !== null) run.begin(this.union.with(afresh(run.checkpoint), sliceTotal))
    else run.begin(afresh(run.checkpoint))
  }
}

const noSlice = {cursor: null, cursorAt: null, sliceTotal: null}

function pastLastPage({cursor, sliceTotal}: Checkpoint): boolean {
  return cursor === null && sliceTotal !== null
}

function afresh({since: _, continued: __, ...checkpoint}: Checkpoint): Checkpoint {
  return {...checkpoint, ...noSlice, steady: true, scan: checkpoint.scan + 1, slice: 0, total: 0, listed: false}
}
