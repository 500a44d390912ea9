import {setImmediate as turn} from 'node:timers/promises'
import type {Clock} from '../../src/services/ports/index.js'

type Alarm = {at: number; ring: () => void}

/** Time that stands still until a test moves it; sleepers wake in the order of their alarms. */
export class AlarmClock implements Clock {
  private time: number
  private alarms: Alarm[] = []

  constructor(start: Date) {
    this.time = start.getTime()
  }

  readonly now = (): Date => new Date(this.time)

  readonly monotonic = (): number => this.time

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const abort = () => {
        this.alarms = this.alarms.filter((other) => other !== alarm)
        reject(signal?.reason)
      }
      const ring = () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      const alarm = {at: this.time + ms, ring}
      this.alarms.push(alarm)
      signal?.addEventListener('abort', abort, {once: true})
    })

  get sleepers(): number {
    return this.alarms.length
  }

  /** Lets time pass, stopping at each alarm until everybody it woke has had a turn. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms
    await settled()
    for (;;) {
      const next = Math.min(...this.alarms.map(({at}) => at))
      if (next > end) break
      this.time = Math.max(this.time, next)
      const due = this.alarms.filter(({at}) => at <= this.time)
      this.alarms = this.alarms.filter(({at}) => at > this.time)
      for (const alarm of due) alarm.ring()
      await settled()
    }
    this.time = end
    await settled()
  }

  /** As when a computer was asleep, or a loop was blocked: whoever is due wakes late. What was under way is over before. */
  async jump(ms: number): Promise<void> {
    await settled()
    this.time += ms
    await this.advance(0)
  }
}

/** All that can happen without time passing has happened. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 6; turns += 1) await turn()
}
