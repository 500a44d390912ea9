import type {MissingRecord, SyncKind, Traffic} from '../ports/index.js'
import type {SyncReport} from './sync-by-id.js'

export interface SyncResult {
  ok: boolean
  /** `products`, `questions`, `orders` or `shipments`. */
  resource: string
  mode: 'production' | 'sandbox'
  run_id: string
  kind: SyncKind
  /** It went on with a run that had been interrupted; the counts are of the whole run. */
  resumed: boolean
  user_id: number
  dry_run: boolean
  listed: number
  created: number
  updated: number
  unchanged: number
  removed: number
  /** Kept with parts missing, and fetched again next time. */
  partial: number
  /** Ids that a listing named more than once. */
  duplicates: number
  /** At most 1,000, as `missing`. */
  failed: MissingRecord[]
  missing: MissingRecord[]
  /** Of all, those included that the service counts and did not name. */
  missing_count: number
  requests: number
  retries: number
  /** Answers of 429. */
  rate_limited: number
  /** Received, before gunzip. */
  bytes: number
  /** All that the service said it has is here. */
  complete: boolean
  error_code: 'MELI_SYNC_INCOMPLETE' | null
  /** The time limit ended it; the next run goes on. */
  stopped: boolean
  /** Nothing was asked, since the last complete run is young enough. */
  skipped: boolean
  /** Why the run was full and not of the changes alone, or why nothing was done. */
  reason: string | null
  duration_ms: number
}

export interface Circumstances {
  resource: string
  sandbox: boolean
  userId: number
  dryRun: boolean
  traffic: Traffic
  durationMs: number
}

export function resultOf(report: SyncReport, around: Circumstances): SyncResult {
  const {created, updated, unchanged, removed, partial, duplicates, missing, complete} = report
  return {
    ...framed(around),
    ok: complete,
    run_id: report.runId,
    kind: report.kind,
    resumed: report.resumed,
    listed: report.listed,
    ...{created, updated, unchanged, removed, partial, duplicates},
    failed: missing,
    missing,
    missing_count: report.missingCount,
    complete,
    error_code: complete ? null : 'MELI_SYNC_INCOMPLETE',
    stopped: report.stopped,
    skipped: false,
    reason: report.reason,
  }
}

/** The last complete run is young enough: nothing was asked, nothing was done. */
export function skippedResult(last: {id: string; kind: SyncKind}, reason: string, around: Circumstances): SyncResult {
  return {
    ...framed(around),
    ok: true,
    run_id: last.id,
    kind: last.kind,
    ...{resumed: false, stopped: false, skipped: true, complete: true, error_code: null, reason},
    ...{listed: 0, created: 0, updated: 0, unchanged: 0, removed: 0, partial: 0, duplicates: 0},
    ...{failed: [], missing: [], missing_count: 0},
  }
}

function framed({resource, sandbox, userId, dryRun, traffic, durationMs}: Circumstances) {
  const mode: SyncResult['mode'] = sandbox ? 'sandbox' : 'production'
  return {
    resource,
    mode,
    user_id: userId,
    dry_run: dryRun,
    requests: traffic.requests,
    retries: traffic.retries,
    rate_limited: traffic.rateLimited,
    bytes: traffic.bytes,
    duration_ms: durationMs,
  }
}

export function ageInWords(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return 'less than a minute'
  return minutes === 1 ? 'a minute' : `${minutes} minutes`
}
