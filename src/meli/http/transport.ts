import {setMaxListeners} from 'node:events'
import {Agent as HttpAgent} from 'node:http'
import {Agent as HttpsAgent} from 'node:https'
import {brotliDecompressSync, gunzipSync, inflateSync} from 'node:zlib'
import type {CancelableRequest, Response} from 'got'
import {Body, mostBytes, TooLargeError} from './body.js'
import type {HttpOptions, HttpRequest} from './http-types.js'
import {proxyAgents, verified} from './proxy.js'
import {type TimeLimits, timeLimits, watchTime} from './time-limits.js'

type Agents = {http: HttpAgent; https: HttpsAgent}

export interface Exchanged {
  status: number
  headers: Record<string, string>
  body: Body
  /** The size of the body as received. */
  bytes: number
}

export interface Transport {
  /** One request and its answer, a redirect as any other. */
  exchange(request: HttpRequest, url: URL): Promise<Exchanged>
  close(): void
}

/** Loads got, so this is called for the first request: got costs more to load than the rest of a command. */
export async function loadTransport(options: HttpOptions, proxied: boolean): Promise<Transport> {
  const proxy = proxied ? options.proxy : undefined
  const limits = timeLimits(options.timeoutMs)
  const [{got}, kept, single] = await Promise.all([import('got'), makeAgents(proxy, true), makeAgents(proxy, false)])
  return {
    async exchange(request, url) {
      const agent = request.fresh ? single : kept
      const sent = got(url, {
        ...bodyOf(request),
        ...fixedOptions,
        agent,
        method: request.method,
        headers: headersOf(request, options.userAgent),
      })
      const {statusCode, headers, body} = await answerOf(sent, limits, stopperOf(request))
      const packed = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
      const unpacked = new Body(unpack(packed, headers['content-encoding']))
      return {status: statusCode, headers: flatten(headers), body: unpacked, bytes: packed.length}
    },
    close() {
      for (const agent of [kept.http, kept.https, single.http, single.https]) agent.destroy()
    },
  }
}

const fixedOptions = {
  responseType: 'buffer',
  throwHttpErrors: false,
  // Retries belong to http.ts, which knows the budget.
  retry: {limit: 0},
  // got would unpack without a bound, and the bytes received are counted packed.
  decompress: false,
  strictContentLength: true,
  // Token and body must not travel on, and a write must not be sent again.
  followRedirect: false,
} as const

function bodyOf({json, jsonText, form}: HttpRequest) {
  return {
    ...(json === undefined ? {} : {json}),
    ...(jsonText === undefined ? {} : {body: jsonText}),
    ...(form === undefined ? {} : {form}),
  }
}

/** Fails with got's errors, a `TimeoutError` or a `TooLargeError`. */
async function answerOf(
  sent: CancelableRequest<Response<Uint8Array>>,
  limits: TimeLimits,
  signal: AbortSignal | undefined,
): Promise<Response<Uint8Array>> {
  const cancel = () => sent.cancel()
  let stopWatching = () => {}
  // A sync sends all its requests with one signal, so that many of them listen at a time.
  if (signal !== undefined) setMaxListeners(0, signal)
  try {
    return await new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        reject(error)
        cancel()
      }
      // got's own time-outs destroy the request, which tells nobody while it has no socket.
      void sent.on('request', (request) => (stopWatching = watchTime(request, limits, fail)))
      void sent.on('downloadProgress', ({transferred}) => transferred > mostBytes && fail(new TooLargeError()))
      sent.then(resolve, reject)
      signal?.addEventListener('abort', cancel)
      if (signal?.aborted === true) cancel()
    })
  } finally {
    stopWatching()
    signal?.removeEventListener('abort', cancel)
  }
}

function headersOf({headers, token, jsonText}: HttpRequest, userAgent: string): Record<string, string> {
  return {
    'user-agent': userAgent,
    accept: 'application/json',
    'accept-encoding': 'gzip',
    ...(jsonText === undefined ? {} : {'content-type': 'application/json'}),
    ...headers,
    ...(token === undefined ? {} : {authorization: `Bearer ${token}`}),
  }
}

async function makeAgents(proxy: HttpOptions['proxy'], keepAlive: boolean): Promise<Agents> {
  if (proxy) return proxyAgents(proxy, {keepAlive})
  return {http: new HttpAgent({keepAlive}), https: new HttpsAgent({keepAlive, ...verified})}
}

/** The signal that may cut off a request that has left. */
export function stopperOf({signal, untilAnswered}: HttpRequest): AbortSignal | undefined {
  return untilAnswered === true ? undefined : signal
}

const unpackers = {gzip: gunzipSync, 'x-gzip': gunzipSync, deflate: inflateSync, br: brotliDecompressSync}

/** Fails with a `Z_` code when the body is not what it says, and with ERR_BUFFER_TOO_LARGE when it holds more than it may. */
function unpack(packed: Buffer, encoding = ''): Buffer {
  const name = encoding.trim().toLowerCase()
  if (packed.length === 0 || !Object.hasOwn(unpackers, name)) return packed
  return unpackers[name as keyof typeof unpackers](packed, {maxOutputLength: mostBytes})
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) flat[name] = [value].flat().join(', ')
  return flat
}
