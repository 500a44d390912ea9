import {randomUUID} from 'node:crypto'
import type {
  Checkpoint,
  MissingRecord,
  Noted,
  OpenedRun,
  RecordSink,
  RunCounts,
  SaveCounts,
  SyncLedger,
  SyncRunRecord,
} from '../../ports.js'
import type {Identified, Parts} from './parts.js'

/** The parts of a run that reads and compares, and keeps nothing: its ledger is in memory, and its sink compares. */
export function trialParts<T extends Identified>(parts: Parts<T>): Parts<T> {
  const ledger = new TrialLedger(parts.ledger)
  return {...parts, ledger, sink: new TrialSink(parts.sink, ledger)}
}

interface Row {
  /** Place among the ids of the run. */
  at: number
  scan: number
  /** Undefined while pending. */
  settled?: 'kept' | MissingRecord
}

const nothing: SaveCounts = {created: 0, updated: 0, unchanged: 0, partial: 0}

/** One run of one process. */
class TrialLedger implements SyncLedger {
  readonly rows = new Map<string, Row>()
  private order: string[] = []
  readonly saved: SaveCounts = {...nothing}
  private scan = 1
  /** The first listing that counts. */
  private since = 1

  constructor(private readonly real: SyncLedger) {}

  async open({resource, userId, kind, holder, now}: Parameters<SyncLedger['open']>[0]): Promise<OpenedRun> {
    this.rows.clear()
    this.order = []
    Object.assign(this.saved, nothing)
    this.scan = 1
    this.since = 1
    const run: SyncRunRecord = {
      ...{id: randomUUID(), resource, userId, kind, holder},
      ...{outcome: null, startedAt: now, finishedAt: null, watermark: null, counts: {}},
      checkpoint: firstCheckpoint,
    }
    return {opened: true, run, resumed: false}
  }

  async prolong(): Promise<boolean> {
    return true
  }

  async note(_run: string, ids: readonly string[], {scan, since = scan}: Checkpoint): Promise<Noted> {
    this.scan = scan
    this.since = since
    const fresh: string[] = []
    let [named, joined] = [0, 0]
    for (const id of ids) {
      const row = this.rows.get(id)
      if (row === undefined) fresh.push(id)
      if (row?.scan !== scan) named += 1
      if (!this.isNamed(row)) joined += 1
      this.put(id, {scan})
    }
    return {named, joined, fresh}
  }

  async pending(_run: string, limit: number, after: string | null): Promise<string[]> {
    const found: string[] = []
    let at = after === null ? 0 : (this.rows.get(after)?.at ?? 0) + 1
    for (; at < this.order.length && found.length < limit; at++) {
      const id = this.order[at]
      if (id !== undefined && this.rows.get(id)?.settled === undefined) found.push(id)
    }
    return found
  }

  async fail(_run: string, missing: readonly MissingRecord[]): Promise<void> {
    for (const record of missing) this.put(record.id, {settled: record})
  }

  put(id: string, change: Partial<Row>): void {
    const row = this.rows.get(id)
    if (row === undefined) this.order.push(id)
    this.rows.set(id, {at: this.order.length - 1, scan: this.scan, ...row, ...change})
  }

  async counts(): Promise<RunCounts> {
    const named = [...this.rows.values()].filter((row) => this.isNamed(row))
    return {...this.saved, listed: named.length, failed: named.filter(isMissing).length}
  }

  async missing(_run: string, limit: number): Promise<MissingRecord[]> {
    const named = [...this.rows.values()].filter((row) => this.isNamed(row))
    return named.flatMap(({settled}) => (typeof settled === 'object' ? [settled] : [])).slice(0, limit)
  }

  /** By a listing that counts. */
  isNamed(row: Row | undefined): boolean {
    return row !== undefined && row.scan >= this.since
  }

  async finish(): Promise<void> {}

  lastComplete(...asked: Parameters<SyncLedger['lastComplete']>): ReturnType<SyncLedger['lastComplete']> {
    return this.real.lastComplete(...asked)
  }

  recent(...asked: Parameters<SyncLedger['recent']>): ReturnType<SyncLedger['recent']> {
    return this.real.recent(...asked)
  }
}

class TrialSink<T extends Identified> implements RecordSink<T> {
  constructor(
    private readonly real: RecordSink<T>,
    private readonly ledger: TrialLedger,
  ) {}

  async save(batch: readonly T[]): Promise<SaveCounts> {
    const counts = await this.real.compare(batch)
    for (const {id} of batch) this.ledger.put(id, {settled: 'kept'})
    const {saved} = this.ledger
    saved.created += counts.created
    saved.updated += counts.updated
    saved.unchanged += counts.unchanged
    saved.partial += counts.partial
    return counts
  }

  compare(batch: readonly T[]): Promise<SaveCounts> {
    return this.real.compare(batch)
  }

  removeUnlisted(): Promise<number> {
    return this.real.countUnlisted((id) => this.ledger.isNamed(this.ledger.rows.get(id)))
  }

  countUnlisted(listed: (id: string) => boolean): Promise<number> {
    return this.real.countUnlisted(listed)
  }

  countLive(): Promise<number> {
    return this.real.countLive()
  }

  stale(limit: number): Promise<string[]> {
    return this.real.stale(limit)
  }
}

function isMissing({settled}: Row): boolean {
  return typeof settled === 'object'
}

/** Where every run begins. */
const firstCheckpoint: Checkpoint = {
  ...{scan: 1, slice: 0, sliced: false, cursor: null, cursorAt: null},
  ...{total: 0, sliceTotal: null, steady: true, listed: false},
}
