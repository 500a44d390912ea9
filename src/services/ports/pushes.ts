import type {WriteValues} from './writes.js'

export type Cell = string | number | null

/** What stands in one line of a file: cells under names, or why they cannot be had. */
export type FileRecord =
  | {
      /** Where it begins, from 1, the header included. */
      line: number
      /** The same array for all records of a table. */
      names: readonly string[]
      cells: readonly Cell[]
    }
  | {line: number; fault: string}

export type CellSeparator = ',' | ';' | '\t'

/** A file of records that can be read any number of times, in flat memory. */
export interface RecordFile {
  name: string
  /** SHA-256 of its bytes, hexadecimal. */
  hash: string
  /** Numbers in JSON have a decimal point; in a table they are written as somebody's spreadsheet does. */
  format: 'csv' | 'jsonl'
  /** What stands between the cells of a table; null of JSON. */
  separator: CellSeparator | null
  /**
   * Without blank ones. MELI_FILE_UNREADABLE when it cannot be read, has other bytes than at first, or breaks off: behind a
   * quote that is never closed, say, nobody can tell which line is which.
   */
  records(signal?: AbortSignal): AsyncIterable<FileRecord>
  /** Removes what was kept for reading it again. */
  close(): Promise<void>
}

/** A line of a push file, judged valid. What is null stays as it is. */
export interface PushLine {
  /** In the file, from 1, the header included. */
  line: number
  itemId: string | null
  sellerSku: string | null
  variationId: number | null
  /** Exact decimal text. */
  price: string | null
  quantity: number | null
  status: 'active' | 'paused' | 'closed' | null
}

export type PushRowState = 'waiting' | 'unchanged' | 'done' | 'failed'

export interface PushRow extends PushLine {
  state: PushRowState
  /** The service's values when the line was looked at. */
  before: WriteValues | null
  errorCode: string | null
  message: string | null
  finishedAt: Date | null
}

export interface PushRecord {
  id: string
  userId: number
  fileHash: string
  fileName: string
  rows: number
  startedAt: Date
  finishedAt: Date | null
  outcome: 'complete' | 'incomplete' | 'interrupted' | null
  holder: string | null
}

export type OpenedPush =
  | {opened: true; push: PushRecord; resumed: boolean}
  /** Another process holds the lease. */
  | {opened: false; holder: string; until: Date}

/** Tables `push` and `push_row`, so that memory does not grow with the file and a killed push can be resumed. */
export interface PushStore {
  /**
   * Takes the lease of this file and account, as `SyncLedger.open` takes that of a sync. An unfinished push of the same bytes is resumed, unless `restart` or a day
   * went by; its lines for which nothing had to be sent wait again. Otherwise a new one begins, without rows. Older ones
   * of the account lose theirs when they ended ten minutes ago, interrupted ones after a day.
   */
  open(request: {
    userId: number
    fileHash: string
    fileName: string
    restart: boolean
    holder: string
    now: Date
    until: Date
  }): Promise<OpenedPush>
  prolong(pushId: string, holder: string, until: Date): Promise<boolean>
  /** Adds lines, all waiting; a line that is there already stays as it is. */
  add(pushId: string, lines: readonly PushLine[]): Promise<void>
  /** Waiting lines behind this one, in order. */
  waiting(pushId: string, request: {after: number; limit: number}): Promise<PushRow[]>
  /** Waiting lines about these items, in order. */
  waitingOf(pushId: string, itemIds: readonly string[]): Promise<PushRow[]>
  /** Stores the outcomes of lines, and the items of lines that were found by SKU. */
  recordOutcomes(
    pushId: string,
    rows: ReadonlyArray<
      Omit<PushRow, keyof PushLine> & {line: number; itemId: string | null; variationId: number | null}
    >,
  ): Promise<void>
  /**
   * Lines that say the same thing twice, or contradict an earlier line about the same item; in order. Prices of variations
   * that neither of two lines changes may differ.
   */
  conflicts(
    pushId: string,
  ): Promise<ReadonlyArray<{line: number; first: number; itemId: string; variationId: number | null}>>
  /** All, in order. */
  rows(pushId: string): AsyncIterable<PushRow>
  counts(pushId: string): Promise<Readonly<Record<PushRowState, number>>>
  /** Changes nothing when another process holds the lease. */
  finish(
    pushId: string,
    end: {holder: string; outcome: 'complete' | 'incomplete' | 'interrupted'; at: Date},
  ): Promise<void>
}
