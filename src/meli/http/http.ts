import {setTimeout as wait} from 'node:timers/promises'
import {MeliError} from '../../core/errors.js'
import {redact, rememberSecret} from '../../core/redact.js'
import {type Body, type JsonSource, UnreadableJson} from './body.js'
import {type FailureContext, networkCode, translateFailure} from './http-failure.js'
import type {Http, HttpAnswer, HttpOptions, HttpRequest} from './http-types.js'
import {secureOrigin} from './origin.js'
import {proxyApplies} from './proxy.js'
import {addressOf, redirectOf, secretsOf} from './request-parts.js'
import {backoffMs, isPassing, isPassingStatus, longestRetryAfterMs, mostTries, retryAfterMs} from './retry.js'
import {within} from './time-limits.js'
import {loadTransport, stopperOf, type Transport} from './transport.js'

export type {Http, HttpAnswer, HttpLogEntry, HttpOptions, HttpRequest, Method, Query} from './http-types.js'

/** Costs little: the first request loads the HTTP library. MELI_CONFIG_INVALID when the origin is neither https nor local. */
export function createHttp(options: HttpOptions): Http {
  return new RetryingHttp(options)
}

/** Above this number, redirects are taken for a circle. */
const mostRedirects = 10

type Attempt = {number: number; url: URL; redirects: number}
type Outcome = {answer: HttpAnswer; garbled: boolean} | {error: MeliError; code: string}

class RetryingHttp implements Http {
  readonly origin: URL
  sent = 0
  #transport: Promise<Transport> | undefined
  readonly #proxied: boolean
  readonly #options: Required<Pick<HttpOptions, 'sleep' | 'random' | 'now'>> & HttpOptions

  constructor(options: HttpOptions) {
    this.origin = secureOrigin(options.origin, 'The API address')
    this.#proxied = options.proxy !== undefined && proxyApplies(this.origin, options.proxy.noProxy)
    const sleep = async (ms: number, signal?: AbortSignal) => wait(ms, undefined, signal ? {signal} : {})
    this.#options = {sleep, random: Math.random, now: () => new Date(), ...options}
  }

  async send(request: HttpRequest): Promise<HttpAnswer> {
    const url = addressOf(this.origin, request)
    rememberSecret(...secretsOf(request))
    for (let number = 1; ; number++) {
      const outcome = await this.#follow(request, {number, url, redirects: 0})
      const waitMs = await this.#judge(outcome, request, number)
      if (waitMs === undefined) return settle(outcome)
      await this.#sleep(waitMs, {limited: isLimited(outcome), signal: request.signal})
    }
  }

  async backOff(tryNumber: number, {signal, deadline, limited}: Parameters<Http['backOff']>[1]): Promise<boolean> {
    const waitMs = backoffMs(tryNumber, this.#options.random)
    if (this.#isTooLate(waitMs, deadline)) return false
    await this.#sleep(waitMs, {limited, signal})
    return true
  }

  now(): Date {
    return this.#options.now()
  }

  close(): void {
    void this.#transport?.then(
      (transport) => transport.close(),
      () => undefined,
    )
  }

  /** One try, and on to where the service sends a read on the same host: as any request, counted and in the budget. */
  async #follow(request: HttpRequest, attempt: Attempt): Promise<Outcome> {
    await this.#turn(request)
    const outcome = await this.#try(request, attempt)
    const next = 'answer' in outcome && request.method === 'GET' ? redirectOf(outcome.answer, attempt.url) : undefined
    if (next === undefined) return outcome
    if (attempt.redirects < mostRedirects)
      return this.#follow(request, {...attempt, url: next, redirects: attempt.redirects + 1})
    const code = 'ERR_TOO_MANY_REDIRECTS'
    const error = Object.assign(new Error(`redirected more than ${mostRedirects} times`), {code})
    return {error: translateFailure(error, this.#context()), code}
  }

  /** Waits until the budget has room for one more try. */
  async #turn(request: HttpRequest): Promise<void> {
    const {signal} = request
    signal?.throwIfAborted()
    const {budget, now} = this.#options
    await within(request, now(), async (either) => {
      if (request.unmetered !== true) await budget?.take(either)
    })
    signal?.throwIfAborted()
  }

  /** How long to wait before the next try; undefined when there is to be none. Tells the budget of a limit. */
  async #judge(outcome: Outcome, request: HttpRequest, number: number): Promise<number | undefined> {
    const {budget, now, random} = this.#options
    const header = 'answer' in outcome ? outcome.answer.headers['retry-after'] : undefined
    const asked = retryAfterMs(header, now())
    const limited = isLimited(outcome)
    if (limited && request.unmetered !== true) await budget?.throttled(asked ?? null)
    if (!request.retry || request.method !== 'GET' || !mayPass(outcome)) return undefined
    if (number >= mostTries({limited, patient: request.patient === true})) return undefined
    if (asked !== undefined && asked > longestRetryAfterMs) return undefined
    const waitMs = asked ?? backoffMs(number, random)
    return this.#isTooLate(waitMs, request.deadline) ? undefined : waitMs
  }

  #isTooLate(waitMs: number, deadline: Date | undefined): boolean {
    return deadline !== undefined && this.now().getTime() + waitMs >= deadline.getTime()
  }

  #context(): FailureContext {
    const {timeoutMs} = this.#options
    return {host: this.origin.host, proxied: this.#proxied, timeoutMs, redact}
  }

  async #try(request: HttpRequest, {number, url, redirects}: Attempt): Promise<Outcome> {
    this.#transport ??= loadTransport(this.#options, this.#proxied)
    const transport = await this.#transport
    const context = this.#context()
    this.sent++
    const {traffic} = request
    if (traffic !== undefined) traffic.requests++
    if (traffic !== undefined && number > 1 && redirects === 0) traffic.retries++
    const startedAt = performance.now()
    const log = (end: {status: number | null; code?: string}) =>
      this.#options.log?.({
        method: request.method,
        path: redact(url.pathname),
        ...end,
        ms: Math.round(performance.now() - startedAt),
        try: number,
      })
    try {
      const {status, headers, body, bytes} = await transport.exchange(request, url)
      log({status})
      if (traffic !== undefined) traffic.bytes += bytes
      if (traffic !== undefined && status === 429) traffic.rateLimited++
      const answer = new Answer(status, headers, body, context)
      return {answer, garbled: request.expectsJson === true && status >= 200 && status < 300 && !canRead(answer)}
    } catch (error) {
      const code = networkCode(error)
      log({status: null, code})
      // The signal's own reason tells the caller more than the library's wrapper of it.
      stopperOf(request)?.throwIfAborted()
      return {error: translateFailure(error, context), code}
    }
  }

  async #sleep(ms: number, {limited, signal}: {limited: boolean; signal?: AbortSignal | undefined}): Promise<void> {
    this.#options.onWait?.({ms, why: limited ? 'limited' : 'failing'})
    try {
      await this.#options.sleep(ms, signal)
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    }
  }
}

function mayPass(outcome: Outcome): boolean {
  return 'answer' in outcome ? outcome.garbled || isPassingStatus(outcome.answer.status) : isPassing(outcome.code)
}

function isLimited(outcome: Outcome): boolean {
  return 'answer' in outcome && outcome.answer.status === 429
}

function settle(outcome: Outcome): HttpAnswer {
  if ('error' in outcome) throw outcome.error
  return outcome.answer
}

function canRead(answer: HttpAnswer): boolean {
  try {
    answer.source()
    return true
  } catch {
    return false
  }
}

class Answer implements HttpAnswer {
  constructor(
    readonly status: number,
    readonly headers: Readonly<Record<string, string>>,
    private readonly body: Body,
    private readonly context: FailureContext,
  ) {}

  get text(): string {
    return this.body.text
  }

  get bytes(): Uint8Array {
    return this.body.bytes
  }

  json(): unknown {
    return this.#read(() => this.body.source().json)
  }

  source(): JsonSource {
    return this.#read(() => this.body.source())
  }

  redact(text: string): string {
    return this.context.redact(text)
  }

  #read<T>(look: () => T): T {
    try {
      return look()
    } catch (error) {
      if (!(error instanceof UnreadableJson)) throw error
      const message = `${this.context.host} answered ${this.status} with a body that ${error.message}`
      throw new MeliError('MELI_ANSWER_UNUSABLE', message, {
        try: ['try again in a minute'],
        details: {status: this.status, length: this.text.length},
      })
    }
  }
}
