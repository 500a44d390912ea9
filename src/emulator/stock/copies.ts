import type {VirtualClock} from '../clock.js'

/** User products whose stock has yet to reach their items, and when (epoch milliseconds of virtual time). */
export class Copies {
  private readonly due = new Map<string, number>()
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly clock: VirtualClock,
    private readonly copy: (id: string) => void,
  ) {}

  later(id: string, ms: number): void {
    this.due.set(id, this.time() + ms)
    this.schedule()
  }

  /** At once, and not a second time later. */
  now(id: string): void {
    this.due.delete(id)
    this.copy(id)
  }

  isDue(id: string): boolean {
    return this.due.has(id)
  }

  /** Makes all whose time has come. */
  catchUp(): void {
    const now = this.time()
    for (const [id, at] of this.due) if (at <= now) this.now(id)
    this.schedule()
  }

  clear(): void {
    this.due.clear()
    clearTimeout(this.timer)
  }

  export(): [string, number][] {
    return [...this.due]
  }

  /** Nothing is made before `catchUp`. */
  import(data: unknown): void {
    this.clear()
    for (const entry of Array.isArray(data) ? data : []) {
      const [id, at] = Array.isArray(entry) ? entry : []
      if (typeof id === 'string' && typeof at === 'number') this.due.set(id, at)
    }
  }

  private schedule(): void {
    clearTimeout(this.timer)
    if (this.due.size === 0) return
    // A timer cannot wait longer than about 24 days, and then it is simply set again.
    const wait = Math.min(Math.max(0, Math.min(...this.due.values()) - this.time()), 2_000_000_000)
    this.timer = setTimeout(() => this.catchUp(), wait).unref()
  }

  private time(): number {
    return this.clock.now().getTime()
  }
}
