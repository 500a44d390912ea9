import type {Wait} from '../services/ports/index.js'
import {span} from './times.js'

/** Requests that wait for the same end are told once. */
const sameMs = 5_000

/** Says of long waits what they are for, so that none looks like a hang. */
export class WaitNotices {
  private until = Number.NEGATIVE_INFINITY
  private isRateTold = false

  constructor(private readonly deps: {now: () => number; say: (line: string) => void}) {}

  tell({ms, why}: Wait): void {
    const end = this.deps.now() + ms
    if (end <= this.until + sameMs) return
    // A low rate makes every request wait: said once, it is no news.
    if (why === 'rate' && this.isRateTold) return
    this.until = end
    this.isRateTold ||= why === 'rate'
    this.deps.say(
      `${reasons[why]}: waiting ${span(Math.ceil(ms / 1000) * 1000)}. Press Ctrl-C to stop; finished work is kept`,
    )
  }
}

const reasons: Readonly<Record<Wait['why'], string>> = {
  limited: 'Mercado Libre limits the requests',
  failing: 'Mercado Libre is not answering properly',
  rate: 'The requests of this minute are used up (MELI_RATE_LIMIT)',
}
