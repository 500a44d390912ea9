import type {RecordSink, SaveCounts} from '../../../src/services/ports/index.js'
import type {MemoryLedger} from './memory-ledger.js'
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
    const counts = await this.compare(batch)
    for (const record of batch) {
      this.ledger.settle(runId, record.id, this.judge(record), record.partial)
      this.kept.set(record.id, {record, removedAt: null, stale: false})
    }
    return counts
  }

  async compare(batch: readonly SimRecord[]): Promise<SaveCounts> {
    const counts = {created: 0, updated: 0, unchanged: 0, partial: 0}
    for (const record of batch) {
      counts[this.judge(record)] += 1
      if (record.partial) counts.partial += 1
    }
    return counts
  }

  async removeUnlisted({runId, at}: {runId: string; at: Date}): Promise<number> {
    const gone = this.live.filter(({record}) => !this.ledger.isNamed(runId, record.id))
    for (const kept of gone) kept.removedAt = at
    return gone.length
  }

  async countUnlisted(listed: (id: string) => boolean): Promise<number> {
    return this.live.filter(({record}) => !listed(record.id)).length
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
