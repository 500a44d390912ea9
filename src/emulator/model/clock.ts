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
