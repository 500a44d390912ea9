import {hostname} from 'node:os'
import {hasCode} from '../modes.js'

/** Whether the holder of a lease, `host:pid:uuid`, may still be at work. Of another machine nothing is known: it may. */
export function isAlive(holder: string): boolean {
  const [, host, pid] = /^(.+):(\d+):[^:]*$/.exec(holder) ?? []
  if (host !== hostname() || pid === undefined) return true
  try {
    process.kill(Number(pid), 0)
    return true
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return !hasCode(error, 'ESRCH')
  }
}
