import {isIPv4} from 'node:net'

/** Where to listen for a redirect URI that leads back to this machine. */
export interface LoopbackEndpoint {
  /** Host name without brackets, as a certificate names it. */
  host: string
  /** IP addresses to bind. More than one for `localhost`, because browsers differ in which they try first. */
  addresses: readonly string[]
  port: number
  secure: boolean
  /** Values of the Host header that mean us. Any other comes from a name that someone pointed at 127.0.0.1. */
  hostHeaders: ReadonlySet<string>
}

/** Undefined when the URI is not http(s) on localhost, 127.0.0.0/8 or [::1]. */
export function loopbackEndpoint(uri: URL): LoopbackEndpoint | undefined {
  const secure = uri.protocol === 'https:'
  if (!secure && uri.protocol !== 'http:') return undefined
  const host = uri.hostname.replace(/^\[(.*)\]$/, '$1')
  const addresses = addressesOf(host)
  if (addresses === undefined) return undefined
  const port = uri.port === '' ? (secure ? 443 : 80) : Number(uri.port)
  return {host, addresses, port, secure, hostHeaders: new Set([uri.host, `${uri.hostname}:${port}`])}
}

function addressesOf(host: string): readonly string[] | undefined {
  if (host === 'localhost') return ['127.0.0.1', '::1']
  if (host === '::1') return ['::1']
  return isIPv4(host) && host.startsWith('127.') ? [host] : undefined
}
