import type {JobRecord} from '../../ports/index.js'
import {never} from './backoff.js'

/** A serving process takes what is due within seconds. */
const overdueMs = 60_000

/**
 * Whether a `meli serve` is at work, by what it leaves in the store. `unknown`: nobody holds anything, and nothing has been
 * due for so long that somebody should have taken it.
 */
export function servingOf(
  jobs: readonly JobRecord[],
  {now, isAlive}: {now: Date; isAlive: (holder: string) => boolean},
): 'running' | 'none' | 'unknown' {
  const isHeld = ({holder}: JobRecord) => holder !== null && isAlive(holder)
  if (jobs.some(isHeld)) return 'running'
  const isOverdue = ({dueAt}: JobRecord) => dueAt < never && now.getTime() - dueAt.getTime() > overdueMs
  return jobs.length === 0 || jobs.some(isOverdue) ? 'none' : 'unknown'
}
