import {livenessOf} from '../../core/holder.js'
import type {LeaseRequest, OthersLease} from '../../services/ports/index.js'

interface LeaseColumns {
  leaseHolder: string | null
  leaseExpiresAt: Date | null
}

/**
 * The lease of another process that stands in the way. A holder that is probably dead keeps it: its request may be under way, and
 * two with one token are worse than the few seconds until the lease runs out. Time alone frees none: a wall clock can be set, so it is the process that
 * wants the lease that says, in `expired`, that it ran out.
 */
export function othersLease(
  {leaseHolder, leaseExpiresAt}: LeaseColumns,
  {holder, expired}: Pick<LeaseRequest, 'holder' | 'expired'>,
): OthersLease | undefined {
  if (leaseHolder === null || leaseExpiresAt === null || leaseHolder === holder) return undefined
  const isExpired = expired?.holder === leaseHolder && expired.until.getTime() === leaseExpiresAt.getTime()
  if (isExpired || livenessOf(leaseHolder) === 'dead') return undefined
  return {holder: leaseHolder, until: leaseExpiresAt}
}
