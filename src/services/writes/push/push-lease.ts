import {MeliError} from '../../../core/errors.js'
import {holderInWords} from '../../../core/holder.js'
import type {Clock, PushStore} from '../../ports/index.js'
import {keepLease, leaseMs} from '../../sync/lease.js'

/** Renews the lease until `end` is called; when it went to somebody else, the work is stopped. */
export function keepPushLease(
  {pushes, clock}: {pushes: Pick<PushStore, 'prolong'>; clock: Clock},
  {id, holder}: {id: string; holder: string},
  stop: AbortController,
): {end: () => Promise<void>} {
  const prolong = (until: Date) => pushes.prolong(id, holder, until)
  return keepLease({clock, leaseMs, times: 2, prolong, lost: () => pushBusy(undefined)}, stop)
}

export function pushBusy(holder: string | undefined): MeliError {
  return new MeliError('MELI_PUSH_BUSY', `${holderInWords(holder)} is pushing this file for this account`, {
    try: ['wait until it has ended, then run the command again'],
    ...(holder !== undefined && {details: {holder}}),
  })
}
