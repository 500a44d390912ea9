import type {RecordOutcome, RecordSink, SaveCounts} from '../../../src/services/ports/index.js'
import {countOutcomes, type MemoryLedger} from './memory-ledger.js'
import type {SimRecord} from './sim-service.js'

interface Kept {
  record: SimRecord
  removedAt: Date | null
  stale: boolean
}

/** Records as a store keeps them, in memory. */
export class MemorySink implements RecordSink<SimRecord> {
  readonly kept = new Map<string, Kept>()

  constructor(private readonly ledger: MemoryLedger) {}

  async save(batch: readonly SimRecord[], {runId}: {runId: string}): Promise<SaveCounts> {
    const counts = countOutcomes(await this.compare(batch))
    for (const record of batch) {
      this.ledger.settle(runId, record.id, this.judge(record), record.partial)
      this.kept.set(record.id, {record, removedAt: null, stale: false})
    }
    return counts
  }

  async compare(batch: readonly SimRecord[]): Promise<RecordOutcome[]> {
    return batch.map((record) => ({id: record.id, change: this.judge(record), partial: record.partial}))
  }

  async removeUnlisted({runId, at}: {runId: string; at: Date}): Promise<number> {
    const gone = this.live.filter(({record}) => !this.ledger.isNamed(runId, record.id))
    for (const kept of gone) kept.removedAt = at
    return gone.length
  }

  async liveIds(limit: number, after: string | null): Promise<string[]> {
    const ids = this.live.map(({record}) => record.id).filter((id) => after === null || id > after)
    return ids.sort().slice(0, limit)
  }

  async countLive(): Promise<number> {
    return this.live.length
  }

  async stale(limit: number): Promise<string[]> {
    const wanted = this.live.filter(({record, stale}) => record.partial || stale)
    return wanted.map(({record}) => record.id).slice(0, limit)
  }

  /** What is here, by id. */
  records(): SimRecord[] {
    return this.live.map(({record}) => record).sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  private get live(): Kept[] {
    return [...this.kept.values()].filter(({removedAt}) => removedAt === null)
  }

  private judge(record: SimRecord): 'created' | 'updated' | 'unchanged' {
    const kept = this.kept.get(record.id)
    if (kept === undefined) return 'created'
    const isSame = kept.removedAt === null && JSON.stringify(kept.record) === JSON.stringify(record)
    return isSame ? 'unchanged' : 'updated'
  }
}
