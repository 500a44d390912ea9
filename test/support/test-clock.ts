import {setTimeout as wait} from 'node:timers/promises'
import type {VirtualClock} from '../../src/emulator/index.js'
import type {Clock} from '../../src/services/ports/index.js'

/** Sleeps this long are not a pause between two tries but a deadline: they end when a test skips the time. */
const deadlineMs = 5 * 60_000

type Alarm = {at: number; ring: () => void}

/** The emulator's time, so that skipping it makes tokens expire on both sides. Pauses take no real time. */
export class TestClock implements Clock {
  /** How much this machine's clock is ahead of the service's; setting it is setting the clock, and no time passes. */
  skewMs = 0
  /** Pauses take real time: for several contexts at once, where one must not skip the other's time. */
  realPauses = false
  private alarms: Alarm[] = []

  constructor(private readonly virtual: VirtualClock) {}

  readonly now = (): Date => new Date(this.virtual.now().getTime() + this.skewMs)

  readonly monotonic = (): number => this.virtual.now().getTime()

  readonly sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted()
    if (ms >= deadlineMs) return this.deadline(ms, signal)
    if (this.realPauses) return wait(ms, undefined, signal === undefined ? {} : {signal})
    this.virtual.advance(ms)
    await wait(0)
    return undefined
  }

  /** Skips time, and ends the sleeps whose time has come. */
  skip(ms: number): void {
    this.virtual.advance(ms)
    const now = this.now().getTime()
    const due = this.alarms.filter((alarm) => alarm.at <= now)
    this.alarms = this.alarms.filter((alarm) => alarm.at > now)
    for (const alarm of due) alarm.ring()
  }

  private deadline(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.alarms.push({at: this.now().getTime() + ms, ring: resolve})
      signal?.addEventListener('abort', () => reject(signal.reason), {once: true})
    })
  }
}
