import type {Clock} from '../../ports/index.js'
import type {Around, Duty, PlannedJob} from './duty.js'
import {nextSlot} from './spread.js'

const key = 'all'

export interface ChoreOptions {
  kind: string
  everyMs: number
  clock: Pick<Clock, 'now'>
  work: (around: Around) => Promise<unknown>
}

/** Work of which there is one for the whole database, such as the sweeping of what has expired. */
export class Chore implements Duty {
  readonly kind: string
  readonly atOnce = 1
  readonly waitsForLogin = false
  readonly longestWaitMs: number

  constructor(private readonly options: ChoreOptions) {
    this.kind = options.kind
    this.longestWaitMs = options.everyMs
  }

  async jobs(): Promise<PlannedJob[]> {
    // At once: what was missed while nobody served is waiting.
    return [{key, firstAt: this.options.clock.now(), latestAt: this.nextAt()}]
  }

  async run(_key: string, around: Around): Promise<Date> {
    await this.options.work(around)
    return this.nextAt()
  }

  private nextAt(): Date {
    const {kind, everyMs, clock} = this.options
    return nextSlot(kind, everyMs, clock.now())
  }
}
