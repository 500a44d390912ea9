import type {
  Checkpoint,
  Clock,
  Fetched,
  RecordSink,
  RunCounts,
  SaveCounts,
  Slice,
  SyncKind,
  SyncLedger,
  SyncRunRecord,
  SyncSource,
} from '../ports/index.js'

/** A record that can be synchronized: it has an id. */
export interface Identified {
  readonly id: string
}

/** All that the engine works on. It knows no HTTP, no SQL and no product. */
export interface SyncByIdDeps<T extends Identified> {
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
  /** An incremental run skips changes from before this time, which are stored already. */
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

/** A run that this process works on: where it stands, and how it reports. */
export class ActiveRun<T extends Identified> {
  readonly id: string
  readonly startedAt: Date
  checkpoint: Checkpoint
  /** Ids that one listing named more than once. */
  duplicates = 0
  /** How many records the service has, as far as known. */
  total = 0
  /** Distinct ids that the listing under way has named. */
  listed: number
  private settled: number
  private readonly settledBefore: number
  private readonly begunAt: number

  constructor(
    readonly parts: SyncByIdDeps<T>,
    readonly request: RunRequest,
    record: SyncRunRecord,
    readonly resumed: boolean,
    counts: RunCounts,
  ) {
    this.id = record.id
    this.startedAt = record.startedAt
    this.checkpoint = record.checkpoint
    this.total = record.checkpoint.total
    this.listed = counts.listed
    this.settled = settledOf(counts)
    this.settledBefore = this.settled
    this.begunAt = this.now()
  }

  now(): number {
    return this.parts.clock.now().getTime()
  }

  /** A listing begins; nothing of it is in the ledger before its first page. */
  begin(checkpoint: Checkpoint): void {
    this.listed = 0
    this.checkpoint = checkpoint
  }

  /** Records what a page named, with the checkpoint behind it; gives the ids that are new to the run. */
  async note(ids: readonly string[], checkpoint: Checkpoint): Promise<string[]> {
    const {listed, fresh} = await this.parts.ledger.note(this.id, ids, checkpoint)
    this.checkpoint = checkpoint
    this.duplicates += ids.length - listed
    this.listed += listed
    return fresh
  }

  /** Stores what was answered and records what failed. An abort does not stop it, since the answers are here. */
  async keep(answers: ReadonlyArray<Fetched<T>>): Promise<SaveCounts | undefined> {
    const {sink, ledger, clock} = this.parts
    const records: T[] = []
    const missing = []
    for (const answer of answers) {
      if (answer.ok) records.push(answer.record)
      else missing.push({id: answer.id, status: answer.status, message: answer.message})
    }
    const saved = records.length > 0 ? await sink.save(records, {runId: this.id, at: clock.now()}) : undefined
    if (missing.length > 0) await ledger.fail(this.id, missing)
    this.settled += answers.length
    this.report()
    return saved
  }

  report(): void {
    const {requests, rateLimited, retries} = this.parts.source.traffic
    const seconds = (this.now() - this.begunAt) / 1000
    this.request.onProgress?.({
      listed: this.listed,
      fetched: this.settled,
      total: Math.max(this.total, this.listed),
      requests,
      rateLimited,
      retries,
      perSecond: seconds > 0 ? (this.settled - this.settledBefore) / seconds : 0,
    })
  }
}

function settledOf({created, updated, unchanged, failed}: RunCounts): number {
  return created + updated + unchanged + failed
}
