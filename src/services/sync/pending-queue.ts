import type {SyncLedger} from '../ports/index.js'

/** Ids kept in memory; beyond this many they wait in the ledger alone. */
const roomFor = 10_000
const sweepSize = 1_000

export interface PendingQueueOptions {
  ledger: Pick<SyncLedger, 'pending'>
  runId: string
  batchSize: number
  /** The ledger may hold ids of before. */
  resumed: boolean
  room?: number
}

/**
 * Ids on their way from the lister to the fetchers. Fresh ones pass through memory; when the lister is far ahead they are
 * left to the ledger, which has them anyway, and are read back in sweeps. No id is handed out twice.
 */
export class PendingQueue {
  private ready: string[] = []
  /** Handed out or ready, and not settled: a sweep must not bring these again. */
  private readonly held = new Set<string>()
  private settledMeanwhile = new Set<string>()
  /** The ledger holds ids that are not here. */
  private spilled: boolean
  private spilledSinceSweep = false
  private sweptTo: string | null = null
  private sweeping: Promise<void> | undefined
  private closed = false
  private waiting: Array<() => void> = []

  constructor(private readonly options: PendingQueueOptions) {
    this.spilled = options.resumed
  }

  /** Ids that the ledger has just noted for the first time. */
  offer(ids: readonly string[]): void {
    const room = (this.options.room ?? roomFor) - this.ready.length
    for (const id of ids.slice(0, Math.max(0, room))) this.push(id)
    if (ids.length > room) {
      this.spilled = true
      this.spilledSinceSweep = true
    }
    this.wake()
  }

  /** More may come after a close. */
  open(): void {
    this.closed = false
  }

  close(): void {
    this.closed = true
    this.wake()
  }

  /** Full batches while there are enough; the rest when the queue is closed; nothing when all is done. */
  async take(signal: AbortSignal): Promise<string[]> {
    const {batchSize} = this.options
    for (;;) {
      signal.throwIfAborted()
      if (this.ready.length >= batchSize) return this.ready.splice(0, batchSize)
      if (this.spilled) await this.sweepOnce()
      else if (this.closed) return this.ready.splice(0, batchSize)
      else await this.nextPage()
    }
  }

  /** Resolves when ids are offered, and when no more will be. */
  private nextPage(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  /** The ledger knows what became of them. */
  settle(ids: readonly string[]): void {
    for (const id of ids) {
      this.held.delete(id)
      if (this.sweeping !== undefined) this.settledMeanwhile.add(id)
    }
  }

  private sweepOnce(): Promise<void> {
    this.sweeping ??= this.sweep().finally(() => {
      this.sweeping = undefined
      this.settledMeanwhile = new Set()
    })
    return this.sweeping
  }

  private async sweep(): Promise<void> {
    if (this.sweptTo === null) this.spilledSinceSweep = false
    const {ledger, runId} = this.options
    const found = await ledger.pending(runId, sweepSize, this.sweptTo)
    // What was read as pending may have been settled before the answer was here.
    for (const id of found) if (!this.held.has(id) && !this.settledMeanwhile.has(id)) this.push(id)
    this.sweptTo = found.length < sweepSize ? null : (found.at(-1) ?? null)
    if (this.sweptTo === null) this.spilled = this.spilledSinceSweep
  }

  private push(id: string): void {
    this.ready.push(id)
    this.held.add(id)
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve()
  }
}
