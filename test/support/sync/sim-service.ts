import type {SimClock} from './sim-clock.js'

export interface SimRecord {
  id: string
  version: number
  status: string
  changedAt: Date
  partial: boolean
}

interface Scroll {
  /** Null: what is published and withdrawn while it is open shows. */
  snapshot: readonly string[] | null
  status: string | undefined
  last: string
  usedMs: number
  total: number
}

export const statuses = ['active', 'paused', 'closed'] as const
const scrollLifeMs = 5 * 60_000

export interface SimServiceOptions {
  /** How an open listing takes changes: neither ids nor total, the total alone, or both. */
  scrolls: 'snapshot' | 'live-total' | 'live'
}

/** A service with records that come, change and go, on its own time. */
export class SimService {
  readonly items = new Map<string, SimRecord>()
  private readonly scrolls = new Map<string, Scroll>()
  private made = 0

  constructor(
    readonly clock: SimClock,
    readonly options: SimServiceOptions = {scrolls: 'snapshot'},
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
    this.scrolls.clear()
  }

  records(): SimRecord[] {
    return [...this.items.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  openScroll(status: string | undefined): string {
    const token = `scroll-${this.scrolls.size}-${this.made}-${Math.round(this.now())}`
    const ids = this.listed(status)
    const snapshot = this.options.scrolls === 'live' ? null : ids
    this.scrolls.set(token, {snapshot, status, last: '', usedMs: this.now(), total: ids.length})
    return token
  }

  /** Undefined when the scroll is gone. */
  scroll(token: string, size: number): {ids: string[]; total: number} | undefined {
    const scroll = this.scrolls.get(token)
    if (scroll === undefined || this.now() - scroll.usedMs > scrollLifeMs) return undefined
    scroll.usedMs = this.now()
    const ids = (scroll.snapshot ?? this.listed(scroll.status)).filter((id) => id > scroll.last).slice(0, size)
    scroll.last = ids.at(-1) ?? scroll.last
    const total = this.options.scrolls === 'snapshot' ? scroll.total : this.listed(scroll.status).length
    return {ids, total}
  }

  newest(offset: number, limit: number, status?: string): {ids: string[]; total: number} {
    const wanted = this.records().filter((record) => status === undefined || record.status === status)
    const all = wanted.sort((a, b) => b.changedAt.getTime() - a.changedAt.getTime())
    return {ids: all.slice(offset, offset + limit).map(({id}) => id), total: all.length}
  }

  private listed(status: string | undefined): string[] {
    return this.records()
      .filter((record) => status === undefined || record.status === status)
      .map(({id}) => id)
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
