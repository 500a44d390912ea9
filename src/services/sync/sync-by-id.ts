import type {MissingRecord} from '../ports/index.js'
import {ActiveRun, type Identified, type RunRequest, type SyncByIdDeps} from './active-run.js'
import {DryRunListingSink, dryRun} from './dry-run.js'
import {fullRun} from './full-run.js'
import {incrementalRun} from './incremental-run.js'
import {type LeasedRun, leasedRun} from './leased-run.js'
import {missingLimit, type RunReport} from './run-report.js'
import {type RunSyncRequest, runSync, type SyncReport} from './run-sync.js'

export type {SyncReport} from './run-sync.js'

export interface SyncByIdRequest
  extends Omit<RunRequest, 'kind' | 'since' | 'signal' | 'deadline'>,
    Omit<RunSyncRequest, 'scope'> {}

/** Brings the local records in step with a resource whose listing names ids. */
export function syncById<T extends Identified>(real: SyncByIdDeps<T>, request: SyncByIdRequest): Promise<SyncReport> {
  const sync = (parts: SyncByIdDeps<T>) => runSync(real, request, (step) => run(parts, {...request, ...step}))
  if (!request.dryRun) return sync(real)
  return dryRun(real, (parts) => sync({...parts, sink: new DryRunListingSink(real.sink, parts.ledger)}))
}

interface Work {
  /** Everything there is was named. */
  whole: boolean
  removed: number
  needsFull: string | null
}

/** One run under its lease, from opening to closing. */
function run<T extends Identified>(parts: SyncByIdDeps<T>, request: RunRequest): Promise<RunReport> {
  return leasedRun(parts, request, async ({run: record, resumed}, signal) => {
    const counts = await parts.ledger.counts(record.id)
    return new ListedRun(new ActiveRun(parts, {...request, signal}, record, resumed, counts))
  })
}

/** Names the ids of records, and fetches them. */
class ListedRun<T extends Identified> implements LeasedRun {
  removed = 0

  constructor(private readonly active: ActiveRun<T>) {}

  async work(): Promise<RunReport> {
    const work = await workOf(this.active)
    this.removed = work.removed
    return reportOf(this.active, work)
  }

  soFar(): Promise<RunReport> {
    return reportOf(this.active, {whole: false, removed: 0, needsFull: null})
  }
}

async function workOf<T extends Identified>(active: ActiveRun<T>): Promise<Work> {
  if (active.request.kind === 'full') return {...(await fullRun(active)), needsFull: null}
  const needsFull = await incrementalRun(active)
  return {whole: needsFull === null, removed: 0, needsFull}
}

async function reportOf<T extends Identified>(active: ActiveRun<T>, work: Work): Promise<RunReport> {
  const {id, parts, request, resumed, startedAt, checkpoint} = active
  const counts = await parts.ledger.counts(id)
  const mayLack = request.kind === 'full' && checkpoint.listed && !work.whole
  const gap = mayLack ? gapBetween(counts.listed, checkpoint.total) : []
  const missing = await parts.ledger.missing(id, missingLimit)
  return {
    ...counts,
    runId: id,
    kind: request.kind,
    resumed,
    startedAt,
    removed: work.removed,
    duplicates: request.kind === 'full' ? active.duplicates : 0,
    missing: [...gap, ...missing].slice(0, missingLimit),
    missingCount: counts.failed + (gap.length && Math.max(gap.length, checkpoint.total - counts.listed)),
    complete: work.whole && counts.failed === 0,
    stopped: false,
    needsFull: work.needsFull,
  }
}

/** Why it is not certain that everything was listed. */
function gapBetween(listed: number, total: number): MissingRecord[] {
  if (listed === total) return []
  return [{id: 'listing', status: 200, message: `the service counts ${total} and lists ${listed}`}]
}
