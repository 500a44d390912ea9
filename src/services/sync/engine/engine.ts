import type {SyncLedger} from '../../ports.js'
import {inTurn} from './lease.js'
import type {Identified, Parts, RunRequest} from './parts.js'
import {merged, type RunReport} from './result.js'
import {run} from './run.js'
import {timeLimit} from './time-limit.js'
import {trialParts} from './trial.js'

export interface EngineRequest extends Omit<RunRequest, 'kind' | 'since' | 'signal' | 'deadline'> {
  /** Everything, also when only the changes could do. */
  full: boolean
  /** Waits for another process that is at the same; otherwise MELI_SYNC_BUSY. */
  wait: boolean
  onWaiting?: ((holder: string) => void) | undefined
  maxDurationMs?: number | undefined
  signal?: AbortSignal | undefined
}

export interface EngineReport extends RunReport {
  /** Why everything was listed rather than the changes alone; null when that was asked for, or was not so. */
  reason: string | null
}

interface Choice {
  kind: RunRequest['kind']
  since: Date | null
  reason: string | null
}

/** Runs of one scope older than the newest so many are not looked at. */
const runsToLookAt = 50

/**
 * Brings the local records in step: the changes alone once a full run is complete, everything otherwise or when the changes
 * turn out not to be enough; and what an interrupted run left, first.
 */
export async function synchronize<T extends Identified>(
  real: Parts<T>,
  {full, maxDurationMs, signal, wait, onWaiting, ...request}: EngineRequest,
): Promise<EngineReport> {
  const parts = request.trial ? trialParts(real) : real
  const limit = timeLimit(real.clock, maxDurationMs, signal)
  const step: Step = (choice) => run(parts, {...request, ...choice, signal: limit.signal, deadline: limit.deadline})
  const turn = <R>(work: () => Promise<R>) =>
    wait ? inTurn({clock: real.clock, signal: limit.signal, onWaiting}, work) : work()
  const inStep: Step = (choice) => turn(() => step(choice))
  try {
    const {choice, first} = await turn(async () => {
      const choice = await choose(real.ledger, {...request, full})
      return {choice, first: await step(choice)}
    })
    if (first.stopped) return {...first, reason: choice.reason}
    if (first.needsFull !== null) {
      const second = await inStep({kind: 'full', since: null})
      // A trial has changed nothing, so that the second has found all that the first had.
      return {...(request.trial ? second : merged(first, second)), reason: first.needsFull}
    }
    return {...(await caughtUp(first, request, inStep)), reason: choice.reason}
  } finally {
    limit.end()
  }
}

type Step = (choice: Pick<Choice, 'kind' | 'since'>) => Promise<RunReport>

/**
 * A run that was interrupted fetches nothing again that it had, so what changed while nobody was at it is fetched by a run
 * of its own right behind it.
 */
async function caughtUp(first: RunReport, {scope}: Pick<RunRequest, 'scope'>, step: Step): Promise<RunReport> {
  if (!first.resumed || !first.complete || scope.slices.length > 0) return first
  const second = await step({kind: 'incremental', since: first.startedAt})
  if (second.stopped || second.needsFull === null) return merged(first, second)
  return merged(first, merged(second, await step({kind: 'full', since: null})))
}

/** What the next run would be. */
export async function choose(
  ledger: Pick<SyncLedger, 'recent' | 'lastComplete'>,
  {full, restart, trial, scope}: Pick<EngineRequest, 'full' | 'restart' | 'trial' | 'scope'>,
): Promise<Choice> {
  const {resource, userId, slices} = scope
  const whole = {kind: 'full', since: null} as const
  if (full || slices.length > 0) return {...whole, reason: null}
  const last = await ledger.lastComplete(resource, userId)
  if (last === undefined) return {...whole, reason: 'there is no complete run to begin from'}
  const runs = await ledger.recent({userId, limit: runsToLookAt})
  const newest = runs.find((each) => each.resource === resource)
  const isUnfinished = newest !== undefined && newest.outcome !== 'complete' && newest.outcome !== 'incomplete'
  if (isUnfinished && newest.kind === 'full' && !restart && !trial) {
    return {...whole, reason: 'a full run was interrupted'}
  }
  return {kind: 'incremental', since: last.watermark ?? last.startedAt, reason: null}
}
