import {newHolder} from '../../src/core/holder.js'

/** A process of this machine that is gone: none has an id as high as this. */
export function deadHolder(): string {
  return newHolder().replace(`:${process.pid}:`, ':4194999:')
}
