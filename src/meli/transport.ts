import {Agent as HttpAgent} from 'node:http'
import {Agent as HttpsAgent} from 'node:https'
import type {HttpOptions, HttpRequest} from './http-types.js'
import {proxyAgents} from './proxy.js'

type Agents = {http: HttpAgent; https: HttpsAgent}

export interface Transport {
  exchange(request: HttpRequest, url: URL): Promise<{status: number; headers: Record<string, string>; text: string}>
  close(): void
}

const connectMs = 10_000

/** The HTTP library costs more to load than the rest of a command: only a request brings it in. */
export async function loadTransport(options: HttpOptions, proxied: boolean): Promise<Transport> {
  const proxy = proxied ? options.proxy : undefined
  const [{got}, kept, single] = await Promise.all([import('got'), makeAgents(proxy, true), makeAgents(proxy, false)])
  const phase = Math.min(connectMs, options.timeoutMs)
  const client = got.extend({
    throwHttpErrors: false,
    retry: {limit: 0},
    decompress: true,
    strictContentLength: true,
    responseType: 'text',
    headers: {'user-agent': options.userAgent, accept: 'application/json'},
    timeout: {
      lookup: phase,
      connect: phase,
      secureConnect: phase,
      response: options.timeoutMs,
      request: options.timeoutMs,
    },
  })
  return {
    async exchange(request, url) {
      const answer = await client(url, {
        method: request.method,
        agent: request.fresh ? single : kept,
        headers: {
          ...request.headers,
          ...(request.token === undefined ? {} : {authorization: `Bearer ${request.token}`}),
        },
        // Token and body must not travel on to another host, and a write must not be sent again.
        followRedirect: ({headers}) => request.method === 'GET' && sameOrigin(headers.location, url),
        ...(request.json === undefined ? {} : {json: request.json}),
        ...(request.form === undefined ? {} : {form: request.form}),
        ...(request.signal === undefined ? {} : {signal: request.signal}),
      })
      return {status: answer.statusCode, headers: flatten(answer.headers), text: answer.body.replace(/^\uFEFF/, '')}
    },
    close() {
      for (const agent of [kept.http, kept.https]) agent.destroy()
    },
  }
}

async function makeAgents(proxy: HttpOptions['proxy'], keepAlive: boolean): Promise<Agents> {
  if (proxy) return proxyAgents(proxy, keepAlive)
  return {http: new HttpAgent({keepAlive}), https: new HttpsAgent({keepAlive})}
}

function sameOrigin(location: string | undefined, url: URL): boolean {
  return location !== undefined && URL.canParse(location, url.href) && new URL(location, url).origin === url.origin
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) flat[name] = [value].flat().join(', ')
  return flat
}
