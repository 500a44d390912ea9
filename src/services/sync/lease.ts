import {leaseMsOf} from '../../core/holder.js'
import type {Clock, Lease, LeaseRequest, OthersLease} from '../ports/index.js'

/** Length of the lease on a sync or push. It matters only when the holder's process cannot be checked from here. */
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

  /** Call this with the current lease after each failed attempt to acquire it. */
  see({holder, until}: OthersLease): void {
    if (this.seen?.holder === holder && this.seen.until.getTime() === until.getTime()) return
    // It is longer where a longer time-out is set, and a part of it may be over. It never lasts longer than its holder says,
    // however far away its end seems to a wall clock that was set back.
    const lengthMs = leaseMsOf(holder) ?? this.leaseMs
    const leftMs = until.getTime() - this.clock.now().getTime()
    const lastsMs = Math.min(lengthMs, Math.max(this.leaseMs, leftMs))
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
  private until = new Date(0)

  constructor(private readonly options: RequestLeaseOptions) {}

  /** Takes it, or prolongs it. False when another process has it. */
  async take(): Promise<boolean> {
    const {clock, holder, leaseMs, watch, acquire} = this.options
    const from = clock.monotonic()
    const until = new Date(clock.now().getTime() + leaseMs)
    const lease = await acquire({holder, until, expired: watch.expired})
    if (lease?.held === true) {
      this.endsAt = from + leaseMs
      this.until = until
    } else if (lease !== undefined) watch.see(lease)
    return lease?.held === true
  }

  /**
   * Call this right before a request is sent. True when its answer comes before another process may take the lease, which is
   * prolonged when too little is left by either clock, so that a process that was suspended does not send late: the wall clock
   * may be set, and the monotonic one stands still on Linux while the machine sleeps.
   */
  async coversRequest(): Promise<boolean> {
    while (this.leftMs() < this.options.requestMs) if (!(await this.take())) return false
    return true
  }

  private leftMs(): number {
    const {clock} = this.options
    return Math.min(this.endsAt - clock.monotonic(), this.until.getTime() - clock.now().getTime())
  }
}
