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
} from '../../ports/index.js'
import {IdPlaces, twice} from './id-places.js'
import type {Identified, Parts} from './parts.js'

/** The parts of a run that reads and compares, and keeps nothing: its ledger is in memory, and its sink compares. */
export function trialParts<T extends Identified>(parts: Parts<T>): Parts<T> {
  const ledger = new TrialLedger(parts.ledger)
  return {...parts, ledger, sink: new TrialSink(parts.sink, ledger)}
}

type State = 'pending' | 'kept' | 'missing'
const states = ['pending', 'kept', 'missing'] as const

const nothing: SaveCounts = {created: 0, updated: 0, unchanged: 0, partial: 0}

/** One run of one process. The ids of a catalogue are all in memory, so that little is kept of each. */
export class TrialLedger implements SyncLedger {
  private ids = new IdPlaces()
  /** By place: the last listing that named it, and its state. */
  private scans = new Uint32Array(1024)
  private settled = new Uint8Array(1024)
  private readonly notHad = new Map<string, MissingRecord>()
  readonly saved: SaveCounts = {...nothing}
  private scan = 1

  constructor(private readonly real: SyncLedger) {}

  async open({resource, userId, kind, holder, now}: Parameters<SyncLedger['open']>[0]): Promise<OpenedRun> {
    this.ids = new IdPlaces()
    this.scans = new Uint32Array(1024)
    this.settled = new Uint8Array(1024)
    this.notHad.clear()
    Object.assign(this.saved, nothing)
    this.scan = 1
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

  async note(_run: string, ids: readonly string[], {scan}: Checkpoint): Promise<Noted> {
    this.scan = scan
    const fresh: string[] = []
    let listed = 0
    for (const id of ids) {
      const place = this.ids.of(id)
      if (place === undefined) fresh.push(id)
      if (place === undefined || this.scans[place] !== scan) listed += 1
      if (place === undefined) this.add(id)
      else this.scans[place] = scan
    }
    return {listed, fresh}
  }

  async pending(_run: string, limit: number, after: string | null): Promise<string[]> {
    const found: string[] = []
    let place = after === null ? 0 : (this.ids.of(after) ?? -1) + 1
    for (; place < this.ids.size && found.length < limit; place++) {
      if (this.stateAt(place) === 'pending') found.push(this.ids.at(place))
    }
    return found
  }

  async fail(_run: string, missing: readonly MissingRecord[]): Promise<void> {
    for (const record of missing) {
      this.settle(record.id, 'missing')
      this.notHad.set(record.id, record)
    }
  }

  private settle(id: string, state: State): void {
    const place = this.ids.of(id) ?? this.add(id)
    this.settled[place] = states.indexOf(state)
  }

  isKept(id: string): boolean {
    return this.stateAt(this.ids.of(id) ?? -1) === 'kept'
  }

  /** These would have been written, and so it would have gone. */
  keep(batch: readonly Identified[], counts: SaveCounts): SaveCounts {
    for (const {id} of batch) this.settle(id, 'kept')
    this.saved.created += counts.created
    this.saved.updated += counts.updated
    this.saved.unchanged += counts.unchanged
    this.saved.partial += counts.partial
    return counts
  }

  async counts(): Promise<RunCounts> {
    let [listed, failed] = [0, 0]
    for (let place = 0; place < this.ids.size; place++) {
      if (!this.isNamedAt(place)) continue
      listed += 1
      if (this.stateAt(place) === 'missing') failed += 1
    }
    return {...this.saved, listed, failed}
  }

  async missing(_run: string, limit: number): Promise<MissingRecord[]> {
    const failed = [...this.notHad.values()].filter(({id}) => {
      const place = this.ids.of(id)
      return place !== undefined && this.isNamedAt(place) && this.stateAt(place) === 'missing'
    })
    return failed.slice(0, limit)
  }

  /** Whether the last listing named it. */
  isNamed(id: string): boolean {
    const place = this.ids.of(id)
    return place !== undefined && this.isNamedAt(place)
  }

  async finish(): Promise<void> {}

  readonly lastComplete: SyncLedger['lastComplete'] = (...asked) => this.real.lastComplete(...asked)
  readonly lastReached: SyncLedger['lastReached'] = (...asked) => this.real.lastReached(...asked)
  readonly recent: SyncLedger['recent'] = (filter) => this.real.recent(filter)

  private isNamedAt(place: number): boolean {
    return this.scans[place] === this.scan
  }

  private stateAt(place: number): State {
    return states[this.settled[place] ?? 0] ?? 'pending'
  }

  private add(id: string): number {
    const place = this.ids.add(id)
    if (place >= this.scans.length) {
      this.scans = twice(this.scans, Uint32Array)
      this.settled = twice(this.settled, Uint8Array)
    }
    this.scans[place] = this.scan
    return place
  }
}

class TrialSink<T extends Identified> implements RecordSink<T> {
  constructor(
    private readonly real: RecordSink<T>,
    private readonly ledger: TrialLedger,
  ) {}

  async save(batch: readonly T[]): Promise<SaveCounts> {
    return this.ledger.keep(batch, await this.real.compare(batch))
  }

  compare(batch: readonly T[]): Promise<SaveCounts> {
    return this.real.compare(batch)
  }

  removeUnlisted(): Promise<number> {
    return this.real.countUnlisted((id) => this.ledger.isNamed(id))
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

/** Where every run begins. */
const firstCheckpoint: Checkpoint = {
  ...{scan: 1, slice: 0, sliced: false, cursor: null, total: 0, listed: false},
}
