import {Agent as HttpAgent} from 'node:http'
import {Agent as HttpsAgent} from 'node:https'
import {Body} from './body.js'
import {Cancelling} from './cancelling.js'
import type {HttpOptions, HttpRequest} from './http-types.js'
import {type PlainAnswer, plainGet} from './plain-get.js'
import {proxyAgents, verified} from './proxy.js'
import {type TimeLimits, timeLimits, watchTime} from './time-limits.js'
import {mostBytes, TooLargeError} from './too-large.js'
import {unpack} from './unpack.js'

type Agents = {http: HttpAgent; https: HttpsAgent}

export interface Exchanged {
  status: number
  headers: Record<string, string>
  body: Body
  /** Of the body as received. */
  bytes: number
}

export interface Transport {
  /** One request and its answer, a redirect as any other. */
  exchange(request: HttpRequest, url: URL): Promise<Exchanged>
  close(): void
}

/** What `exchange` needs to know to send a request, whoever sends it. */
interface Sending {
  request: HttpRequest
  url: URL
  agents: Agents
  headers: Record<string, string>
  limits: TimeLimits
}

type Underway = {answer: Promise<PlainAnswer>; cancel: () => void}

/**
 * got sends what changes something, and is loaded for that: it costs more to load than the rest of a command. Reads go by
 * a shorter way.
 */
export async function loadTransport(options: HttpOptions, proxied: boolean): Promise<Transport> {
  const proxy = proxied ? options.proxy : undefined
  const limits = timeLimits(options.timeoutMs)
  const [kept, single] = await Promise.all([makeAgents(proxy, true), makeAgents(proxy, false)])
  const cancelling = new Cancelling()
  return {
    async exchange(request, url) {
      const headers = headersOf(request, options.userAgent)
      const sending = {request, url, headers, limits, agents: request.fresh ? single : kept}
      const isPlain = request.method === 'GET' && hasNoBody(request)
      const {answer, cancel} = isPlain ? sendPlain(sending) : await sendByGot(sending)
      const received = await cancelling.until(answer, cancel, stopperOf(request))
      const body = new Body(unpack(received.body, received.headers['content-encoding']))
      return {status: received.status, headers: flatten(received.headers), body, bytes: received.body.length}
    },
    close() {
      for (const agent of [kept.http, kept.https, single.http, single.https]) agent.destroy()
    },
  }
}

function headersOf({headers, token}: HttpRequest, userAgent: string): Record<string, string> {
  return {
    'user-agent': userAgent,
    accept: 'application/json',
    'accept-encoding': 'gzip',
    ...headers,
    ...(token === undefined ? {} : {authorization: `Bearer ${token}`}),
  }
}

function sendPlain({url, agents, headers, limits}: Sending): Underway {
  const agent = url.protocol === 'https:' ? agents.https : agents.http
  return plainGet(url, {agent, headers, ...limits})
}

async function sendByGot({request, url, agents, headers, limits}: Sending): Promise<Underway> {
  const {got} = await import('got')
  const sent = got(url, {
    method: request.method,
    responseType: 'buffer',
    agent: agents,
    headers: request.jsonText === undefined ? headers : {'content-type': 'application/json', ...headers},
    throwHttpErrors: false,
    retry: {limit: 0},
    // Unpacking is ours: the library's way through a stream costs more than the rest of a request.
    decompress: false,
    strictContentLength: true,
    // Token and body must not travel on, and a write must not be sent again.
    followRedirect: false,
    ...(request.json === undefined ? {} : {json: request.json}),
    ...(request.jsonText === undefined ? {} : {body: request.jsonText}),
    ...(request.form === undefined ? {} : {form: request.form}),
  })
  let stopWatching = () => {}
  const answer = new Promise<PlainAnswer>((resolve, reject) => {
    const give = (error: Error) => {
      reject(error)
      sent.cancel()
    }
    // The library's own time-outs destroy the request, which tells nobody while it has no socket.
    void sent.on('request', (each) => (stopWatching = watchTime(each, limits, give)))
    void sent.on('downloadProgress', ({transferred}) => transferred > mostBytes && give(new TooLargeError()))
    sent.then(({statusCode, headers, body}) => resolve({status: statusCode, headers, body: asBuffer(body)}), reject)
  })
  return {answer: answer.finally(() => stopWatching()), cancel: () => sent.cancel()}
}

async function makeAgents(proxy: HttpOptions['proxy'], keepAlive: boolean): Promise<Agents> {
  if (proxy) return proxyAgents(proxy, {keepAlive})
  return {http: new HttpAgent({keepAlive}), https: new HttpsAgent({keepAlive, ...verified})}
}

function hasNoBody({json, jsonText, form}: HttpRequest): boolean {
  return json === undefined && jsonText === undefined && form === undefined
}

/** What may cut a request off that has left. */
export function stopperOf({signal, untilAnswered}: HttpRequest): AbortSignal | undefined {
  return untilAnswered === true ? undefined : signal
}

function asBuffer({buffer, byteOffset, byteLength}: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) flat[name] = [value].flat().join(', ')
  return flat
}
