import {isMeliError} from '../../../errors.js'
import type {SyncOutcome} from '../../ports.js'
import {ActiveRun} from './active-run.js'
import {fullRun} from './full.js'
import {incrementalRun} from './incremental.js'
import {keepLease, openRun} from './lease.js'
import type {Identified, Parts, RunRequest} from './parts.js'
import {missingLimit, type RunReport} from './result.js'
import {OutOfTime} from './time-limit.js'

interface Work {
  /** Everything there is was named. */
  whole: boolean
  removed: number
  needsFull: string | null
}

/**
 * One run under its lease, from opening to closing. Whatever ends it early leaves it as it stands, for the next one to go
 * on with, and goes up.
 */
export async function run<T extends Identified>(parts: Parts<T>, request: RunRequest): Promise<RunReport> {
  const {run: record, resumed} = await openRun(parts, request)
  const stop = new AbortController()
  const signal = AbortSignal.any([request.signal, stop.signal])
  const lease = keepLease(parts, {...record, holder: request.holder}, stop)
  const active = new ActiveRun(parts, {...request, signal}, record, resumed, await parts.ledger.counts(record.id))
  let outcome: SyncOutcome = 'failed'
  let removed = 0
  try {
    const work = await workOf(active)
    removed = work.removed
    const report = await reportOf(active, work)
    outcome = report.complete ? 'complete' : 'incomplete'
    return report
  } catch (error) {
    if (request.signal.aborted || isMeliError(error, 'MELI_INTERRUPTED')) outcome = 'interrupted'
    if (stop.signal.aborted) throw error
    if (!ranOut(active)) throw request.signal.aborted ? request.signal.reason : error
    outcome = 'interrupted'
    return {...(await reportOf(active, {whole: false, removed: 0, needsFull: null})), stopped: true}
  } finally {
    await lease.end()
    // Whoever took the lease over has the run now, and ends it.
    if (!stop.signal.aborted) await close(active, outcome, removed)
  }
}

function ranOut<T extends Identified>({request, parts}: ActiveRun<T>): boolean {
  const {signal, deadline} = request
  if (signal.aborted) return signal.reason instanceof OutOfTime
  return deadline !== undefined && parts.clock.now() >= deadline
}

async function workOf<T extends Identified>(active: ActiveRun<T>): Promise<Work> {
  if (active.request.kind === 'full') return {...(await fullRun(active)), needsFull: null}
  const needsFull = await incrementalRun(active)
  return {whole: needsFull === null, removed: 0, needsFull}
}

async function reportOf<T extends Identified>(active: ActiveRun<T>, work: Work): Promise<RunReport> {
  const {id, parts, request, resumed, startedAt, checkpoint} = active
  const counts = await parts.ledger.counts(id)
  const unnamed = request.kind === 'full' ? Math.max(0, checkpoint.total - counts.listed) : 0
  return {
    ...counts,
    runId: id,
    kind: request.kind,
    resumed,
    startedAt,
    removed: work.removed,
    duplicates: request.kind === 'full' ? active.duplicates : 0,
    missing: await parts.ledger.missing(id, missingLimit),
    missingCount: counts.failed + unnamed,
    complete: work.whole && counts.failed === 0,
    stopped: false,
    needsFull: work.needsFull,
  }
}

/** Changes after the start are for the next run, whatever this one has seen of them: that is its watermark. */
async function close<T extends Identified>(active: ActiveRun<T>, outcome: SyncOutcome, removed: number): Promise<void> {
  const {ledger, clock, source} = active.parts
  const counts = {...(await ledger.counts(active.id)), removed, ...source.traffic}
  await ledger.finish(active.id, {outcome, watermark: active.startedAt, counts, at: clock.now()})
}
