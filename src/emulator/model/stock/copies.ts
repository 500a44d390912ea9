import type {VirtualClock} from '../clock.js'
import {Alarm} from '../timer.js'

/** User products whose stock has yet to reach their items, and when (epoch milliseconds of virtual time). */
export class Copies {
  private readonly due = new Map<string, number>()
  private readonly alarm: Alarm

  constructor(
    private readonly clock: VirtualClock,
    private readonly copy: (id: string) => void,
  ) {
    this.alarm = new Alarm(clock, () => this.catchUp())
  }

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
    this.alarm.clear()
  }

  export(): [string, number][] {
    return [...this.due]
  }

  /** Nothing is made before `catchUp`. */
  import(copies: readonly [string, number][]): void {
    this.clear()
    for (const [id, ms] of copies) this.due.set(id, ms)
  }

  private schedule(): void {
    this.alarm.set(Math.min(...this.due.values()))
  }

  private time(): number {
    return this.clock.now().getTime()
  }
}
