import {readFileSync} from 'node:fs'
import {newHolder} from '../../src/core/holder.js'

/** On other systems a process that is gone is only probably dead, and its lease on a token has to run out. */
export const knowsTheDead = process.platform === 'linux'

/** A process of this machine that is gone: none has an id as high as this. */
export function deadHolder(leaseMs?: number): string {
  return newHolder(leaseMs).replace(`:${process.pid}:`, ':4194999:')
}

/** A process of a machine that cannot be seen from here. */
export function holderElsewhere(leaseMs?: number): string {
  return `elsewhere:4211:1:1:::${leaseMs ?? ''}:2b5c2b1e-0000-4000-8000-000000000000`
}

/** A process of this machine that is alive and not this one: the one that started it. */
export function otherLiveHolder(): string {
  const [host, , , ...rest] = newHolder().split(':')
  return [host, process.ppid, knowsTheDead ? startOf(process.ppid) : '', ...rest].join(':')
}

function startOf(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}
