import {isIP, isIPv6} from 'node:net'
import {readTls} from '../config/tls-files.js'
import {MeliError} from '../core/errors.js'
import {isLoopback} from '../core/loopback.js'

export interface ServeFlags {
  host: string
  port: number
  publicUrl?: string | undefined
  tlsCert?: string | undefined
  tlsKey?: string | undefined
  behindProxy?: readonly string[] | undefined
  syncEveryMs: number
}

export interface ServeSettings {
  host: string
  port: number
  tls: {cert: string; key: string} | undefined
  /** Undefined: where it listens. */
  publicUrl: URL | undefined
  /** Addresses and CIDRs whose X-Forwarded-* headers are believed. */
  proxies: readonly string[]
  /** Who alone may be connected, besides this machine: without TLS, what can be reached from outside. Undefined: anybody. */
  peers: readonly string[] | undefined
  syncEveryMs: number
  /** What the operator should know, a sentence each. */
  warnings: readonly string[]
}

const leastSyncEveryMs = 60_000

/** What is wrong whatever the configuration says: told before it is read. */
export function checkServeFlags(flags: Pick<ServeFlags, 'behindProxy' | 'syncEveryMs' | 'tlsCert' | 'tlsKey'>): void {
  const {behindProxy = [], syncEveryMs, tlsCert: cert, tlsKey: key} = flags
  for (const proxy of behindProxy) assertProxy(proxy)
  if (syncEveryMs < leastSyncEveryMs) throw usage('--sync-every is at least 1m', 'omit it to sync every 2h')
  if (cert !== undefined && key !== undefined) readTls({cert, key})
}

/** What the flags come to. MELI_BIND_REFUSED, MELI_CONFIG_INVALID or MELI_USAGE when they do not make a server that is safe. */
export function serveSettings(flags: ServeFlags): ServeSettings {
  const {host, port, tlsCert: cert, tlsKey: key, syncEveryMs, behindProxy: proxies = []} = flags
  const tls = cert !== undefined && key !== undefined ? {cert, key} : undefined
  const isLocal = isLoopback(isIPv6(host) ? `[${host}]` : host)
  if (!isLocal && tls === undefined && proxies.length === 0) throw refused(host)
  const publicUrl = flags.publicUrl === undefined ? undefined : publicUrlOf(flags.publicUrl)
  if (publicUrl === undefined && (proxies.length > 0 || !isLocal)) {
    throw invalid('--public-url is missing', 'add the address that browsers use: --public-url https://meli.example.com')
  }
  const peers = isLocal || tls !== undefined ? undefined : proxies
  return {host, port, tls, publicUrl, proxies, peers, syncEveryMs, warnings: warningsOf({publicUrl, tls, proxies})}
}

function warningsOf({publicUrl, tls, proxies}: Pick<ServeSettings, 'publicUrl' | 'tls' | 'proxies'>): string[] {
  if (publicUrl?.protocol !== 'https:' || tls !== undefined || proxies.length > 0) return []
  return [
    'requests will come through a proxy that is not named: all of them count as one client. Add --behind-proxy 127.0.0.1/32 if it runs here',
  ]
}

function publicUrlOf(text: string): URL {
  const example = 'write the address that browsers use, without a path: --public-url https://meli.example.com'
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw invalid(`--public-url is not an address`, example)
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw invalid('--public-url is not https, which Mercado Libre and secure cookies require', example)
  }
  if (url.href !== `${url.origin}/`) throw invalid('--public-url must contain only scheme, host and port', example)
  return url
}

function assertProxy(text: string): void {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  const most = version === 6 ? 128 : 32
  const isRange = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most)
  if (version !== 0 && isRange && rest.length === 0) return
  // A range of /0 is everybody, and everybody could then say who they are.
  throw usage(
    `--behind-proxy ${JSON.stringify(text)} is no address or range of addresses`,
    'write it as 127.0.0.1 or 10.0.0.0/8',
  )
}

function refused(host: string): MeliError {
  return new MeliError('MELI_BIND_REFUSED', `${host} can be reached from outside, and there is no TLS`, {
    try: [
      'behind an https proxy: add --behind-proxy and its address',
      'or use a certificate: --tls-cert FILE --tls-key FILE',
      'or listen on this machine only: omit --host',
    ],
    details: {host},
  })
}

function invalid(message: string, suggestion: string): MeliError {
  return new MeliError('MELI_CONFIG_INVALID', message, {try: [suggestion]})
}

function usage(message: string, suggestion: string): MeliError {
  return new MeliError('MELI_USAGE', message, {try: [suggestion]})
}
