import type {
  Checkpoint,
  MissingRecord,
  Noted,
  OpenedRun,
  RecordOutcome,
  RunCounts,
  SaveCounts,
  SyncKind,
  SyncLedger,
  SyncRunRecord,
} from '../../../src/services/ports/index.js'

/** How many records went how. */
export function countOutcomes(outcomes: readonly RecordOutcome[]): SaveCounts {
  const countOf = (wanted: RecordOutcome['change']) => outcomes.filter(({change}) => change === wanted).length
  const partial = outcomes.filter((outcome) => outcome.partial).length
  return {created: countOf('created'), updated: countOf('updated'), unchanged: countOf('unchanged'), partial}
}

export type ItemState = 'listed' | 'created' | 'updated' | 'unchanged' | 'failed'

interface Item {
  scan: number
  state: ItemState
  partial: boolean
  missing?: MissingRecord
}

interface Run extends SyncRunRecord {
  until: Date
  items: Map<string, Item>
}

const start: Checkpoint = {
  ...{scan: 1, slice: 0, sliced: false, cursor: null, total: 0, listed: false},
}

/** The ledger as a store keeps it, in memory. */
export class MemoryLedger implements SyncLedger {
  readonly runs: Run[] = []
  /** Ids that were committed twice in one run. */
  readonly twice: string[] = []

  constructor(private readonly isAlive: (holder: string) => boolean = () => true) {}

  async open(request: Parameters<SyncLedger['open']>[0]): Promise<OpenedRun> {
    const {resource, userId, kind, restart, holder, now, until} = request
    const own = this.runs.filter((run) => run.resource === resource && run.userId === userId)
    const busy = own.find(
      (run) => run.outcome === null && run.holder !== holder && run.until > now && this.isAlive(run.holder),
    )
    if (busy !== undefined) return {opened: false, runId: busy.id, holder: busy.holder, until: busy.until}
    const newest = own.at(-1)
    if (newest !== undefined && !restart && newest.kind === kind && isUnfinished(newest)) {
      Object.assign(newest, {outcome: null, finishedAt: null, holder, until})
      for (const item of newest.items.values()) if (item.state === 'failed') item.state = 'listed'
      return {opened: true, run: {...newest}, resumed: true}
    }
    for (const run of own) {
      run.outcome ??= 'interrupted'
      run.items.clear()
    }
    const run: Run = {
      ...{id: `run-${this.runs.length + 1}`, resource, userId, kind, outcome: null, startedAt: now, finishedAt: null},
      ...{watermark: null, checkpoint: start, counts: {}, holder, until, items: new Map()},
    }
    this.runs.push(run)
    return {opened: true, run: {...run}, resumed: false}
  }

  async prolong(runId: string, holder: string, until: Date): Promise<boolean> {
    const run = this.run(runId)
    if (run.holder !== holder || run.outcome !== null) return false
    run.until = until
    return true
  }

  async note(runId: string, ids: readonly string[], checkpoint: Checkpoint): Promise<Noted> {
    const run = this.run(runId)
    const fresh: string[] = []
    let listed = 0
    for (const id of ids) {
      const item = run.items.get(id)
      if (item?.scan !== checkpoint.scan) listed += 1
      if (item !== undefined) item.scan = checkpoint.scan
      else {
        fresh.push(id)
        run.items.set(id, {scan: checkpoint.scan, state: 'listed', partial: false})
      }
    }
    run.checkpoint = checkpoint
    return {listed, fresh}
  }

  async pending(runId: string, limit: number, after: string | null): Promise<string[]> {
    const ids = [...this.run(runId).items].filter(([, item]) => item.state === 'listed').map(([id]) => id)
    return ids
      .filter((id) => after === null || id > after)
      .sort()
      .slice(0, limit)
  }

  async fail(runId: string, missing: readonly MissingRecord[]): Promise<void> {
    for (const record of missing) {
      const before = this.run(runId).items.get(record.id)
      this.run(runId).items.set(record.id, {scan: 0, partial: false, ...before, state: 'failed', missing: record})
    }
  }

  async record(runId: string, outcomes: readonly RecordOutcome[]): Promise<SaveCounts> {
    for (const {id, change, partial} of outcomes) this.settle(runId, id, change, partial)
    return countOutcomes(outcomes)
  }

  async countListed(runId: string, ids: readonly string[]): Promise<number> {
    return ids.filter((id) => this.isNamed(runId, id)).length
  }

  async temporary() {
    return Object.assign(new MemoryLedger(), {close: () => undefined})
  }

  /** What a sink does in its own transaction. */
  settle(runId: string, id: string, state: ItemState, partial: boolean): void {
    const {items} = this.run(runId)
    const before = items.get(id)
    if (before !== undefined && before.state !== 'listed') this.twice.push(id)
    // What was created in this run stays so, also when it is saved again.
    const kept = before?.state === 'created' || before?.state === 'updated' ? before.state : state
    items.set(id, {scan: 0, ...before, state: kept, partial})
  }

  async counts(runId: string): Promise<RunCounts> {
    const {items, checkpoint} = this.run(runId)
    const all = [...items.values()]
    const named = all.filter(({scan}) => scan === checkpoint.scan)
    const of = (wanted: ItemState) => all.filter(({state}) => state === wanted).length
    return {
      listed: named.length,
      failed: named.filter(({state}) => state === 'failed').length,
      ...{created: of('created'), updated: of('updated'), unchanged: of('unchanged')},
      partial: all.filter(({partial}) => partial).length,
    }
  }

  async missing(runId: string, limit: number): Promise<MissingRecord[]> {
    const {items, checkpoint} = this.run(runId)
    const failed = [...items.values()].filter(({scan, state}) => scan === checkpoint.scan && state === 'failed')
    return failed.flatMap(({missing}) => (missing === undefined ? [] : [missing])).slice(0, limit)
  }

  async finish(runId: string, end: Parameters<SyncLedger['finish']>[1]): Promise<void> {
    const run = this.run(runId)
    const {outcome, watermark, counts, at} = end
    Object.assign(run, {outcome, watermark, counts, finishedAt: at, until: at})
    if (!isUnfinished(run)) run.items.clear()
  }

  async lastComplete(resource: string, userId: number, kind?: SyncKind): Promise<SyncRunRecord | undefined> {
    return this.runs.findLast(
      (run) =>
        run.resource === resource &&
        run.userId === userId &&
        run.outcome === 'complete' &&
        (kind === undefined || run.kind === kind),
    )
  }

  async lastReached(resource: string, userId: number): Promise<SyncRunRecord | undefined> {
    return this.runs.findLast(({checkpoint, counts, ...run}) => {
      const lacksBeyondAlone = run.outcome === 'incomplete' && counts.failed === checkpoint.beyond?.length
      return run.resource === resource && run.userId === userId && (run.outcome === 'complete' || lacksBeyondAlone)
    })
  }

  async recent({userId, limit}: {userId?: number; limit: number}): Promise<SyncRunRecord[]> {
    const wanted = this.runs.filter((run) => userId === undefined || run.userId === userId)
    return wanted.reverse().slice(0, limit)
  }

  isNamed(runId: string, id: string): boolean {
    const {items, checkpoint} = this.run(runId)
    return items.get(id)?.scan === checkpoint.scan
  }

  private run(id: string): Run {
    return this.runs.find((run) => run.id === id)!
  }
}

function isUnfinished({outcome}: SyncRunRecord): boolean {
  return outcome !== 'complete' && outcome !== 'incomplete'
}
