import type {Log} from '../../ports/index.js'
import type {SyncFailure} from '../all.js'
import {waitMs} from './failure.js'

const hour = 60 * 60_000

/** How the sync of one resource of one store ended. */
export interface ResourceEnd {
  resource: string
  error?: SyncFailure['error']
}

export interface SetBacksDeps {
  /** The longest that is waited before one that fails is tried again, in milliseconds. */
  longestWaitMs: number
  random: () => number
}

/** The application has no permission for it, which only its owner and the seller can change. */
function isRefused({error}: Pick<ResourceEnd, 'error'>): boolean {
  return error?.code === 'MELI_FORBIDDEN'
}

/**
 * What does not work of a store while its products do: it fails no job, and is tried again by itself, less and less
 * often. A refusal is told of once, for it comes round with every sync.
 */
export class SetBacks {
  private readonly failures = new Map<string, number>()
  private readonly refused = new Set<string>()

  constructor(private readonly deps: SetBacksDeps) {}

  /** Takes note of how one ended; in how many milliseconds it should be tried again, if sooner than usual. */
  note(storeId: string, end: ResourceEnd, log: Log): number | undefined {
    const {resource, error} = end
    const key = `${storeId} ${resource}`
    const wasRefused = this.refused.delete(key)
    const before = this.failures.get(key) ?? 0
    this.failures.delete(key)
    if (error === undefined) {
      if (wasRefused || before > 0) log.info({resource}, `${resource} are in step again`)
      return undefined
    }
    const fields = {resource, error_code: error.code}
    if (isRefused(end)) {
      this.refused.add(key)
      if (!wasRefused) log.warn(fields, `${resource} are left out, Mercado Libre refuses them: ${error.message}`)
      return undefined
    }
    this.failures.set(key, before + 1)
    log.warn({...fields, failures: before + 1}, `${resource} could not be synced: ${error.message}`)
    return waitMs(before, Math.max(this.deps.longestWaitMs, hour), this.deps.random())
  }
}
