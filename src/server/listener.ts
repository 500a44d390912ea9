import {unwatchFile, watchFile} from 'node:fs'
import {createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse} from 'node:http'
import {createServer as createSecureServer} from 'node:https'
import {type AddressInfo, isIPv6} from 'node:net'
import type {Duplex} from 'node:stream'
import {readTls, type TlsFiles} from '../config/tls-files.js'
import {MeliError} from '../core/errors.js'
import {addressList} from './address-list.js'
import {Connections} from './connections.js'

export interface ListenerOptions {
  host: string
  /** 0 is any free one. */
  port: number
  tls?: TlsFiles | undefined
  /** Told when changed certificate files are in use (null), or cannot be used. */
  onCertificate?: ((problem: string | null) => void) | undefined
  /** More are closed as they come. */
  maxConnections?: number
  /** The most connections that one client may hold; proxies are exempt. */
  maxConnectionsOfOne?: number
  /** Addresses and CIDRs that everybody comes through. */
  proxies?: readonly string[] | undefined
  /** Told the address of a client that has as many connections as it may. */
  onCrowd?: ((ip: string) => void) | undefined
  /** Milliseconds for the headers of a request, and for a connection that sends nothing. */
  headersTimeout?: number
  /** Milliseconds for a TLS handshake. */
  handshakeTimeout?: number
}

export interface Listener {
  /** Where it really listens, such as `http://127.0.0.1:3000`. */
  readonly url: URL
  /** Requests go here from now on; those before it are answered 503. */
  serve(handler: RequestListener): void
  /** Takes no more connections, lets requests end that are under way, and then drops whoever is still connected. */
  drain(patienceMs: number): Promise<void>
}

export const limits = {
  /** As long as a client may take to send a request. Mercado Libre and browsers take less than a second. */
  requestTimeout: 30_000,
  headersTimeout: 15_000,
  /** Longer than proxies keep theirs, so that it is they who close. */
  keepAliveTimeout: 75_000,
  maxHeaderSize: 16 * 1024,
  /** How late the first two may be noticed. */
  connectionsCheckingInterval: 5_000,
}
/** Far more than proxies and Mercado Libre open; some 100 MB when all of them speak TLS. */
export const mostConnections = 2_000
/** Far more than a browser opens, or one sender of notifications, and few enough to leave others theirs. */
const mostOfOneClient = 200
const certificateCheckMs = 30_000

/** Binds before it returns: MELI_PORT_UNAVAILABLE, or MELI_CONFIG_INVALID for certificate files that cannot be used. */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const {host, port, tls, onCertificate, maxConnections = mostConnections, handshakeTimeout = 15_000} = options
  const {maxConnectionsOfOne: mostOfOne = mostOfOneClient, proxies = [], onCrowd} = options
  const {headersTimeout = limits.headersTimeout} = options
  const within = {
    ...{...limits, headersTimeout},
    connectionsCheckingInterval: Math.min(limits.connectionsCheckingInterval, headersTimeout),
  }
  let handler: RequestListener = (_request, response) => void response.writeHead(503).end('Starting.\n')
  const underway = new Underway()
  const take: RequestListener = (request, response) => {
    underway.add(response)
    if (isAmbiguous(request)) response.writeHead(400, {connection: 'close'}).end('Ambiguous.\n')
    else handler(request, response)
  }
  const secure =
    tls === undefined ? undefined : createSecureServer({...within, handshakeTimeout, ...readTls(tls)}, take)
  const server = secure ?? createServer(within, take)
  server.maxConnections = maxConnections
  server.on('clientError', refuse)
  const connections = new Connections(server, {mostOfOne, isExempt: addressList(proxies), onCrowd})
  await listen(server, host, port)
  const onChange = () => {
    const problem = tls === undefined ? null : problemOf(() => secure?.setSecureContext(readTls(tls)))
    onCertificate?.(problem)
  }
  // Looked at rather than listened to: certificates are renewed by programs that replace files and links.
  const watched = tls === undefined ? [] : [tls.cert, tls.key]
  for (const file of watched) watchFile(file, {interval: certificateCheckMs, persistent: false}, onChange)

  const {port: bound} = server.address() as AddressInfo
  return {
    url: new URL(`http${tls === undefined ? '' : 's'}://${isIPv6(host) ? `[${host}]` : host}:${bound}`),
    serve(next) {
      handler = next
    },
    async drain(patienceMs) {
      for (const file of watched) unwatchFile(file, onChange)
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      const over = setTimeout(() => connections.drop(), patienceMs)
      await underway.ended()
      await Promise.race([connections.end(), closed])
      connections.drop()
      await closed
      clearTimeout(over)
    },
  }
}

/** The requests that are being answered. */
class Underway {
  private readonly responses = new Set<ServerResponse>()
  private isEnding = false

  add(response: ServerResponse): void {
    this.responses.add(response)
    this.mark(response)
    response.once('close', () => this.responses.delete(response))
  }

  /** Resolves when all are; connections are not kept from now on. */
  async ended(): Promise<void> {
    this.isEnding = true
    for (const response of this.responses) this.mark(response)
    const closed = (response: ServerResponse) => new Promise<void>((resolve) => response.once('close', () => resolve()))
    while (this.responses.size > 0) await Promise.all([...this.responses].map(closed))
  }

  private mark(response: ServerResponse): void {
    if (this.isEnding && !response.headersSent) response.setHeader('connection', 'close')
  }
}

/** Of two Hosts Node takes the first, and a proxy may have taken the last; a whole address names a third one. */
function isAmbiguous({rawHeaders, url}: IncomingMessage): boolean {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host')
  return hosts.length > 1 || !/^[/*]/.test(url ?? '')
}

/** What is not HTTP, or more than is taken, before any route has seen it. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  // Without a handshake an answer would wait for it for ever.
  if (/^(?:ECONNRESET|ERR_SSL_|ERR_TLS_)/.test(error.code ?? '') || !socket.writable) return void socket.destroy()
  const status = statuses[error.code ?? ''] ?? '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

const statuses: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(unavailable(error, host, port)))
    server.listen({host, port, exclusive: true}, resolve)
  })
}

function unavailable(cause: NodeJS.ErrnoException, host: string, port: number): MeliError {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `another program is listening on port ${port} of ${host}`,
    EACCES: `this user may not listen on port ${port} of ${host}`,
    EADDRNOTAVAIL: `${host} is no address of this machine`,
    ENOTFOUND: `${host} is no address of this machine`,
  }
  const message = reasons[cause.code ?? ''] ?? `port ${port} of ${host} cannot be listened on (${cause.code})`
  const suggestions = ['choose another one with --port', 'or stop the program that uses it']
  return new MeliError('MELI_PORT_UNAVAILABLE', message, {try: suggestions, details: {host, port, reason: cause.code}})
}

function problemOf(work: () => void): string | null {
  try {
    work()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
