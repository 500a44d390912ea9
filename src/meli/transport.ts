import {Agent as HttpAgent} from 'node:http'
import {Agent as HttpsAgent} from 'node:https'
import {Cancelling} from './cancelling.js'
import type {HttpOptions, HttpRequest} from './http-types.js'
import {proxyAgents} from './proxy.js'
import {unpack} from './unpack.js'

type Agents = {http: HttpAgent; https: HttpsAgent}
type AgentSettings = {keepAlive: boolean; maxSockets: number}

export interface Exchanged {
  status: number
  headers: Record<string, string>
  text: string
  /** Of the body as received. */
  bytes: number
}

export interface Transport {
  exchange(request: HttpRequest, url: URL): Promise<Exchanged>
  close(): void
}

const connectMs = 10_000

/** The HTTP library costs more to load than the rest of a command: only a request brings it in. */
export async function loadTransport(options: HttpOptions, proxied: boolean): Promise<Transport> {
  const proxy = proxied ? options.proxy : undefined
  const {sockets = Number.POSITIVE_INFINITY} = options
  const [{got}, kept, single] = await Promise.all([
    import('got'),
    makeAgents(proxy, {keepAlive: true, maxSockets: sockets}),
    makeAgents(proxy, {keepAlive: false, maxSockets: Number.POSITIVE_INFINITY}),
  ])
  const phase = Math.min(connectMs, options.timeoutMs)
  const client = got.extend({
    throwHttpErrors: false,
    retry: {limit: 0},
    // Unpacking is ours: the library's way through a stream costs more than the rest of a request.
    decompress: false,
    strictContentLength: true,
    headers: {'user-agent': options.userAgent, accept: 'application/json', 'accept-encoding': 'gzip'},
    timeout: {
      lookup: phase,
      connect: phase,
      secureConnect: phase,
      response: options.timeoutMs,
      request: options.timeoutMs,
    },
  })
  const cancelling = new Cancelling()
  return {
    async exchange(request, url) {
      const sent = client(url, {
        method: request.method,
        responseType: 'buffer',
        agent: request.fresh ? single : kept,
        headers: {
          ...request.headers,
          ...(request.token === undefined ? {} : {authorization: `Bearer ${request.token}`}),
        },
        // Token and body must not travel on to another host, and a write must not be sent again.
        followRedirect: ({headers}) => request.method === 'GET' && sameOrigin(headers.location, url),
        ...(request.json === undefined ? {} : {json: request.json}),
        ...(request.form === undefined ? {} : {form: request.form}),
      })
      const answer = await cancelling.until(sent, request.signal)
      const text = unpack(answer.body, answer.headers['content-encoding'])
      return {status: answer.statusCode, headers: flatten(answer.headers), text, bytes: answer.body.length}
    },
    close() {
      for (const agent of [kept.http, kept.https]) agent.destroy()
    },
  }
}

async function makeAgents(proxy: HttpOptions['proxy'], options: AgentSettings): Promise<Agents> {
  if (proxy) return proxyAgents(proxy, options)
  return {http: new HttpAgent(options), https: new HttpsAgent(options)}
}

function sameOrigin(location: string | undefined, url: URL): boolean {
  return location !== undefined && URL.canParse(location, url.href) && new URL(location, url).origin === url.origin
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) flat[name] = [value].flat().join(', ')
  return flat
}
