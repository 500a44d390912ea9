import type {Clock} from './ports.js'

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
