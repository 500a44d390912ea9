/** Reads only, then the caller sees the last outcome. */
const tries = {usually: 4, whenLimited: 10}

const firstWaitMs = 500
const longestWaitMs = 20_000
/** A service that asks for more patience than this gets its answer passed on instead. */
export const longestRetryAfterMs = 60_000

const passing = new Set([
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'EAI_AGAIN',
  'ERR_HTTP_CONTENT_LENGTH_MISMATCH',
  'ERR_READING_RESPONSE_STREAM',
])

/** Network codes after which the same read may succeed: broken or slow connections and bodies that ended early. */
export function isPassing(code: string): boolean {
  return passing.has(code) || code.startsWith('Z_') || code.startsWith('HPE_')
}

export function isPassingStatus(status: number): boolean {
  // 501 says that there is no such thing, however often it is asked for.
  return status === 429 || (status >= 500 && status !== 501)
}

/** How often a read is sent in all. Ten tries outlast a limit that counts by the minute; nothing else is worth that wait. */
export function mostTries({limited, patient}: {limited: boolean; patient: boolean}): number {
  return limited && patient ? tries.whenLimited : tries.usually
}

/** Exponential, with full jitter: any wait between nothing and the bound is as likely. `tryNumber` counts from 1. */
export function backoffMs(tryNumber: number, random: () => number): number {
  return Math.floor(random() * Math.min(longestWaitMs, firstWaitMs * 2 ** (tryNumber - 1)))
}

/**
 * What the Retry-After header asks for, in seconds or as a date. Undefined when it says nothing usable. The service
 * documents no such header; it is honoured if present.
 */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined || header.trim() === '') return undefined
  const wait = /^\s*\d+(\.\d+)?\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now.getTime()
  return Number.isNaN(wait) ? undefined : Math.max(0, wait)
}
