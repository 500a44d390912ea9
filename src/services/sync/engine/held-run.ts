import {isMeliError} from '../../../core/errors.js'
import type {Clock, SyncLedger, SyncOutcome, SyncRunRecord, Traffic} from '../../ports/index.js'
import {keepRunLease, openRun, type RunOpening} from './lease.js'
import type {RunReport} from './result.js'
import {OutOfTime} from './time-limit.js'

export interface HeldParts {
  source: {readonly traffic: Traffic}
  ledger: SyncLedger
  clock: Clock
}

export interface HeldRequest extends RunOpening {
  /** When the time of the command is over; what fails after it was stopped by it. */
  deadline?: Date | undefined
}

/** A run that this process works on. */
export interface HeldRun {
  /** Records that it found to be gone, so far. */
  readonly removed: number
  work(): Promise<RunReport>
  /** What there is to tell when it is cut short. */
  soFar(): Promise<RunReport>
}

/**
 * One run under its lease, from opening to closing. Whatever ends it early leaves it as it stands, for the next one to go
 * on with, and goes up.
 */
export async function heldRun(
  parts: HeldParts,
  request: HeldRequest,
  begin: (opened: {run: SyncRunRecord; resumed: boolean}, signal: AbortSignal) => Promise<HeldRun>,
): Promise<RunReport> {
  const opened = await openRun(parts, request)
  const {run} = opened
  const stop = new AbortController()
  const signal = AbortSignal.any([request.signal, stop.signal])
  const lease = keepRunLease(parts, {...run, holder: request.holder}, stop)
  const active = await begin(opened, signal)
  let outcome: SyncOutcome = 'failed'
  let refused = 0
  try {
    const report = await active.work()
    outcome = report.complete ? 'complete' : 'incomplete'
    return report
  } catch (error) {
    if (request.signal.aborted || isMeliError(error, 'MELI_INTERRUPTED')) outcome = 'interrupted'
    refused = Number(isMeliError(error, 'MELI_FORBIDDEN'))
    if (stop.signal.aborted) throw error
    if (!ranOut(parts, {...request, signal})) throw request.signal.aborted ? request.signal.reason : error
    outcome = 'interrupted'
    return {...(await active.soFar()), stopped: true}
  } finally {
    await lease.end()
    // Whoever took the lease over has the run now, and ends it.
    if (!stop.signal.aborted) await close(parts, run, outcome, {removed: active.removed, refused})
  }
}

function ranOut({clock}: HeldParts, {signal, deadline}: HeldRequest): boolean {
  if (signal.aborted) return signal.reason instanceof OutOfTime
  return deadline !== undefined && clock.now() >= deadline
}

/** Changes after the start are for the next run, whatever this one has seen of them: that is its watermark. */
async function close(
  {ledger, clock, source}: HeldParts,
  {id, startedAt}: SyncRunRecord,
  outcome: SyncOutcome,
  ending: {removed: number; refused: number},
): Promise<void> {
  const counts = {...(await ledger.counts(id)), ...ending, ...source.traffic}
  await ledger.finish(id, {outcome, watermark: startedAt, counts, at: clock.now()})
}
