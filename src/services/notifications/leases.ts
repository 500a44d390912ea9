import type {Clock, Log, NotificationInbox} from '../ports/index.js'

export interface LeaseDeps {
  inbox: Pick<NotificationInbox, 'prolong'>
  clock: Clock
  holder: string
  leaseMs: number
  log?: Pick<Log, 'error'> | undefined
}

/** Prolongs all that the holder has while it is busy, three times in the life of a lease, until `end` is called. */
export function keepLeases(
  {inbox, clock, holder, leaseMs, log}: LeaseDeps,
  isBusy: () => boolean,
): {end: () => Promise<void>} {
  const ended = new AbortController()
  const renew = async () => {
    while (!ended.signal.aborted) {
      await clock.sleep(leaseMs / 3, ended.signal).catch(() => undefined)
      if (ended.signal.aborted || !isBusy()) continue
      const until = new Date(clock.now().getTime() + leaseMs)
      await inbox.prolong(holder, until).catch((error: unknown) => log?.error({err: error}, 'leases cannot be renewed'))
    }
  }
  const renewing = renew()
  return {
    end: async () => {
      ended.abort()
      await renewing
    },
  }
}
