export interface SaveCounts {
  created: number
  updated: number
  unchanged: number
  /** Of all these, how many are kept with parts missing. */
  partial: number
}

/** The outcome of one record: what a save did, or a comparison says it would do. */
export interface RecordOutcome {
  id: string
  change: 'created' | 'updated' | 'unchanged'
  /** It came with parts missing. */
  partial: boolean
}

/** Where the records of one resource and user are kept. One method is one atomic step. */
export interface RecordSink<T> {
  /**
   * Writes records, their history, and how each went (created, updated, unchanged, partial) into their rows of the
   * ledger, in one transaction. A removed record that is back counts as updated.
   */
  save(batch: readonly T[], run: {runId: string; at: Date}): Promise<SaveCounts>
  /** What `save` would do, writing nothing. */
  compare(batch: readonly T[]): Promise<RecordOutcome[]>
  /** Sets `removed_at` on what no listing of the run that counts named; returns how many. */
  removeUnlisted(run: {runId: string; at: Date}): Promise<number>
  /** Ids of records that are not removed, in a stable order, after `after`; at most `limit`. */
  liveIds(limit: number, after: string | null): Promise<string[]>
  countLive(): Promise<number>
  /** Ids to be fetched again whatever the service's dates say: partial ones, and those marked stale. */
  stale(limit: number): Promise<string[]>
}

/** The part of a sink that a walk needs: a listing of whole records proves by its end that all were seen. */
export type RunSink<T> = Pick<RecordSink<T>, 'save' | 'compare' | 'countLive'>

/** Writing records one by one, beside runs: what a notification brings. One method is one atomic step. */
export interface RecordPatch<T> {
  /**
   * Writes records and their history. One that is older than what is stored changes nothing; a run that is under way does
   * not take what was written meanwhile for removed.
   */
  patch(batch: readonly T[], at: Date): Promise<SaveCounts>
  /** Those of the ids that were ever kept here, removed ones too. */
  known(ids: readonly string[]): Promise<Set<string>>
}
