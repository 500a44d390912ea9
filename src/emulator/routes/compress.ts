import {constants, gzipSync} from 'node:zlib'
import type {FastifyReply, FastifyRequest} from 'fastify'

const smallestBody = 1024

/** Gzips a body of more than 1 KB for a client that accepts it. Undocumented at the source (docs/mercadolibre.md, section 12). */
export function compress(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return payload
  if (Buffer.byteLength(payload) <= smallestBody || reply.hasHeader('content-encoding')) return payload
  void reply.header('vary', 'accept-encoding')
  if (!/(?:^|[\s,])gzip(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(request.headers['accept-encoding'] ?? ''))
    return payload
  void reply.header('content-encoding', 'gzip').removeHeader('content-length')
  // The fastest level, and at once: the emulator and the program under test share a machine, and a thread costs more.
  return gzipSync(payload, {level: constants.Z_BEST_SPEED, chunkSize: 16 * 1024})
}
