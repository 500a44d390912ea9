import {isMeliError, MeliError} from '../../core/errors.js'
import {holderInWords} from '../../core/holder.js'
import type {Clock, OpenedRun, SyncKind, SyncLedger, SyncOutcome, SyncRunRecord, Traffic} from '../ports/index.js'
import {keepLease, leaseMs} from './lease.js'
import type {RunReport} from './run-report.js'

const pollMs = 1_000

export interface LeasedRunDeps {
  source: {readonly traffic: Traffic}
  ledger: SyncLedger
  clock: Clock
}

export interface LeasedRunRequest extends RunOpening {
  /** When the time of the command is over; what fails after it was stopped by it. */
  deadline?: Date | undefined
}

/** A run that this process works on. */
export interface LeasedRun {
  /** Records that it found to be gone, so far. */
  readonly removed: number
  work(): Promise<RunReport>
  /** The report of a run that is cut short. */
  soFar(): Promise<RunReport>
}

/**
 * One run under its lease, from opening to closing. Whatever ends it early leaves it as it stands, for the next one to go
 * on with, and goes up.
 */
export async function leasedRun(
  parts: LeasedRunDeps,
  request: LeasedRunRequest,
  begin: (opened: {run: SyncRunRecord; resumed: boolean}, signal: AbortSignal) => Promise<LeasedRun>,
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
    // Another process that took the lease over has the run now, and ends it.
    if (!stop.signal.aborted) await close(parts, run, outcome, {removed: active.removed, refused})
  }
}

function ranOut({clock}: LeasedRunDeps, {signal, deadline}: LeasedRunRequest): boolean {
  if (signal.aborted) return signal.reason instanceof OutOfTime
  return deadline !== undefined && clock.now() >= deadline
}

/** Changes after the start are for the next run, whatever this one has seen of them: that is its watermark. */
async function close(
  {ledger, clock, source}: LeasedRunDeps,
  {id, startedAt}: SyncRunRecord,
  outcome: SyncOutcome,
  ending: {removed: number; refused: number},
): Promise<void> {
  const counts = {...(await ledger.counts(id)), ...ending, ...source.traffic}
  await ledger.finish(id, {outcome, watermark: startedAt, counts, at: clock.now()})
}

type Opened = Extract<OpenedRun, {opened: true}>

interface LeaseParts {
  ledger: Pick<SyncLedger, 'open' | 'prolong'>
  clock: Clock
}

export interface RunOpening {
  scope: {resource: string; userId: number}
  kind: SyncKind
  restart: boolean
  holder: string
  signal: AbortSignal
}

/** Opens a run under a lease of its own. MELI_SYNC_BUSY when another process is at the same. */
async function openRun({ledger, clock}: LeaseParts, request: RunOpening): Promise<Opened> {
  const {scope, kind, restart, holder, signal} = request
  signal.throwIfAborted()
  const now = clock.now()
  const until = new Date(now.getTime() + leaseMs)
  const {resource, userId} = scope
  const opened = await ledger.open({resource, userId, kind, restart, holder, now, until})
  if (opened.opened) return opened
  throw busy(opened.holder, opened.runId)
}

/** Does the work, once whoever else is at it has ended. What there is to do may be less by then, so `work` looks anew. */
export async function inTurn<R>(
  {clock, signal, onWaiting}: {clock: Clock; signal: AbortSignal; onWaiting?: ((holder: string) => void) | undefined},
  work: () => Promise<R>,
): Promise<R> {
  let told = ''
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const holder = isMeliError(error, 'MELI_SYNC_BUSY') ? error.details?.holder : undefined
      if (typeof holder !== 'string') throw error
      if (told !== holder) onWaiting?.(holder)
      told = holder
      // Out of time: then it is the other one that the caller has to know of.
      await clock.sleep(pollMs, signal).catch((reason: unknown) => {
        throw signal.reason instanceof OutOfTime ? error : reason
      })
    }
  }
}

/** Renews the lease until `end` is called; when it went to somebody else, the work is stopped. */
function keepRunLease(
  {ledger, clock}: LeaseParts,
  {id, holder}: {id: string; holder: string},
  stop: AbortController,
): {end: () => Promise<void>} {
  const prolong = (until: Date) => ledger.prolong(id, holder, until)
  return keepLease({clock, leaseMs, times: 2, prolong, lost: () => busy(undefined, id)}, stop)
}

function busy(holder: string | undefined, runId: string): MeliError {
  return new MeliError('MELI_SYNC_BUSY', `${holderInWords(holder)} is syncing this account`, {
    try: ['wait for it, or see its progress: meli sync status'],
    details: {run_id: runId, ...(holder !== undefined && {holder})},
  })
}

/** Why the signal of a time limit was aborted. */
class OutOfTime extends Error {}

export interface TimeLimit {
  /** Aborted by the caller and by the limit. */
  signal: AbortSignal
  deadline: Date | undefined
  end(): void
}

export function timeLimit(clock: Clock, ms: number | undefined, outer: AbortSignal | undefined): TimeLimit {
  const over = new AbortController()
  const ended = new AbortController()
  const signal = outer === undefined ? over.signal : AbortSignal.any([outer, over.signal])
  if (ms !== undefined) {
    clock.sleep(ms, ended.signal).then(
      () => over.abort(new OutOfTime('the time limit of the sync has passed')),
      () => undefined,
    )
  }
  const deadline = ms === undefined ? undefined : new Date(clock.now().getTime() + ms)
  return {signal, deadline, end: () => ended.abort()}
}
