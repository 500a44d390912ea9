import {isMeliError} from '../../core/errors.js'
import type {NotificationFailure, NotificationWork} from '../ports/index.js'

/** After so many failures it waits for a person. */
const mostFailures = 10

const firstMs = 10_000
const longestMs = 60 * 60_000

/** 10 s, 20 s, 40 s and so on, at most an hour, each between the half of it and the whole: an hour and a quarter, about, in all. */
function retryMs(failures: number, random: () => number): number {
  const whole = Math.min(longestMs, firstMs * 2 ** (failures - 1))
  return Math.round(whole * (0.5 + random() / 2))
}

interface Judge {
  now: Date
  random: () => number
}

/** What becomes of a piece of work that failed. Where only a login helps, trying again would not. */
export function failureOf(work: NotificationWork, error: unknown, {now, random}: Judge): NotificationFailure {
  const {code, message} = isMeliError(error) ? error : {code: 'MELI_UNEXPECTED', message: String(error)}
  const failures = work.failures + 1
  const isHopeless = isMeliError(error) && error.family === 'auth'
  const dueAt = isHopeless || failures >= mostFailures ? null : new Date(now.getTime() + retryMs(failures, random))
  return {id: work.id, code, message: message.slice(0, 500), dueAt}
}
