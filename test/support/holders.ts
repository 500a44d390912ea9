import {newHolder} from '../../src/core/holder.js'

/** Elsewhere a process that is gone is only probably dead, and its lease on a token has to run out. */
export const knowsTheDead = process.platform === 'linux'

/** A process of this machine that is gone: none has an id as high as this. */
export function deadHolder(leaseMs?: number): string {
  return newHolder(leaseMs).replace(`:${process.pid}:`, ':4194999:')
}

/** A process of a machine that cannot be seen from here. */
export function holderElsewhere(leaseMs?: number): string {
  return `elsewhere:4211:1:1:::${leaseMs ?? ''}:2b5c2b1e-0000-4000-8000-000000000000`
}
