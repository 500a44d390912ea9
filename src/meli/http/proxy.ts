import {setMaxListeners} from 'node:events'
import type {Agent as HttpAgent} from 'node:http'
import type {Agent as HttpsAgent} from 'node:https'
import {isIP} from 'node:net'
import {MeliError} from '../../core/errors.js'
import {isLoopback} from '../../core/loopback.js'

export interface ProxySettings {
  /** `http://host:port` or `https://...`, with user and password when the proxy asks for them. */
  url: string
  /** Comma list as in NO_PROXY: `*`, `host`, `.suffix`, `*.suffix`, each with an optional `:port`. */
  noProxy?: string
}

/** Whether requests to this origin go through the proxy. This machine never does. */
export function proxyApplies(origin: URL, noProxy = ''): boolean {
  if (isLoopback(origin.hostname)) return false
  const port = origin.port || (origin.protocol === 'https:' ? '443' : '80')
  return !noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((rule) => rule !== '')
    .some((rule) => matches(rule, origin.hostname.toLowerCase(), port))
}

function matches(rule: string, host: string, port: string): boolean {
  if (rule === '*') return true
  const [, name = rule, rulePort] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(rule) ?? []
  if (rulePort !== undefined && rulePort !== port) return false
  const suffix = name.replace(/^\*?\./, '')
  return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`))
}

/**
 * Said outright, and to the agents, whose options win: where nothing is said, NODE_TLS_REJECT_UNAUTHORIZED=0 in the
 * environment turns verification off, and the client secret goes to whoever answers.
 */
export const verified = {rejectUnauthorized: true} as const

/** Loaded only when a proxy applies. The address may hold a password, so that no error repeats it. */
export async function proxyAgents(
  settings: ProxySettings,
  agent: {keepAlive: boolean},
): Promise<{http: HttpAgent; https: HttpsAgent}> {
  const proxy = URL.canParse(settings.url) ? new URL(settings.url) : undefined
  if (proxy?.protocol !== 'http:' && proxy?.protocol !== 'https:')
    throw new MeliError('MELI_CONFIG_INVALID', 'The address of the proxy is not an http or https address', {
      try: ['set HTTPS_PROXY to an address such as http://proxy.example:3128'],
    })
  const {HttpProxyAgent, HttpsProxyAgent} = await import('hpagent')
  const closing = new AbortController()
  // Each tunnel listens.
  setMaxListeners(0, closing.signal)
  // What Node takes for a request; the types of the library name less.
  const proxyRequestOptions: {headers?: object; signal: AbortSignal} = {
    signal: closing.signal,
    ...verified,
    ...(isIP(proxy.hostname) !== 0 && nameless),
  }
  const options = {...agent, ...verified, proxy: withoutName(proxy), proxyRequestOptions}
  return {
    http: endingWith(new HttpProxyAgent(options), closing),
    https: endingWith(new HttpsProxyAgent(options), closing),
  }
}

/** Keeps Node from sending the name of the host behind the proxy. */
const nameless = {servername: ''}

/**
 * The library sends the host of an https proxy as its name, and Node 26 refuses a number there. It does so for the scheme
 * `https:` alone, and goes by TLS for all but `http:`.
 */
function withoutName(proxy: URL): URL {
  if (proxy.protocol === 'http:' || isIP(proxy.hostname) === 0) return proxy
  return Object.create(proxy, {
    protocol: {value: 'tls:'},
    hostname: {value: proxy.hostname},
    port: {value: proxy.port},
    username: {value: proxy.username},
    password: {value: proxy.password},
  })
}

/** An agent knows nothing of a tunnel that the proxy is still asked for, and one that never answers would hold the process. */
function endingWith<A extends HttpAgent>(agent: A, closing: AbortController): A {
  const destroy = agent.destroy.bind(agent)
  agent.destroy = () => {
    closing.abort()
    destroy()
  }
  return agent
}
