import {type ErrorCode, type Family, isMeliError} from '../../core/errors.js'
import type {WriteEnd} from '../ports/index.js'

/** What fails in these ways, without an answer, was never sent. */
const beforeSending: ReadonlySet<Family> = new Set(['usage', 'config', 'auth', 'guard', 'interrupted'])
const waitedInVain: ReadonlySet<ErrorCode> = new Set(['MELI_RATE_LIMITED', 'MELI_REFRESH_BUSY'])

/** What became of a write whose sending failed in this way. `stopped`: the reason of the signal that stopped it. */
export function endOf(error: unknown, stopped?: unknown): WriteEnd {
  // A signal stops a write only before it leaves.
  if (stopped !== undefined && error === stopped) return 'failed'
  if (!isMeliError(error)) return 'unknown'
  if (error.details?.outcome === 'unknown') return 'unknown'
  if (error.details?.sent === false || waitedInVain.has(error.code)) return 'failed'
  const status = statusOf(error)
  if (status === null) return beforeSending.has(error.family) ? 'failed' : 'unknown'
  return status >= 400 && status < 500 && status !== 408 ? 'refused' : 'unknown'
}

/** Of the answer; null when there was none. */
export function statusOf(error: unknown): number | null {
  const status = isMeliError(error) ? error.details?.status : undefined
  return typeof status === 'number' ? status : null
}
