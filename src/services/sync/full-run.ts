import {isMeliError} from '../../core/errors.js'
import type {Checkpoint, ListedPage, Slice} from '../ports/index.js'
import type {ActiveRun, Identified} from './active-run.js'
import {runAll} from './concurrency.js'
import {fetchers} from './fetchers.js'
import {nameMoved} from './moved-records.js'
import {PendingQueue} from './pending-queue.js'
import {missingLimit} from './run-report.js'

/** Listings in one process before a catalogue that keeps changing is reported as incomplete. */
const mostListings = 4
/** What an element answers for a record that is not there. */
const goneStatuses: readonly number[] = [404, 410]

export interface Whole {
  /** The ids that the last listing named are as many as the service says it has. */
  whole: boolean
  removed: number
}

/** Lists everything and fetches it side by side, until the ids named and the service's own count agree. */
export async function fullRun<T extends Identified>(run: ActiveRun<T>): Promise<Whole> {
  const {parts, request} = run
  const {batchSize} = parts.source
  const queue = new PendingQueue({ledger: parts.ledger, runId: run.id, batchSize, resumed: run.resumed})
  const lister = new Lister(run, queue)
  const rechecks = new Rechecks(run)
  let whole = false
  let began = run.startedAt
  let before: Count | undefined
  for (let listing = 1; listing <= mostListings; listing++) {
    if (listing > 1) {
      began = parts.clock.now()
      lister.again()
    }
    await runAll(request.signal, [(signal) => lister.list(signal), ...fetchers(run, queue)])
    const count = await countOf(run)
    whole = count.listed === count.total
    // Another listing that names the same ids beside the same count shows that the count is wrong, and not the listing.
    if (!whole && lister.fresh === 0 && isSame(count, before)) break
    before = count
    if (whole && mayMissMoved(run)) whole = await nameMoved(run, began)
    if (whole && !(await rechecks.areNeeded())) break
  }
  return {whole, removed: whole && request.scope.slices.length === 0 ? await sweep(run) : 0}
}

/**
 * A record can go from one part to another between their listings, or into a part while a killed run waits to be resumed. For the
 * whole, an incremental run behind the resumed one finds what changed meanwhile.
 */
function mayMissMoved<T extends Identified>({checkpoint, request, resumed}: ActiveRun<T>): boolean {
  const {length} = request.scope.slices
  return checkpoint.sliced || length > 1 || (length === 1 && resumed)
}

/** Findings of a listing that another one has to confirm, each once. */
class Rechecks<T extends Identified> {
  private readonly done = new Set<'ghosts' | 'nothing'>()

  constructor(private readonly run: ActiveRun<T>) {}

  async areNeeded(): Promise<boolean> {
    const {parts, checkpoint} = this.run
    // A listing is a snapshot: what answers "not found" may have gone since.
    if (!this.done.has('ghosts') && (await namesGhosts(this.run))) {
      this.done.add('ghosts')
      return true
    }
    // An empty answer is easily a fault, and would remove everything.
    if (this.done.has('nothing') || checkpoint.total > 0) return false
    this.done.add('nothing')
    return (await parts.sink.countLive()) > 0
  }
}

interface Count {
  listed: number
  total: number
}

async function countOf<T extends Identified>({parts, id, checkpoint}: ActiveRun<T>): Promise<Count> {
  const {listed} = await parts.ledger.counts(id)
  return {listed, total: checkpoint.total}
}

function isSame({listed, total}: Count, before: Count | undefined): boolean {
  return before?.listed === listed && before.total === total
}

async function namesGhosts<T extends Identified>({parts, id}: ActiveRun<T>): Promise<boolean> {
  const missing = await parts.ledger.missing(id, missingLimit)
  return missing.some(({status}) => goneStatuses.includes(status))
}

/** Marks as removed what the whole listing did not name. What it named and could not be fetched stays. */
function sweep<T extends Identified>({parts, id}: ActiveRun<T>): Promise<number> {
  return parts.sink.removeUnlisted({runId: id, at: parts.clock.now()})
}

/** Listings that expire one after another without naming a new id, before the whole is listed slice by slice. */
const mostEmpty = 2

/** Lists every id, page by page, ahead of the fetchers, and leaves a checkpoint behind each page. */
class Lister<T extends Identified> {
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
