import {Agent as HttpAgent} from 'node:http'
import {Agent as HttpsAgent} from 'node:https'
import {Body} from './body.js'
import {Cancelling} from './cancelling.js'
import type {HttpOptions, HttpRequest} from './http-types.js'
import {type PlainAnswer, plainGet} from './plain-get.js'
import {proxyAgents} from './proxy.js'
import {unpack} from './unpack.js'

type Agents = {http: HttpAgent; https: HttpsAgent}
type AgentSettings = {keepAlive: boolean; maxSockets: number}

export interface Exchanged {
  status: number
  headers: Record<string, string>
  body: Body
  /** Of the body as received. */
  bytes: number
}

export interface Transport {
  exchange(request: HttpRequest, url: URL): Promise<Exchanged>
  close(): void
}

/** What `exchange` needs to know to send a request, whoever sends it. */
interface Sending {
  request: HttpRequest
  url: URL
  agents: Agents
  headers: Record<string, string>
  timeoutMs: number
}

type Underway = {answer: Promise<PlainAnswer>; cancel: () => void}

const mostConnectMs = 10_000

/**
 * got sends what changes something and follows redirects, and is loaded for that: it costs more to load than the rest of
 * a command. Reads go by a shorter way.
 */
export async function loadTransport(options: HttpOptions, proxied: boolean): Promise<Transport> {
  const proxy = proxied ? options.proxy : undefined
  const {sockets = Number.POSITIVE_INFINITY, userAgent, timeoutMs} = options
  const [kept, single] = await Promise.all([
    makeAgents(proxy, {keepAlive: true, maxSockets: sockets}),
    makeAgents(proxy, {keepAlive: false, maxSockets: Number.POSITIVE_INFINITY}),
  ])
  const cancelling = new Cancelling()
  const finish = ({answer, cancel}: Underway, {signal}: HttpRequest) => cancelling.until(answer, cancel, signal)
  return {
    async exchange(request, url) {
      const headers = headersOf(request, userAgent)
      const sending = {request, url, headers, timeoutMs, agents: request.fresh ? single : kept}
      const isPlain = request.method === 'GET' && request.json === undefined && request.form === undefined
      let received = isPlain ? await finish(sendPlain(sending), request) : undefined
      if (received === undefined || mayFollow(received, url)) received = await finish(await sendByGot(sending), request)
      const body = new Body(unpack(received.body, received.headers['content-encoding']))
      return {status: received.status, headers: flatten(received.headers), body, bytes: received.body.length}
    },
    close() {
      for (const agent of [kept.http, kept.https]) agent.destroy()
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

function sendPlain({url, agents, headers, timeoutMs}: Sending): Underway {
  const agent = url.protocol === 'https:' ? agents.https : agents.http
  return plainGet(url, {agent, headers, timeoutMs, connectMs: Math.min(mostConnectMs, timeoutMs)})
}

async function sendByGot({request, url, agents, headers, timeoutMs}: Sending): Promise<Underway> {
  const {got} = await import('got')
  const connectMs = Math.min(mostConnectMs, timeoutMs)
  const sent = got(url, {
    method: request.method,
    responseType: 'buffer',
    agent: agents,
    headers,
    throwHttpErrors: false,
    retry: {limit: 0},
    // Unpacking is ours: the library's way through a stream costs more than the rest of a request.
    decompress: false,
    strictContentLength: true,
    timeout: {
      lookup: connectMs,
      connect: connectMs,
      secureConnect: connectMs,
      response: timeoutMs,
      request: timeoutMs,
    },
    // Token and body must not travel on to another host, and a write must not be sent again.
    followRedirect: ({headers}) => request.method === 'GET' && sameOrigin(headers.location, url),
    ...(request.json === undefined ? {} : {json: request.json}),
    ...(request.form === undefined ? {} : {form: request.form}),
  })
  const answer = sent.then(({statusCode, headers, body}) => ({status: statusCode, headers, body: asBuffer(body)}))
  return {answer, cancel: () => sent.cancel()}
}

async function makeAgents(proxy: HttpOptions['proxy'], options: AgentSettings): Promise<Agents> {
  if (proxy) return proxyAgents(proxy, options)
  return {http: new HttpAgent(options), https: new HttpsAgent(options)}
}

function sameOrigin(location: string | undefined, url: URL): boolean {
  return location !== undefined && URL.canParse(location, url.href) && new URL(location, url).origin === url.origin
}

function mayFollow({status, headers}: PlainAnswer, url: URL): boolean {
  return status >= 300 && status < 400 && sameOrigin(headers.location, url)
}

function asBuffer({buffer, byteOffset, byteLength}: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) flat[name] = [value].flat().join(', ')
  return flat
}
