/** The emulator's own time: starts at `start` (default: the machine's time) and runs on, plus whatever was skipped. */
export class VirtualClock {
  /** Virtual time minus the machine's time. */
  private offsetMs: number
  /** Told after each jump: what was due meanwhile is due now. */
  onJump: () => void = () => undefined

  constructor(start?: Date) {
    this.offsetMs = start === undefined ? 0 : start.getTime() - Date.now()
  }

  now(): Date {
    return new Date(Date.now() + this.offsetMs)
  }

  /** Skips `ms` milliseconds forward; time never goes back, so a negative value is refused. */
  advance(ms: number): Date {
    if (!Number.isFinite(ms) || ms < 0) throw new RangeError('the clock only goes forward')
    this.offsetMs += ms
    this.onJump()
    return this.now()
  }

  /** The distance to the machine's time, so that a world restored later has aged by the time in between. */
  export(): number {
    return this.offsetMs
  }

  import(offsetMs: number): void {
    this.offsetMs = offsetMs
  }
}

/** A timer cannot wait longer, about 24 days; then it rings early, and whoever it wakes sets it again. */
const longestMs = 2 ** 31 - 1

/** Rings when the clock comes to a moment by itself. Time that is skipped is told of by the clock. */
export class Timer {
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
