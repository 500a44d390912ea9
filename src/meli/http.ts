import {setTimeout as wait} from 'node:timers/promises'
import {MeliError} from '../errors.js'
import {type FailureContext, networkCode, translateFailure} from './http-failure.js'
import type {Http, HttpAnswer, HttpOptions, HttpRequest} from './http-types.js'
import {secureOrigin} from './origin.js'
import {proxyApplies} from './proxy.js'
import {redact} from './redact.js'
import {backoffMs, isPassing, isPassingStatus, maxTries, retryAfterMs} from './retry.js'
import {loadTransport, type Transport} from './transport.js'

export type {Http, HttpAnswer, HttpLogEntry, HttpOptions, HttpRequest, Method, Query} from './http-types.js'

/** Light: the HTTP library is loaded by the first request. MELI_CONFIG_INVALID when the origin is neither https nor local. */
export function createHttp(options: HttpOptions): Http {
  return new RetryingHttp(options)
}

type Attempt = {number: number; url: URL; known: string[]}

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
    const known = secretsOf(request)
    const tries = request.retry && request.method === 'GET' ? maxTries : 1
    for (let number = 1; ; number++) {
      const outcome = await this.#try(request, {number, url, known})
      if (number === tries || !mayPass(outcome)) return settle(outcome)
      const asked =
        'answer' in outcome ? retryAfterMs(outcome.answer.headers['retry-after'], this.#options.now()) : undefined
      if (asked === null) return settle(outcome)
      await this.#sleep(asked ?? backoffMs(number, this.#options.random), request.signal)
    }
  }

  close(): void {
    void this.#transport?.then(
      (transport) => transport.close(),
      () => undefined,
    )
  }

  async #try(request: HttpRequest, attempt: Attempt): Promise<Outcome> {
    request.signal?.throwIfAborted()
    this.#transport ??= loadTransport(this.#options, this.#proxied)
    const transport = await this.#transport
    const hide = (text: string) => redact(text, attempt.known)
    const context: FailureContext = {
      host: this.origin.host,
      proxied: this.#proxied,
      timeoutMs: this.#options.timeoutMs,
      redact: hide,
    }
    this.sent++
    request.onSend?.()
    const startedAt = performance.now()
    const log = (end: {status: number | null; code?: string}) =>
      this.#options.log?.({
        method: request.method,
        path: redact(attempt.url.pathname),
        ...end,
        ms: Math.round(performance.now() - startedAt),
        try: attempt.number,
      })
    try {
      const {status, headers, text} = await transport.exchange(request, attempt.url)
      log({status})
      return {answer: {status, headers, text, json: () => parseJson(text, status, context), redact: hide}}
    } catch (error) {
      const code = networkCode(error)
      log({status: null, code})
      // The signal's own reason tells the caller more than the library's wrapper of it.
      request.signal?.throwIfAborted()
      return {error: translateFailure(error, context), code}
    }
  }

  async #sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#options.sleep(ms, signal)
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    }
  }
}

type Outcome = {answer: HttpAnswer} | {error: MeliError; code: string}

function mayPass(outcome: Outcome): boolean {
  return 'answer' in outcome ? isPassingStatus(outcome.answer.status) : isPassing(outcome.code)
}

function settle(outcome: Outcome): HttpAnswer {
  if ('error' in outcome) throw outcome.error
  return outcome.answer
}

function addressOf(origin: URL, {path, query}: HttpRequest): URL {
  const url = URL.canParse(path, origin.origin) ? new URL(path, origin.origin) : undefined
  if (url?.origin !== origin.origin || url.username !== '' || url.password !== '')
    throw new MeliError(
      'MELI_USAGE',
      'The request goes to another address than the API, which would give the token away',
      {
        try: [`give a path below ${origin.origin}, such as /users/me`],
      },
    )
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === null || value === undefined) continue
    url.searchParams.set(name, Array.isArray(value) ? value.join(',') : String(value))
  }
  // As the documentation writes lists of ids.
  url.search = url.search.replaceAll('%2C', ',')
  url.hash = ''
  return url
}

const secretFields = new Set(['client_secret', 'code', 'code_verifier', 'refresh_token', 'access_token', 'password'])

function secretsOf({token, form}: HttpRequest): string[] {
  const fields = Object.entries(form ?? {}).filter(([name]) => secretFields.has(name))
  return [token ?? '', ...fields.map(([, value]) => value)]
}

function parseJson(text: string, status: number, context: FailureContext): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not even as a cause: the parser's message quotes the body.
    throw new MeliError('MELI_ANSWER_UNUSABLE', `${context.host} answered ${status} with a body that is not JSON`, {
      try: ['try again in a minute'],
      details: {status, length: text.length},
    })
  }
}
