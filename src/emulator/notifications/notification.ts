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

/** docs/mercadolibre.md, section 10: eight attempts. */
export const mostAttempts = 8

/**
 * Eight attempts in one hour; the spacing is not documented (docs/mercadolibre.md, section 10), so ours doubles from 28
 * seconds, which puts the last attempt 59 minutes and 16 seconds after the first.
 */
const firstGapMs = 28_000

/** When the next attempt is due. It counts from the first one, so a skipped hour makes all that are left due at once. */
export function nextAttemptAt({attempts}: Notification): number {
  return (attempts[0]?.at ?? 0) + firstGapMs * (2 ** attempts.length - 1)
}
