import {MeliError} from '../../core/errors.js'
import type {TokenSource, Traffic} from '../../services/ports/index.js'
import {apiError, isTokenRefused, unusableAnswer} from './api-errors.js'
import type {JsonSource} from './body.js'
import type {ApiResponse, RequestOptions} from './client-types.js'
import {createHttp} from './http.js'
import type {Http, HttpAnswer, Method} from './http-types.js'
import {type PaginateOptions, paginate} from './paginate.js'

export type MercadoLibreClientOptions = ({accessToken: string} | {token: TokenSource}) & {
  /** A transport to share; then `apiUrl` and `timeoutMs` do not apply. */
  http?: Http
  /** https, or plain http on this machine. Default `https://api.mercadolibre.com`. */
  apiUrl?: string | URL
  /** For one try of a request, in milliseconds. Default 15,000. */
  timeoutMs?: number
}

export type {ApiResponse, RequestOptions} from './client-types.js'
export type {PaginateOptions} from './paginate.js'

/** One request, before it is sent. */
export interface ClientRequest {
  method: Method
  path: string
  options: RequestOptions
}

type GetOptions = Omit<RequestOptions, 'body' | 'anyStatus'>

/** What `/users/me` answers the account itself, as far as one can rely on it. docs/mercadolibre.md, section 5. */
export interface OwnUser {
  id: number
  nickname: string
  email?: string
  site_id: string
  /** `test_user` marks a test user. */
  tags?: string[]
  [field: string]: unknown
}

/**
 * Calls to Mercado Libre's API for one account. Prices are decimal numbers in the item's currency, times ISO 8601 with
 * offset, as the service sends them; answers are not validated.
 *
 * GET is tried up to four times on 429, 5xx and broken connections; writes are sent once. After a 401 that a new token
 * can cure, a renewable token is renewed and the request is sent once more: a refused request changed nothing.
 *
 * Fails with a MeliError: MELI_TOKEN_REJECTED, MELI_FORBIDDEN, MELI_NOT_FOUND, MELI_API_REJECTED, MELI_RATE_LIMITED,
 * MELI_SERVICE_FAILING, MELI_UNREACHABLE, MELI_TIMED_OUT, MELI_ANSWER_UNUSABLE, or whatever the token source fails with.
 *
 * @example
 * const client = new MercadoLibreClient({accessToken})
 * const item = await client.get('/items/MLA1400000001')
 */
export class MercadoLibreClient {
  readonly #http: Http
  readonly #token: TokenSource
  /** What this client sent so far, retries included. */
  readonly traffic: Traffic = {requests: 0, retries: 0, rateLimited: 0, bytes: 0}

  constructor(options: MercadoLibreClientOptions) {
    this.#http =
      options.http ??
      createHttp({
        origin: parseApiUrl(options.apiUrl ?? 'https://api.mercadolibre.com'),
        userAgent: 'meli-toolkit',
        timeoutMs: options.timeoutMs ?? 15_000,
      })
    this.#token = 'token' in options ? options.token : {current: async () => options.accessToken}
  }

  /** HTTP requests that this client sent, retries included. */
  get requests(): number {
    return this.traffic.requests
  }

  /** The answer's JSON; null when the body is empty. */
  get(path: '/users/me', options?: GetOptions): Promise<OwnUser>
  get<T = unknown>(path: string, options?: GetOptions): Promise<T>
  async get<T = unknown>(path: string, options: GetOptions = {}): Promise<T> {
    return (await this.request('GET', path, {...options, expectsJson: true})).json() as T
  }

  async post<T = unknown>(path: string, body?: unknown, options: RequestOptions = {}): Promise<T> {
    return (await this.request('POST', path, {...options, body})).json() as T
  }

  async put<T = unknown>(path: string, body?: unknown, options: RequestOptions = {}): Promise<T> {
    return (await this.request('PUT', path, {...options, body})).json() as T
  }

  async delete<T = unknown>(path: string, options: RequestOptions = {}): Promise<T> {
    return (await this.request('DELETE', path, options)).json() as T
  }

  /**
   * The results of a listing, page by page: by offset, or by scroll when `query.search_type` is `scan`. Offsets end at
   * 1,000 records on most resources; a scan has no such end.
   */
  paginate<T = unknown>(path: string, options: PaginateOptions = {}): AsyncIterable<T> {
    return paginate(this, path, options) as AsyncIterable<T>
  }

  /** Path with or without a leading slash. An address of another origin fails with MELI_USAGE: it would get the token. */
  async request(method: Method, path: string, options: RequestOptions = {}): Promise<ApiResponse> {
    const request = {method, path, options}
    const token = await this.tokenFor(request, await this.#token.current())
    let answer = await this.#send(method, path, token, options)
    if (isTokenRefused(answer) && this.#token.renew) {
      const renewed = await this.tokenFor(request, await this.#token.renew(token))
      answer = await this.#send(method, path, renewed, options)
    }
    if (answer.status >= 400 && !options.anyStatus) throw apiError(answer)
    if (answer.status >= 300 && answer.status < 400 && !options.anyStatus)
      throw unusableAnswer(answer, 'what was asked for')
    return new Response(answer)
  }

  /** The token to send this request with. A subclass may look first whose the given one is, or refuse. */
  protected async tokenFor(_request: ClientRequest, given: string): Promise<string> {
    return given
  }

  #send(method: Method, path: string, token: string, options: RequestOptions): Promise<HttpAnswer> {
    return this.#http.send({
      method,
      path: absolutePath(path),
      token,
      query: options.query,
      headers: options.headers,
      signal: options.signal,
      ...(options.body === undefined || options.jsonText !== undefined ? {} : {json: options.body}),
      jsonText: options.jsonText,
      untilAnswered: options.untilAnswered,
      retry: method === 'GET',
      expectsJson: options.expectsJson,
      patient: options.patient,
      deadline: options.deadline,
      traffic: this.traffic,
    })
  }
}

/** People leave out the leading slash; a whole address has none. */
export function absolutePath(path: string): string {
  return /^(?:\/|[a-z][a-z\d+.-]*:)/i.test(path) ? path : `/${path}`
}

/** An answer whose body may be missing. */
class Response implements ApiResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(private readonly answer: HttpAnswer) {
    this.status = answer.status
    this.headers = answer.headers
  }

  get text(): string {
    return this.answer.text
  }

  get bytes(): Uint8Array {
    return this.answer.bytes
  }

  json(): unknown {
    return this.text.trim() === '' ? null : this.answer.json()
  }

  source(): JsonSource {
    return this.answer.source()
  }

  redact(text: string): string {
    return this.answer.redact(text)
  }
}

/** MELI_CONFIG_INVALID when it is not an address. */
export function parseApiUrl(address: string | URL): URL {
  if (URL.canParse(String(address))) return new URL(address)
  throw new MeliError('MELI_CONFIG_INVALID', 'The API address is not an address', {
    try: ['give an address such as https://api.mercadolibre.com'],
  })
}
