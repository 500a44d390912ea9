import {isOtherLiveProcess, mayBeAlive} from '../../core/holder.js'

/**
 * Whether the lease on a sync or push still holds. A process that is known to be alive keeps it past its end: when a machine wakes
 * up, the process resumes its work minutes before it renews the lease, and two of them would mix their checkpoints and send the
 * same lines twice. The end of the process is what frees such a lease.
 */
export function workLeaseHolds({holder, until, now}: {holder: string; until: Date; now: Date}): boolean {
  return isOtherLiveProcess(holder) || (until > now && mayBeAlive(holder))
}
