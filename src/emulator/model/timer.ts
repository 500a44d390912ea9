import type {VirtualClock} from './clock.js'

/** A timer cannot wait longer, about 24 days; then it rings early, and whoever it wakes sets it again. */
const longestMs = 2 ** 31 - 1

/** Rings when the clock comes to a moment by itself. Time that is skipped is told of by the clock. */
export class Alarm {
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly clock: VirtualClock,
    private readonly ring: () => void,
  ) {}

  /** In place of what it was set to; epoch milliseconds of virtual time, Infinity for never. */
  set(dueMs: number): void {
    this.clear()
    if (dueMs === Number.POSITIVE_INFINITY) return
    const waitMs = Math.max(0, dueMs - this.clock.now().getTime())
    this.timer = setTimeout(this.ring, Math.min(waitMs, longestMs)).unref()
  }

  clear(): void {
    clearTimeout(this.timer)
  }
}
