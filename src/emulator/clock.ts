/** The emulator's own time: starts at `start` (default: the machine's time) and runs on, plus whatever was skipped. */
export class VirtualClock {
  private skippedMs = 0
  private readonly startedAt = Date.now()
  private readonly startMs: number

  constructor(start?: Date) {
    this.startMs = (start ?? new Date()).getTime()
  }

  now(): Date {
    return new Date(this.startMs + (Date.now() - this.startedAt) + this.skippedMs)
  }

  /** Skips `ms` milliseconds forward; time never goes back, so a negative value is refused. */
  advance(ms: number): Date {
    if (!Number.isFinite(ms) || ms < 0) throw new RangeError('the clock only goes forward')
    this.skippedMs += ms
    return this.now()
  }
}
