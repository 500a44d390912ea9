import {createServer, type RequestListener} from 'node:http'
import {createServer as createSecureServer} from 'node:https'
import type {Server, Socket} from 'node:net'
import {MeliError} from '../core/errors.js'
import type {Certificate} from './certificate.js'
import type {LoopbackEndpoint} from './loopback.js'

export interface OpenSockets {
  /** Stops listening and drops every connection, whatever state it is in. */
  close(): Promise<void>
}

type Bound = {server: Server; connections: Set<Socket>}

/** Listens on each address of the endpoint, or on none: MELI_CALLBACK_PORT_TAKEN. */
export async function openSockets(
  endpoint: LoopbackEndpoint,
  handler: RequestListener,
  certificate: Certificate | undefined,
): Promise<OpenSockets> {
  const bound: Bound[] = []
  let unavailable: unknown
  for (const address of endpoint.addresses) {
    const server = certificate === undefined ? createServer(handler) : createSecureServer(certificate, handler)
    try {
      await listenOn(server, address, endpoint.port)
      bound.push({server, connections: trackConnections(server)})
    } catch (error) {
      unavailable = error
      // A machine without IPv6 (or IPv4) is no obstacle as long as the other answers.
      if (isMissingStack(error)) continue
      await Promise.all(bound.map(release))
      throw portError(endpoint, error)
    }
  }
  if (bound.length === 0) throw portError(endpoint, unavailable)
  return {close: async () => void (await Promise.all(bound.map(release)))}
}

function listenOn(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({host, port, exclusive: true}, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** The http module forgets connections that have not finished their TLS handshake, and would wait two minutes for them. */
function trackConnections(server: Server): Set<Socket> {
  const connections = new Set<Socket>()
  const track = (socket: Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  }
  server.on('connection', track)
  server.on('secureConnection', track)
  return connections
}

function release({server, connections}: Bound): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    for (const socket of connections) socket.destroy()
  })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}

function isMissingStack(error: unknown): boolean {
  return ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes(codeOf(error))
}

function portError({host, port}: LoopbackEndpoint, cause: unknown): MeliError {
  const reason = codeOf(cause)
  const otherWays = [
    'register a redirect URI with another port in the application and set MELI_REDIRECT_URI to it',
    'or run meli auth login --no-wait, and meli auth complete with the address the browser ends on',
  ]
  const details = {host, port, reason}
  if (reason === 'EACCES')
    return new MeliError('MELI_CALLBACK_PORT_TAKEN', `This user may not listen on port ${port} of ${host}`, {
      try: [...(port < 1024 ? ['ports below 1024 need special rights: use a higher one'] : []), ...otherWays],
      details,
      cause,
    })
  if (reason === 'EADDRINUSE')
    return new MeliError('MELI_CALLBACK_PORT_TAKEN', `Another program is listening on port ${port} of ${host}`, {
      try: ['stop that program, or another meli auth login that is still waiting', ...otherWays],
      details,
      cause,
    })
  const message = `Port ${port} of ${host} cannot be listened on (${reason})`
  return new MeliError('MELI_CALLBACK_PORT_TAKEN', message, {try: otherWays, details, cause})
}
