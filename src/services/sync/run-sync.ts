import type {Clock, MissingRecord, SyncKind, SyncLedger} from '../ports/index.js'
import type {Scope} from './active-run.js'
import {inTurn, timeLimit} from './leased-run.js'
import {merged, type RunReport} from './run-report.js'

export interface RunSyncRequest {
  scope: Scope
  /** Lists everything, even where the changes alone would do. */
  full: boolean
  /** Begins anew instead of resuming an interrupted run. */
  restart: boolean
  /** Compares, and writes nothing. */
  dryRun: boolean
  /** Waits for another process that is at the same; otherwise MELI_SYNC_BUSY. */
  wait: boolean
  onWaiting?: ((holder: string) => void) | undefined
  maxDurationMs?: number | undefined
  signal?: AbortSignal | undefined
}

export interface SyncReport extends RunReport {
  /** Why everything was listed rather than the changes alone; null when that was asked for, or was not so. */
  reason: string | null
}

export interface ChosenRun {
  kind: SyncKind
  since: Date | null
  /** Records that the service could not list to the run before, nor will to this incremental one. */
  beyond: readonly MissingRecord[]
  reason: string | null
}

type What = Omit<ChosenRun, 'reason'>

export interface Step extends What {
  signal: AbortSignal
  deadline: Date | undefined
}

type Run = (what: What) => Promise<RunReport>

const everything: What = {kind: 'full', since: null, beyond: []}

/**
 * Does the runs that bring the local records in step: of the changes alone once a full run has all that the service lists,
 * of everything otherwise or when the changes turn out not to be enough; and what an interrupted run left, first.
 */
export async function runSync(
  {ledger, clock}: {ledger: SyncLedger; clock: Clock},
  request: RunSyncRequest,
  run: (step: Step) => Promise<RunReport>,
): Promise<SyncReport> {
  const {wait, onWaiting} = request
  const limit = timeLimit(clock, request.maxDurationMs, request.signal)
  const {signal, deadline} = limit
  const step: Run = ({kind, since, beyond}) => run({kind, since, beyond, signal, deadline})
  const turn = <R>(work: () => Promise<R>) => (wait ? inTurn({clock, signal, onWaiting}, work) : work())
  const inStep: Run = (choice) => turn(() => step(choice))
  try {
    const {choice, first} = await turn(async () => {
      const choice = await chooseRun(ledger, request)
      return {choice, first: await step(choice)}
    })
    if (first.stopped) return {...first, reason: choice.reason}
    if (first.needsFull !== null) {
      const second = await inStep(everything)
      // A dry run has changed nothing, so that the second has found all that the first had.
      return {...(request.dryRun ? second : merged(first, second)), reason: first.needsFull}
    }
    return {...(await caughtUp(first, request, inStep)), reason: choice.reason}
  } finally {
    limit.end()
  }
}

/**
 * A run that was interrupted fetches nothing again that it had, so what changed while nobody was at it is fetched by a run
 * of its own right behind it.
 */
async function caughtUp(first: RunReport, {scope}: Pick<RunSyncRequest, 'scope'>, step: Run): Promise<RunReport> {
  if (!first.resumed || !first.complete || scope.slices.length > 0) return first
  const second = await step({kind: 'incremental', since: first.startedAt, beyond: []})
  if (second.stopped || second.needsFull === null) return merged(first, second)
  return merged(first, merged(second, await step(everything)))
}

/** What the next run would be. */
export async function chooseRun(
  ledger: Pick<SyncLedger, 'recent' | 'lastReached'>,
  {full, restart, dryRun, scope}: Pick<RunSyncRequest, 'full' | 'restart' | 'dryRun' | 'scope'>,
): Promise<ChosenRun> {
  const {resource, userId, slices} = scope
  if (full || slices.length > 0) return {...everything, reason: null}
  const last = await ledger.lastReached(resource, userId)
  if (last === undefined) return {...everything, reason: 'there is no complete run to begin from'}
  const [newest] = await ledger.recent({userId, resource, limit: 1})
  const isUnfinished = newest !== undefined && newest.outcome !== 'complete' && newest.outcome !== 'incomplete'
  if (isUnfinished && newest.kind === 'full' && !restart && !dryRun) {
    return {...everything, reason: 'a full run was interrupted'}
  }
  const {watermark, startedAt, checkpoint} = last
  return {kind: 'incremental', since: watermark ?? startedAt, beyond: checkpoint.beyond ?? [], reason: null}
}
