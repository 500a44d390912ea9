import {MeliError} from '../../errors.js'
import type {Clock, PushStore} from '../ports.js'

/** For holders on other machines: one that died on this machine is known to be dead. */
export const leaseMs = 10 * 60_000

/** Renews the lease at half-time until `end` is called; when it went to somebody else, the work is stopped. */
export function keepPushLease(
  {pushes, clock}: {pushes: Pick<PushStore, 'prolong'>; clock: Clock},
  {id, holder}: {id: string; holder: string},
  stop: AbortController,
): {end: () => Promise<void>} {
  const ended = new AbortController()
  const renew = async () => {
    while (!ended.signal.aborted) {
      await clock.sleep(leaseMs / 2, ended.signal)
      if (await pushes.prolong(id, holder, new Date(clock.now().getTime() + leaseMs))) continue
      stop.abort(pushBusy(undefined))
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

export function pushBusy(holder: string | undefined): MeliError {
  const [host, pid] = holder?.split(':') ?? []
  const who = pid === undefined ? 'another process' : `process ${pid} on ${host}`
  return new MeliError('MELI_PUSH_BUSY', `${who} is pushing this file for this account`, {
    try: ['wait until it has ended, then run the command again'],
    ...(holder !== undefined && {details: {holder}}),
  })
}
