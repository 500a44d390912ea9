import {catalogue, type ErrorCode, isMeliError} from '../../../core/errors.js'
import type {JobRecord, Log} from '../../ports/index.js'
import type {SyncFailure} from '../all.js'

const firstWaitMs = 60_000

/** The due time of a task that waits for a login. */
export const never = new Date(8_640_000_000_000_000)

export interface Failure {
  code: string
  message: string
}

export function failureOf(error: unknown): Failure {
  if (isMeliError(error)) return {code: error.code, message: error.message}
  return {code: 'MELI_UNEXPECTED', message: error instanceof Error ? error.message : String(error)}
}

/** The same, under names that cannot be taken for a code of OAuth. */
export function logged(error: unknown): {error_code: string; reason: string} {
  const {code, message} = failureOf(error)
  return {error_code: code, reason: message}
}

/** A person has to log in again; trying on would change nothing. */
export function needsLogin(code: string | null): boolean {
  return code !== null && Object.hasOwn(catalogue, code) && catalogue[code as ErrorCode].family === 'auth'
}

/** A wait that doubles with each failure, and up to a fifth more, so that what failed together does not come back together. */
export function waitMs(failures: number, longestMs: number, random: number): number {
  return Math.ceil(Math.min(firstWaitMs * 2 ** Math.min(failures, 30), longestMs) * (1 + random / 5))
}

/** Whether a job that waits for a login may be tried again: what it depends on has changed since it failed. */
export function isRevived({outcome, errorCode, finishedAt}: JobRecord, changedAt: Date | null | undefined): boolean {
  if (outcome !== 'failed' || !needsLogin(errorCode) || changedAt === null || changedAt === undefined) return false
  return finishedAt === null || changedAt > finishedAt
}

const hour = 60 * 60_000

/** How the sync of one resource of one store ended. */
export interface ResourceEnd {
  resource: string
  error?: SyncFailure['error']
}

export interface BackoffDeps {
  /** The longest that is waited before one that fails is tried again, in milliseconds. */
  longestWaitMs: number
  random: () => number
}

/** The application has no permission for it, which only its owner and the seller can change. */
function isRefused({error}: Pick<ResourceEnd, 'error'>): boolean {
  return error?.code === 'MELI_FORBIDDEN'
}

/**
 * Resources of a store that fail while its products work. They fail no job, and are tried again by themselves, less and
 * less often. A refusal is logged once, because it comes round with every sync.
 */
export class Backoff {
  private readonly failures = new Map<string, number>()
  private readonly refused = new Set<string>()

  constructor(private readonly deps: BackoffDeps) {}

  /** Takes note of how one ended; in how many milliseconds it should be tried again, if sooner than usual. */
  note(storeId: string, end: ResourceEnd, log: Log): number | undefined {
    const {resource, error} = end
    const key = `${storeId} ${resource}`
    const wasRefused = this.refused.delete(key)
    const before = this.failures.get(key) ?? 0
    this.failures.delete(key)
    if (error === undefined) {
      if (wasRefused || before > 0) log.info({resource}, `${resource} are up to date again`)
      return undefined
    }
    const fields = {resource, error_code: error.code}
    if (isRefused(end)) {
      this.refused.add(key)
      if (!wasRefused) log.warn(fields, `${resource} are skipped, because Mercado Libre refuses them: ${error.message}`)
      return undefined
    }
    this.failures.set(key, before + 1)
    log.warn({...fields, failures: before + 1}, `${resource} could not be synced: ${error.message}`)
    return waitMs(before, Math.max(this.deps.longestWaitMs, hour), this.deps.random())
  }
}
