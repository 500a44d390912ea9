import type {Clock, MissingRecord, RunSink, SyncKind, SyncLedger, WalkSource} from '../../ports/index.js'
import type {Identified, Progress} from '../engine/parts.js'

/** All that a walk works on. */
export interface WalkParts<T extends Identified> {
  source: WalkSource<T>
  ledger: SyncLedger
  sink: RunSink<T>
  clock: Clock
  /**
   * Takes note of records that the service does not have any more (a page gave them with 404 or 410); how many were not
   * known as such. Without it they count as not to be had, and the run as incomplete.
   */
  gone?: ((ids: readonly string[], at: Date) => Promise<number>) | undefined
}

export interface WalkRequest {
  /** Name in the ledger: one lease, one line of runs. */
  resource: string
  userId: number
  /** Everything, also when only the changes could do. */
  full: boolean
  /** Begins anew rather than go on with an interrupted run. */
  restart: boolean
  /** Compares, and writes nothing. */
  dryRun: boolean
  /** A name of the process, as `newHolder` makes it. */
  holder: string
  /** Waits for another process that is at the same; otherwise MELI_SYNC_BUSY. */
  wait: boolean
  maxDurationMs?: number | undefined
  signal?: AbortSignal | undefined
  onProgress?: ((progress: Progress) => void) | undefined
  onWaiting?: ((holder: string) => void) | undefined
}

/** One run of a walk. */
export interface WalkRunRequest {
  scope: {resource: string; userId: number}
  kind: SyncKind
  /** Of an incremental run: what changed before it is here already. */
  since: Date | null
  /** Of an incremental run: see WalkSource. */
  beyond: readonly MissingRecord[]
  restart: boolean
  dryRun: boolean
  holder: string
  signal: AbortSignal
  /** When the time of the command is over; what fails after it was stopped by it. */
  deadline?: Date | undefined
  onProgress?: ((progress: Progress) => void) | undefined
}
