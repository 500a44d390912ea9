import type {Clock} from '../../../src/services/ports/index.js'

interface Alarm {
  at: number
  ring: () => void
}

/** Sleeps as long as this are deadlines: they end when time is advanced. Shorter ones are pauses, and advance it. */
const deadlineMs = 60_000

/** Time that passes only when it is told to. */
export class SimClock implements Clock {
  private alarms: Alarm[] = []

  constructor(private ms = Date.parse('2026-03-01T12:00:00Z')) {}

  readonly now = (): Date => new Date(this.ms)

  readonly monotonic = (): number => this.ms

  readonly sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted()
    if (ms < deadlineMs) {
      this.advance(ms)
      await new Promise(setImmediate)
      signal?.throwIfAborted()
      return undefined
    }
    return new Promise((resolve, reject) => {
      const alarm = {at: this.ms + ms, ring: resolve}
      this.alarms.push(alarm)
      signal?.addEventListener(
        'abort',
        () => {
          this.alarms = this.alarms.filter((each) => each !== alarm)
          reject(signal.reason)
        },
        {once: true},
      )
    })
  }

  advance(ms: number): void {
    this.ms += ms
    const due = this.alarms.filter(({at}) => at <= this.ms)
    this.alarms = this.alarms.filter(({at}) => at > this.ms)
    for (const {ring} of due) ring()
  }

  /** The same time, as a clock shows it that is wrong by so much. */
  skewed(ms: number): Clock {
    return {now: () => new Date(this.ms + ms), monotonic: this.monotonic, sleep: this.sleep}
  }
}
