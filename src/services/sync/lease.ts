import type {Clock, Lease, LeaseRequest, OthersLease} from '../ports/index.js'

/** Of long work. For holders on other machines: one that died on this machine is known to be dead. */
export const leaseMs = 10 * 60_000

export interface LeaseToKeep {
  clock: Clock
  leaseMs: number
  /** How often it is renewed in the time that it lasts. */
  times: number
  /** False when somebody else has it. */
  prolong: (until: Date) => Promise<boolean>
  /** What the work is stopped with then. */
  lost: () => Error
}

/** Renews a lease until `end` is called; when it went to somebody else, or cannot be renewed, the work is stopped. */
export function keepLease(
  {clock, leaseMs, times, prolong, lost}: LeaseToKeep,
  stop: AbortController,
): {end: () => Promise<void>} {
  const ended = new AbortController()
  const renew = async () => {
    while (!ended.signal.aborted) {
      await clock.sleep(leaseMs / times, ended.signal)
      if (await prolong(new Date(clock.now().getTime() + leaseMs))) continue
      stop.abort(lost())
      return
    }
  }
  const renewing = renew().catch((error: unknown) => {
    if (!ended.signal.aborted) stop.abort(error)
  })
  return {
    end: async () => {
      ended.abort()
      await renewing
    },
  }
}

/** The longest HTTP time-out that can be set, twice: no lease for a request lasts longer. */
const longestRequestLeaseMs = 2 * 61 * 60_000

/**
 * Notices that the lease of another process has run out: this process has seen it unchanged for as long as it lasts, by its own
 * monotonic clock. Setting the wall clock makes no lease run out, and keeps none from it.
 */
export class LeaseWatch {
  private seen: (OthersLease & {endsAt: number}) | undefined

  constructor(
    private readonly clock: Clock,
    /** How long a lease of this process lasts, and so, as a rule, one of another. */
    private readonly leaseMs: number,
  ) {}

  /** To be told of the lease each time it could not be had. */
  see({holder, until}: OthersLease): void {
    if (this.seen?.holder === holder && this.seen.until.getTime() === until.getTime()) return
    // It is longer where a longer time-out is set; a time that no lease lasts tells of a clock that was set back.
    const leftMs = until.getTime() - this.clock.now().getTime()
    const lastsMs = leftMs > longestRequestLeaseMs ? this.leaseMs : Math.max(this.leaseMs, leftMs)
    this.seen = {holder, until, endsAt: this.clock.monotonic() + lastsMs}
  }

  get expired(): OthersLease | undefined {
    return this.seen !== undefined && this.clock.monotonic() >= this.seen.endsAt ? this.seen : undefined
  }

  get holder(): string | undefined {
    return this.seen?.holder
  }
}

export interface RequestLeaseOptions {
  clock: Clock
  holder: string
  /** The longest that one request takes. */
  requestMs: number
  leaseMs: number
  watch: LeaseWatch
  acquire: (request: LeaseRequest) => Promise<Lease | undefined>
}

/** A lease on something that must not be sent by two processes at once. */
export class RequestLease {
  private endsAt = Number.NEGATIVE_INFINITY

  constructor(private readonly options: RequestLeaseOptions) {}

  /** Takes it, or prolongs it. False when another process has it. */
  async take(): Promise<boolean> {
    const {clock, holder, leaseMs, watch, acquire} = this.options
    const from = clock.monotonic()
    const until = new Date(clock.now().getTime() + leaseMs)
    const lease = await acquire({holder, until, expired: watch.expired})
    if (lease?.held === true) this.endsAt = from + leaseMs
    else if (lease !== undefined) watch.see(lease)
    return lease?.held === true
  }

  /**
   * To be asked right before a request is sent: whether its answer comes before another process may take the lease. It is
   * prolonged when too little is left. By the monotonic clock, so that a process that was suspended does not send late.
   */
  async coversRequest(): Promise<boolean> {
    const {clock, requestMs} = this.options
    while (this.endsAt - clock.monotonic() < requestMs) if (!(await this.take())) return false
    return true
  }
}
