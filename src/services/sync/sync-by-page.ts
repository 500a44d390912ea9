import {isMeliError} from '../../core/errors.js'
import type {
  Checkpoint,
  Clock,
  MissingRecord,
  RunCounts,
  RunSink,
  SyncLedger,
  SyncRunRecord,
  WalkPage,
  WalkSource,
} from '../ports/index.js'
import type {Identified, Progress} from './active-run.js'
import {DryRunSink, dryRun} from './dry-run.js'
import {type LeasedRun, leasedRun} from './leased-run.js'
import {missingLimit, type RunReport} from './run-report.js'
import {type RunSyncRequest, runSync, type Step, type SyncReport} from './run-sync.js'

/** Maximum number of listings in one run whose cursor expired, one after another. */
const mostListings = 4
/** Statuses by which a page says that a record is not there. */
const goneStatuses: readonly number[] = [404, 410]
/** Ids looked up at once. */
const chunkSize = 500
/**
 * Kept by name for the runs behind this one. They stand in the checkpoint, which is written with each page. A run that
 * finds more is not gone on from.
 */
const mostBeyond = 500

/** The collaborators of a paged sync. */
export interface PagedSyncDeps<T extends Identified> {
  source: WalkSource<T>
  ledger: SyncLedger
  sink: RunSink<T>
  clock: Clock
  /**
   * Takes note of records that the service does not have any more (a page gave them with 404 or 410); how many were not
   * known as such. Without it they count as not to be had, and the run as incomplete.
   */
  gone?: ((ids: readonly string[], at: Date) => Promise<number>) | undefined
}

export interface PagedSyncRequest extends Omit<RunSyncRequest, 'scope'> {
  /** Name in the ledger: one lease, one line of runs. */
  resource: string
  userId: number
  /** A name of the process, as `newHolder` makes it. */
  holder: string
  onProgress?: ((progress: Progress) => void) | undefined
}

/** One run of a paged sync. */
interface PagedRunRequest extends Omit<PagedSyncRequest, 'resource' | 'userId' | 'signal'>, Step {
  scope: {resource: string; userId: number}
}

/**
 * Brings the local records in step with a resource whose listing gives whole records: what may have changed since the last
 * complete run, everything when there was none; and what an interrupted run left, first. Memory holds one page.
 */
export function syncByPage<T extends Identified>(
  real: PagedSyncDeps<T>,
  request: PagedSyncRequest,
): Promise<SyncReport> {
  const {resource, userId, ...same} = request
  const scope = {resource, userId, slices: []}
  const sync = (parts: PagedSyncDeps<T>) =>
    runSync(real, {...same, scope}, (step) => runPages(parts, {...same, ...step, scope}))
  if (!request.dryRun) return sync(real)
  return dryRun(real, (parts) => {
    // Records that the service does not have any more are counted like those that a real run marks.
    const gone = parts.gone && (async (ids: readonly string[]) => ids.length)
    return sync({...parts, sink: new DryRunSink(real.sink, parts.ledger), gone})
  })
}

/** One run under its lease, from opening to closing. */
function runPages<T extends Identified>(parts: PagedSyncDeps<T>, request: PagedRunRequest): Promise<RunReport> {
  return leasedRun(parts, request, async ({run, resumed}, signal) => {
    const counts = await parts.ledger.counts(run.id)
    return new PagedRun(parts, {...request, signal}, {run, resumed, counts})
  })
}

interface Opened {
  run: SyncRunRecord
  resumed: boolean
  counts: RunCounts
}

/**
 * One run of a paged sync. The records of a page are kept before the cursor behind it is, so that a kill between the two has the
 * page read twice, which changes nothing, and none left out.
 */
class PagedRun<T extends Identified> implements LeasedRun {
  removed = 0
  private checkpoint: Checkpoint
  private listed: number
  private settled = 0
  private duplicates = 0
  private readonly begunAt: number

  constructor(
    private readonly parts: PagedSyncDeps<T>,
    private readonly request: PagedRunRequest,
    private readonly opened: Opened,
  ) {
    this.checkpoint = opened.run.checkpoint
    this.listed = opened.counts.listed
    this.begunAt = parts.clock.now().getTime()
  }

  async work(): Promise<RunReport> {
    for (let listings = 1; !this.checkpoint.listed; listings++) {
      try {
        await this.readPages()
      } catch (error) {
        if (!isMeliError(error, 'MELI_LISTING_EXPIRED') || listings >= mostListings) throw error
        await this.beginAgain()
      }
    }
    await this.failPending()
    return this.report(true)
  }

  soFar(): Promise<RunReport> {
    return this.report(false)
  }

  private async readPages(): Promise<void> {
    const {since, signal, kind, beyond} = this.request
    const {startedAt} = this.opened.run
    const from = {since: kind === 'full' ? null : since, startedAt, cursor: this.checkpoint.cursor, beyond}
    for await (const page of this.parts.source.walk(from, signal)) {
      await this.keep(page)
      signal.throwIfAborted()
    }
    if (!this.checkpoint.listed) await this.note([], {...this.checkpoint, listed: true, cursor: null})
  }

  /** Never cut by an abort: it is in hand. */
  private async keep({records, cursor, total, unreachable = [], beyond = []}: WalkPage<T>): Promise<void> {
    const {sink, ledger, clock} = this.parts
    const at = clock.now()
    const had = records.flatMap((answer) => (answer.ok ? [answer.record] : []))
    const lost = records.filter((answer) => !answer.ok)
    const gone = this.parts.gone === undefined ? [] : lost.filter(({status}) => goneStatuses.includes(status))
    const missing: MissingRecord[] = [...lost.filter((answer) => !gone.includes(answer)), ...unreachable, ...beyond]
    const {id: runId} = this.opened.run
    if (had.length > 0) await sink.save(had, {runId, at})
    if (missing.length > 0) await ledger.fail(runId, missing.map(named))
    const goneIds = gone.map(({id}) => id)
    if (goneIds.length > 0) this.removed += (await this.parts.gone?.(goneIds, at)) ?? 0
    const ids = [...had, ...missing].map(({id}) => id)
    const behind = {cursor, listed: cursor === null, ...this.allBeyond(beyond)}
    await this.note(ids, {...this.checkpoint, ...behind, total: total ?? this.checkpoint.total})
    this.settled += records.length
    this.tell()
  }

  private async note(ids: readonly string[], checkpoint: Checkpoint): Promise<void> {
    const {listed} = await this.parts.ledger.note(this.opened.run.id, ids, checkpoint)
    this.checkpoint = checkpoint
    this.duplicates += ids.length - listed
    this.listed += listed
  }

  /** Begins the listing again; what it does not name again does not count. */
  private async beginAgain(): Promise<void> {
    const {beyond: _beyond, ...checkpoint} = this.checkpoint
    this.listed = 0
    await this.note([], {
      ...checkpoint,
      scan: checkpoint.scan + 1,
      cursor: null,
      total: 0,
      listed: false,
    })
  }

  /** With what came before, each once. */
  private allBeyond(found: readonly MissingRecord[]): Pick<Checkpoint, 'beyond'> {
    if (found.length === 0) return {}
    const all = new Map([...(this.checkpoint.beyond ?? []), ...found.map(named)].map((each) => [each.id, each]))
    return {beyond: [...all.values()].slice(0, mostBeyond)}
  }

  /** What a process before this one could not have was before the cursor that this one went on from. */
  private async failPending(): Promise<void> {
    if (!this.opened.resumed) return
    const {ledger} = this.parts
    const {id: runId} = this.opened.run
    await ledger.fail(runId, this.checkpoint.beyond ?? [])
    for (;;) {
      const ids = await ledger.pending(runId, chunkSize, null)
      if (ids.length === 0) return
      const message = 'could not be read before the sync was interrupted'
      await ledger.fail(
        runId,
        ids.map((id) => ({id, status: 0, message})),
      )
    }
  }

  private tell(): void {
    const {source, clock} = this.parts
    const {requests, rateLimited, retries} = source.traffic
    const seconds = (clock.now().getTime() - this.begunAt) / 1000
    this.request.onProgress?.({
      listed: this.listed,
      fetched: this.listed,
      total: Math.max(this.checkpoint.total, this.listed),
      ...{requests, rateLimited, retries},
      perSecond: seconds > 0 ? this.settled / seconds : 0,
    })
  }

  private async report(isOver: boolean): Promise<RunReport> {
    const {ledger} = this.parts
    const {run, resumed} = this.opened
    const counts = await ledger.counts(run.id)
    return {
      ...counts,
      runId: run.id,
      kind: this.request.kind,
      resumed,
      startedAt: run.startedAt,
      removed: this.removed,
      duplicates: this.duplicates,
      missing: await ledger.missing(run.id, missingLimit),
      missingCount: counts.failed,
      complete: isOver && counts.failed === 0,
      stopped: false,
      needsFull: null,
    }
  }
}

function named({id, status, message}: MissingRecord): MissingRecord {
  return {id, status, message}
}
