import type {Clock, JobRecord, Log} from '../../ports/index.js'
import {nextSlot} from './slots.js'

/** One job as a task sees it now. */
export interface PlannedJob {
  /** Behind the kind in its name: the id of a store, or what stands for the whole. */
  key: string
  /** When it is due if it was never heard of. */
  firstAt: Date
  /** It must not be due later than this, unless it failed: settings and tokens change. */
  latestAt?: Date
  /** When that changed on which an authorization depends; null when there is none that could work. */
  changedAt?: Date | null
}

export interface Around {
  /** Aborted when the process is to end, or when the lease went to somebody else. */
  signal: AbortSignal
  log: Log
}

/** A kind of work that comes round. */
export interface ScheduledTask {
  /** The names of its jobs begin with it, and a colon. */
  readonly kind: string
  /** How many of them one process does at a time. */
  readonly atOnce: number
  /** Whether a job that failed for want of an authorization is left alone until that has changed. */
  readonly waitsForLogin: boolean
  /** The longest that a job that fails again and again is waited with, in milliseconds. */
  readonly longestWaitMs: number
  /** All there are. */
  jobs(known: ReadonlyMap<string, JobRecord>): Promise<readonly PlannedJob[]>
  /** Does one, and tells when it is due again. */
  run(key: string, around: Around): Promise<Date>
}

export function prefixOf({kind}: Pick<ScheduledTask, 'kind'>): string {
  return `${kind}:`
}

const key = 'all'

export interface MaintenanceTaskOptions {
  kind: string
  everyMs: number
  clock: Pick<Clock, 'now'>
  work: (around: Around) => Promise<unknown>
}

/** Work of which there is one for the whole database, such as the sweeping of what has expired. */
export class MaintenanceTask implements ScheduledTask {
  readonly kind: string
  readonly atOnce = 1
  readonly waitsForLogin = false
  readonly longestWaitMs: number

  constructor(private readonly options: MaintenanceTaskOptions) {
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
