import type {FastifyRequest} from 'fastify'
import {standardError} from '../model/api-error.js'

/**
 * The control routes answer to programs on this machine alone. A page in a browser is kept out by its Origin; the Host
 * must name loopback, or a hostile name that resolves to 127.0.0.1 (DNS rebinding) would be let in as its own origin.
 */
export function admitLocal(request: FastifyRequest): void {
  const {host, origin} = request.headers
  if (!isLoopbackAddress(request.socket.remoteAddress)) throw refused('the control routes are for this machine only')
  if (!isLoopbackHost(host)) throw refused('the Host header must name a loopback address')
  if (origin !== undefined && origin !== `http://${host}`) throw refused('requests of other origins are refused')
}

function refused(message: string): Error {
  return standardError(403, 'forbidden', message)
}

function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && /^(::ffff:)?127\.|^::1$/.test(address)
}

function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host)
}
