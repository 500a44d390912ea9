import type {JsonSource} from './body.js'
import type {Method, Query} from './http-types.js'

export interface RequestOptions {
  query?: Query
  headers?: Readonly<Record<string, string>>
  signal?: AbortSignal
  /** Sent as JSON. */
  body?: unknown
  /** JSON as it is to be sent, to the digit, in place of `body`. */
  jsonText?: string
  /** The signal stops it only before it leaves: cut off later, nobody would know whether it was carried out. */
  untilAnswered?: boolean
  /** A GET answered with something else than JSON is tried again. `get` and `paginate` always do. */
  expectsJson?: boolean
  /** Waits out a rate limit for about a minute, where a GET otherwise gives up after four tries. */
  patient?: boolean
  /** No try begins after this moment: MELI_TIMED_OUT, or the outcome of the last try. */
  deadline?: Date
  /** Returns answers of 400 and above instead of throwing them, once the token was renewed where that helps. */
  anyStatus?: boolean
}

export interface ApiResponse {
  status: number
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  /** The body as sent. */
  text: string
  /** The same where it is no text: unpacked, and nothing replaced. */
  bytes: Uint8Array
  /** The body from JSON; null when there is none. MELI_ANSWER_UNUSABLE when it is something else. */
  json(): unknown
  /** The JSON beside its text, to cut documents and numbers out of as they were sent. */
  source(): JsonSource
  /** Takes secrets out of a text. */
  redact(text: string): string
}

/** All that paging needs of a client. */
export interface Requester {
  request(method: Method, path: string, options: RequestOptions): Promise<ApiResponse>
}
