import type {SimClock} from './sim-clock.js'

export interface SimRecord {
  id: string
  version: number
  status: string
  changedAt: Date
  partial: boolean
}

interface Handle {
  /** Null: what is published and withdrawn while it is open shows. */
  snapshot: readonly string[] | null
  status: string | undefined
  last: string
  usedMs: number
  total: number
}

export const statuses = ['active', 'paused', 'closed'] as const
const handleLifeMs = 5 * 60_000

export interface SimServiceOptions {
  /**
   * `positions`, as captured: the id is new on each page and gives the same page again when it is sent again, from what there is then.
   * The others are handles, of which the service remembers where they stand, for five minutes; they take changes as neither ids nor
   * total, the total alone, or both.
   */
  scrolls: 'positions' | 'snapshot' | 'live-total' | 'live'
}

export interface SimPage {
  ids: string[]
  total: number
  /** To be sent for the next page. */
  scrollId: string
}

/** Records by id, and how often any of them has changed. */
class Records extends Map<string, SimRecord> {
  changes = 0

  override set(id: string, record: SimRecord): this {
    this.changes += 1
    return super.set(id, record)
  }

  override delete(id: string): boolean {
    this.changes += 1
    return super.delete(id)
  }
}

/** A service with records that come, change and go, on its own time. */
export class SimService {
  readonly items = new Records()
  /** What there was after so many changes. */
  private sorted = {changes: 0, records: [] as SimRecord[], ids: new Map<string | undefined, readonly string[]>()}
  private readonly handles = new Map<string, Handle>()
  /** Positions of an earlier time are lost. */
  private era = 0
  private made = 0

  constructor(
    readonly clock: SimClock,
    readonly options: SimServiceOptions = {scrolls: 'positions'},
  ) {}

  /** Records that were last changed long ago. */
  seed(count: number): this {
    const changedAt = new Date(this.clock.now().getTime() - 86_400_000)
    for (let n = 0; n < count; n++) this.add(changedAt)
    return this
  }

  create(): void {
    this.add(this.clock.now())
  }

  edit(at: number): void {
    this.touch(at, {})
  }

  move(at: number): void {
    this.touch(at, {status: statuses[at % statuses.length] ?? 'active'})
  }

  remove(at: number): void {
    const id = this.pick(at)
    if (id !== undefined) this.items.delete(id)
  }

  expireScrolls(): void {
    this.handles.clear()
    this.era += 1
  }

  records(): SimRecord[] {
    return [...this.inOrder().records]
  }

  /** A page of a listing, from its beginning without a scroll id. Undefined when the scroll is lost. */
  scan(status: string | undefined, scrollId: string | undefined, size: number): SimPage | undefined {
    return this.options.scrolls === 'positions'
      ? this.behind(status, scrollId, size)
      : this.next(status, scrollId, size)
  }

  private behind(status: string | undefined, scrollId: string | undefined, size: number): SimPage | undefined {
    const [era, last = ''] = scrollId?.split(' ') ?? [String(this.era)]
    if (era !== String(this.era)) return undefined
    const all = this.listed(status)
    const from = last === '' ? 0 : firstBehind(all, last)
    const ids = all.slice(from, from + size)
    return {ids, total: all.length, scrollId: `${this.era} ${ids.at(-1) ?? last}`}
  }

  private next(status: string | undefined, scrollId: string | undefined, size: number): SimPage | undefined {
    const handle = scrollId ?? this.open(status)
    const scroll = this.handles.get(handle)
    if (scroll === undefined || this.now() - scroll.usedMs > handleLifeMs) return undefined
    scroll.usedMs = this.now()
    const ids = (scroll.snapshot ?? this.listed(scroll.status)).filter((id) => id > scroll.last).slice(0, size)
    scroll.last = ids.at(-1) ?? scroll.last
    const total = this.options.scrolls === 'snapshot' ? scroll.total : this.listed(scroll.status).length
    return {ids, total, scrollId: handle}
  }

  private open(status: string | undefined): string {
    const handle = `handle-${this.handles.size}-${this.made}-${Math.round(this.now())}`
    const ids = this.listed(status)
    const snapshot = this.options.scrolls === 'live' ? null : ids
    this.handles.set(handle, {snapshot, status, last: '', usedMs: this.now(), total: ids.length})
    return handle
  }

  newest(offset: number, limit: number, status?: string): {ids: string[]; total: number} {
    const wanted = this.records().filter((record) => status === undefined || record.status === status)
    const all = wanted.sort((a, b) => b.changedAt.getTime() - a.changedAt.getTime())
    return {ids: all.slice(offset, offset + limit).map(({id}) => id), total: all.length}
  }

  private inOrder() {
    const {changes} = this.items
    if (this.sorted.changes !== changes) {
      const records = [...this.items.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
      this.sorted = {changes, records, ids: new Map()}
    }
    return this.sorted
  }

  private listed(status: string | undefined): readonly string[] {
    const {records, ids} = this.inOrder()
    const known = ids.get(status)
    if (known !== undefined) return known
    const wanted = records.filter((record) => status === undefined || record.status === status).map(({id}) => id)
    ids.set(status, wanted)
    return wanted
  }

  private add(changedAt: Date): void {
    // Ids are not in the order of publication, so that new ones land in the middle of a listing.
    const number = (this.made++ * 7919) % 100_003
    const id = `ID${String(number).padStart(6, '0')}`
    this.items.set(id, {
      id,
      version: 1,
      status: statuses[number % statuses.length] ?? 'active',
      changedAt,
      partial: false,
    })
  }

  private touch(at: number, change: Partial<SimRecord>): void {
    const id = this.pick(at)
    const record = id === undefined ? undefined : this.items.get(id)
    if (record === undefined) return
    const changedAt = this.clock.now()
    this.items.set(record.id, {...record, ...change, version: record.version + 1, changedAt})
  }

  private pick(at: number): string | undefined {
    const ids = [...this.items.keys()]
    return ids[at % Math.max(1, ids.length)]
  }

  private now(): number {
    return this.clock.now().getTime()
  }
}

/** Index of the first id behind this one, which need not be there any more. */
function firstBehind(ids: readonly string[], last: string): number {
  let [low, high] = [0, ids.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ids[middle] ?? '') > last) high = middle
    else low = middle + 1
  }
  return low
}
