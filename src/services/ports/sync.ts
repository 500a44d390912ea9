import type {RecordOutcome, SaveCounts} from './sinks.js'

export type SyncKind = 'full' | 'incremental'
export type SyncOutcome = 'complete' | 'incomplete' | 'failed' | 'interrupted'

/** How far a full run's listing is; kept in `sync_run`. */
export interface Checkpoint {
  /** Which listing of the whole this is, from 1. An id belongs to the last one that named it. */
  scan: number
  /** Index into the list of slices that this run goes through. */
  slice: number
  /** True when the run lists the source's slices rather than the whole. */
  sliced: boolean
  /** Behind the last page that was recorded; null at the beginning of a slice. */
  cursor: string | null
  /** The ids of the slices before this one, as the service counted them at the end of each. */
  total: number
  listed: boolean
  /** Of a walk: what it found to be beyond what the service lists; absent while there is nothing. */
  beyond?: readonly MissingRecord[]
}

export interface SyncRunRecord {
  id: string
  resource: string
  userId: number
  kind: SyncKind
  /** Null while it runs. */
  outcome: SyncOutcome | null
  startedAt: Date
  finishedAt: Date | null
  /** Of the newest record that the run saw; the next incremental run begins there. */
  watermark: Date | null
  checkpoint: Checkpoint
  counts: Readonly<Record<string, number>>
  /** The process that runs it, as `newHolder` names it. */
  holder: string
}

export type OpenedRun =
  | {opened: true; run: SyncRunRecord; resumed: boolean}
  /** Another process is at it. */
  | {opened: false; runId: string; holder: string; until: Date}

/** What became of the ids of a run, in all processes that worked on it. */
export interface RunCounts extends SaveCounts {
  /** Distinct ids that the last listing named. */
  listed: number
  /** Of those, how many could not be fetched. */
  failed: number
}

export interface Noted {
  /** How many of the ids this listing (the checkpoint's `scan`) had not named before. */
  listed: number
  /** Those that are new to the run, and so have to be fetched. */
  fresh: string[]
}

export interface MissingRecord {
  id: string
  status: number
  message: string
}

/**
 * Runs, their lease, their checkpoint, and every id that a run has met (tables `sync_run` and `sync_item`), so that
 * memory does not grow with the catalogue and a killed run is resumed. One method is one atomic step.
 */
export interface SyncLedger {
  /**
   * Takes the lease of resource and user, which is free, held by nobody alive, or expired, unless another process that is
   * known to be alive has it. The newest run is resumed when
   * it is of this kind and unfinished (no outcome, interrupted or failed), unless `restart`: its outcome is null again and
   * its failed ids are pending again. Otherwise a new one begins, with scan 1, and one without outcome is closed as
   * `interrupted`. A new run forgets the ids of those before it, and some of the runs that ended more than thirty days ago:
   * all but the newest complete one and the newest incomplete one of each kind, and `lastReached`.
   */
  open(request: {
    resource: string
    userId: number
    kind: SyncKind
    restart: boolean
    holder: string
    now: Date
    until: Date
  }): Promise<OpenedRun>
  /** False when somebody else has taken the lease over: stop. */
  prolong(runId: string, holder: string, until: Date): Promise<boolean>
  /** Notes a page of ids as named by `checkpoint.scan`, with the checkpoint behind it, in one transaction. No ids: the checkpoint alone. */
  note(runId: string, ids: readonly string[], checkpoint: Checkpoint): Promise<Noted>
  /** Ids noted and neither fetched nor failed, in a stable order, after `after`; at most `limit`. */
  pending(runId: string, limit: number, after: string | null): Promise<string[]>
  fail(runId: string, missing: readonly MissingRecord[]): Promise<void>
  /** Notes how records went that a dry run did not write; `save` of a sink does it for those that it writes. */
  record(runId: string, outcomes: readonly RecordOutcome[]): Promise<SaveCounts>
  /** How many of these ids the last listing named. */
  countListed(runId: string, ids: readonly string[]): Promise<number>
  counts(runId: string): Promise<RunCounts>
  /** Failed ids that the last listing named. */
  missing(runId: string, limit: number): Promise<MissingRecord[]>
  /** Frees the lease, and forgets the run's ids unless it can be resumed: interrupted or failed. */
  finish(
    runId: string,
    end: {outcome: SyncOutcome; watermark: Date | null; counts: Readonly<Record<string, number>>; at: Date},
  ): Promise<void>
  /** The last complete run (of one kind, if asked), newest first. */
  lastComplete(resource: string, userId: number, kind?: SyncKind): Promise<SyncRunRecord | undefined>
  /** The last run that lacks nothing that the service lists: a complete one, or one short of its checkpoint's `beyond` alone. */
  lastReached(resource: string, userId: number): Promise<SyncRunRecord | undefined>
  /** Newest first, of one user or of all, of one resource or of all. */
  recent(filter: {userId?: number; resource?: string; limit: number}): Promise<SyncRunRecord[]>
  /** An empty one of the same kind, in a temporary database that nobody else sees and that is gone once it is closed. */
  temporary(): Promise<SyncLedger & {close(): void}>
}
