import {catalogue, type ErrorCode, isMeliError} from '../../../core/errors.js'
import type {JobRecord} from '../../ports/index.js'

const firstWaitMs = 60_000

/** Not due again by itself. */
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
