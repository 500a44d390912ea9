import type {Settings} from '../settings.js'

/** `waiting` is between two attempts; `switched_off` and `dropped` were lost. */
export const states = ['queued', 'sending', 'waiting', 'delivered', 'missed', 'switched_off', 'dropped'] as const
export type State = (typeof states)[number]

export interface Attempt {
  /** Virtual time, epoch milliseconds. */
  at: number
  /** Real milliseconds until it was decided. */
  tookMs: number
  /** Null when there was no answer in time. */
  status: number | null
  /** `timeout`, or the code of the connection's error. */
  error: string | null
}

/** What came back from the last attempt. */
export interface Response {
  headers: Record<string, string>
  /** Its beginning. */
  body: string
}

/** One thing to tell one application, and what became of it. Times are virtual, in epoch milliseconds. */
export interface Notification {
  /** Its number in this emulator; the copies of one notification have numbers of their own and the same `id`. */
  n: number
  id: string
  appId: number
  userId: number
  topic: string
  resource: string
  /** Those of a sub-topic; null when it has none. */
  actions: string[] | null
  /** Sent instead of all the above, character for character. */
  raw: string | null
  receivedAt: number
  state: State
  attempts: Attempt[]
  /** Where it was last sent to. */
  url: string | null
  response: Response | null
  /** When it was delivered or given up. */
  endedAt: number | null
}

/**
 * When the next attempt is due. The spacing is not documented (docs/mercadolibre.md, section 10), so ours doubles. It counts
 * from the first attempt, so a skipped hour makes all that are left due at once.
 */
export function nextAttemptAt({attempts}: Notification, {first_retry_ms: firstRetryMs}: Settings): number {
  return (attempts[0]?.at ?? 0) + firstRetryMs * (2 ** attempts.length - 1)
}
