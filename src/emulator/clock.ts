/** The emulator's own time: starts at `start` (default: the machine's time) and runs on, plus whatever was skipped. */
export class VirtualClock {
  /** Virtual time minus the machine's time. */
  private offsetMs: number

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
