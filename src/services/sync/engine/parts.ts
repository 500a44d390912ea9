import type {Clock, RecordSink, Slice, SyncKind, SyncLedger, SyncSource} from '../../ports/index.js'

/** What can be synchronized: whatever has an id. */
export interface Identified {
  readonly id: string
}

/** All that the engine works on. It knows no HTTP, no SQL and no product. */
export interface Parts<T extends Identified> {
  source: SyncSource<T>
  ledger: SyncLedger
  sink: RecordSink<T>
  clock: Clock
  /** Milliseconds since the start that this process was busy, and waited. Without it, it always has time. */
  activity?: (() => Activity) | undefined
}

export interface Activity {
  active: number
  idle: number
}

export interface Scope {
  /** Name of the resource in the ledger: one lease, one line of runs. */
  resource: string
  userId: number
  /** The parts to list; empty for the whole. Only a whole listing tells what is gone. */
  slices: readonly Slice[]
}

export interface Progress {
  listed: number
  /** Settled: kept, or known not to be had. */
  fetched: number
  total: number
  requests: number
  rateLimited: number
  retries: number
  /** Records settled per second by this process, on average. */
  perSecond: number
}

export interface RunRequest {
  scope: Scope
  kind: SyncKind
  /** Of an incremental run: what changed before it is here already. */
  since: Date | null
  restart: boolean
  /** Compares, and writes nothing. */
  dryRun: boolean
  concurrency: number
  holder: string
  signal: AbortSignal
  /** When the time of the command is over; what fails after it was stopped by it. */
  deadline?: Date | undefined
  onProgress?: ((progress: Progress) => void) | undefined
}
