import type {RateBudget, Traffic, Wait} from '../../services/ports/index.js'
import type {JsonSource} from './body.js'
import type {ProxySettings} from './proxy.js'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS'
/** Lists are joined with commas; null and undefined are left out. */
export type Query = Readonly<
  Record<string, string | number | boolean | null | undefined | readonly (string | number)[]>
>

export interface HttpRequest {
  method: Method
  /** Below the origin, such as `/users/me`; a query in it is kept. An address of another origin is refused. */
  path: string
  query?: Query | undefined
  json?: unknown
  /** JSON as it is to be sent, to the digit, in place of `json`. */
  jsonText?: string | undefined
  form?: Readonly<Record<string, string>>
  /** Sent as `Authorization: Bearer`. */
  token?: string
  headers?: Readonly<Record<string, string>> | undefined
  signal?: AbortSignal | undefined
  /** The signal stops it only before it leaves: cut off later, nobody would know whether it was carried out. */
  untilAnswered?: boolean | undefined
  /** GET is tried up to four times on 429, 5xx and broken connections; other methods never are. */
  retry: boolean
  /** A GET answered with 2xx and something else than JSON is tried again too. */
  expectsJson?: boolean | undefined
  /** A GET that is limited is tried ten times, which outlasts a minute's limit. */
  patient?: boolean | undefined
  /** No try and no wait begins that would end after it. MELI_TIMED_OUT when not even the first can. */
  deadline?: Date | undefined
  /** Sent at once, whatever the budget says. */
  unmetered?: boolean
  /** On a connection of its own: one that was kept alive may be found closed, which leaves the outcome unknown. */
  fresh?: boolean
  /** Added to by every try. */
  traffic?: Traffic
}

export interface HttpAnswer {
  status: number
  headers: Readonly<Record<string, string>>
  text: string
  /** The body as it is, for what is no text. */
  bytes: Uint8Array
  /** MELI_ANSWER_UNUSABLE when the body is not JSON. */
  json(): unknown
  /** The same beside its text. */
  source(): JsonSource
  /** Takes secrets out of a text, those that this request carried above all. */
  redact(text: string): string
}

/** Never a body, a header or a query value. */
export interface HttpLogEntry {
  method: Method
  path: string
  /** Null when no answer came; then `code` says why. */
  status: number | null
  code?: string
  ms: number
  try: number
}

export interface HttpOptions {
  origin: URL
  userAgent: string
  /** For one try, from look-up to the end of the body; a redirect on the same host is followed with as much again. */
  timeoutMs: number
  proxy?: ProxySettings
  /** Asked before each try, and told of each 429. */
  budget?: RateBudget
  /** Told before a wait for another try. */
  onWait?: (wait: Wait) => void
  log?: (entry: HttpLogEntry) => void
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>
  random?: () => number
  now?: () => Date
}

export interface Http {
  readonly origin: URL
  /** Requests sent so far, retries included. */
  readonly sent: number
  /** The time as this transport sees it. */
  now(): Date
  /** An answer of any status. Fails with MELI_UNREACHABLE, MELI_TIMED_OUT or MELI_ANSWER_UNUSABLE, or the signal's reason. */
  send(request: HttpRequest): Promise<HttpAnswer>
  /** Waits as `send` does before another try, counted from 1; false, at once, when that would end after the deadline. */
  backOff(tryNumber: number, until: Pick<HttpRequest, 'signal' | 'deadline'> & {limited: boolean}): Promise<boolean>
  /** Closes kept connections. Not needed for the process to end. */
  close(): void
}
