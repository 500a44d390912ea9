import type {MissingRecord, RunCounts, SyncKind} from '../ports/index.js'

/** More are counted and not named. */
export const missingLimit = 1_000

/** What a run did, in all processes that worked on it. */
export interface RunReport extends RunCounts {
  runId: string
  kind: SyncKind
  resumed: boolean
  startedAt: Date
  removed: number
  duplicates: number
  /** Records that the service has and that could not be brought here, as far as they are known by name. */
  missing: MissingRecord[]
  missingCount: number
  complete: boolean
  /** Stopped by its time limit; the next run goes on. */
  stopped: boolean
  /** Why an incremental run is not enough. */
  needsFull: string | null
}

/** Two runs of one command as one result: the second brought in what changed while the first was under way. */
export function merged(first: RunReport, second: RunReport): RunReport {
  const known = new Set(second.missing.map(({id}) => id))
  // A second full run has looked at everything again.
  const kept = second.kind === 'full' ? [] : first.missing.filter(({id}) => !known.has(id))
  const full = second.kind === 'full' ? second : first
  return {
    ...full,
    runId: second.kind === 'full' ? second.runId : first.runId,
    resumed: first.resumed || second.resumed,
    created: first.created + second.created,
    updated: first.updated + second.updated,
    // What the first run changed, a full one behind it has met again.
    unchanged: Math.max(0, full.unchanged - (full === second ? first.created + first.updated : 0)),
    partial: full.partial,
    removed: first.removed + second.removed,
    duplicates: first.duplicates + second.duplicates,
    failed: kept.length + second.failed,
    missing: [...kept, ...second.missing].slice(0, missingLimit),
    missingCount: second.kind === 'full' ? second.missingCount : first.missingCount + second.missingCount,
    complete: second.complete && (first.complete || second.kind === 'full'),
    stopped: second.stopped,
    needsFull: null,
  }
}
