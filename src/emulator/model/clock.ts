/** The emulator's own time. It begins at `start` (the machine's time by default), runs on, and can be advanced. */
export class VirtualClock {
  /** Virtual time minus the machine's time. */
  private offsetMs: number
  /** Called after each jump, since events may have become due. */
  onAdvance: () => void = () => undefined

  constructor(start?: Date) {
    this.offsetMs = start === undefined ? 0 : start.getTime() - Date.now()
  }

  now(): Date {
    return new Date(Date.now() + this.offsetMs)
  }

  /** Skips `ms` milliseconds. @throws RangeError for a negative value, because time never goes back */
  advance(ms: number): Date {
    if (!Number.isFinite(ms) || ms < 0) throw new RangeError('the clock only goes forward')
    this.offsetMs += ms
    this.onAdvance()
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

/** The longest delay that setTimeout takes, about 24 days. The callback then runs early and has to set the timer again. */
const longestMs = 2 ** 31 - 1

/** Calls back when running time reaches a moment. The clock itself reports time that is skipped. */
export class Timer {
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly clock: VirtualClock,
    private readonly callback: () => void,
  ) {}

  /** Replaces the earlier moment. `dueMs` is in epoch milliseconds of virtual time; Infinity means never. */
  set(dueMs: number): void {
    this.clear()
    if (dueMs === Number.POSITIVE_INFINITY) return
    const waitMs = Math.max(0, dueMs - this.clock.now().getTime())
    this.timer = setTimeout(this.callback, Math.min(waitMs, longestMs)).unref()
  }

  clear(): void {
    clearTimeout(this.timer)
  }
}
