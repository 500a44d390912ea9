import type {Socket} from 'node:net'
import {Readable} from 'node:stream'
import {setImmediate as nextTurn, setTimeout as wait} from 'node:timers/promises'
import {constants, gzipSync} from 'node:zlib'
import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify'
import type {Fault} from '../model/faults.js'
import type {LoggedRequest} from '../model/request-log.js'
import {rateLimited, standardError, WireError} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {callingApplication} from './authenticate.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** The entry in the request log; null for the control routes, which are not logged. */
    logged: LoggedRequest | null
    /** The fault that applies to the answer. */
    fault: Fault | null
  }
}

/** Hooks for all requests: headers, log, faults, latency, rate limit and compression. */
export function registerRequestHooks(app: FastifyInstance, world: World): void {
  app.decorateRequest('logged', null)
  app.decorateRequest('fault', null)

  app.addHook('onRequest', async (request, reply) => {
    // Clients compare their clock with this header, so it has the emulator's time.
    void reply.header('date', world.clock.now().toUTCString())
    if (isControl(request)) return
    request.logged = world.requests.begin(world.clock.now(), request.method, request.url)
    void reply.header('x-request-id', `emulator-${String(request.logged.n).padStart(8, '0')}`)
    if (world.settings.latency_ms > 0) await sleep(world.settings.latency_ms)
    await applyFaultBefore(world, request, reply)
    if (!reply.sent) limitRate(world, request)
  })

  app.addHook('onSend', async (request, reply, payload) => {
    const sent = compress(request, reply, payload)
    if (request.logged === null) return sent
    request.logged.status = reply.statusCode
    request.logged.bytes = typeof sent === 'string' || Buffer.isBuffer(sent) ? Buffer.byteLength(sent) : 0
    return applyFaultAfter(request, reply, sent)
  })
}

/** Does not keep a closing process alive. */
function sleep(ms: number): Promise<unknown> {
  return wait(ms, undefined, {ref: false})
}

function isControl(request: FastifyRequest): boolean {
  return /^\/_emulator(?:[/?]|$)/.test(request.url)
}

/** Applies a fault before the handler runs. */
async function applyFaultBefore(world: World, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const fault = world.faults.take(request.method, request.url.split('?', 1)[0] ?? '/')
  if (fault === undefined) return
  request.fault = fault
  if (request.logged !== null) request.logged.fault = fault.type
  switch (fault.type) {
    case 'delay':
      await sleep(fault.ms)
      return
    case 'drop-before':
      reply.hijack()
      request.raw.socket.destroy()
      return
    case 'rate-limit':
      throw rateLimited(fault.shape ?? world.settings.rate_limit_shape)
    case 'status':
      throw new WireError(
        fault.status,
        'body' in fault ? fault.body : standardError(fault.status, 'emulated_fault', 'a scripted fault').body,
        fault.headers,
      )
    default:
      return
  }
}

function limitRate(world: World, request: FastifyRequest): void {
  const {rate_limit_per_minute: rateLimitPerMinute, rate_limit_shape: rateLimitShape} = world.settings
  if (rateLimitPerMinute === null) return
  const appId = callingApplication(world, request)
  if (appId !== undefined && !world.limiter.admit(`api:${appId}`, rateLimitPerMinute)) throw rateLimited(rateLimitShape)
}

/** Applies a fault after the handler, when state has changed. */
function applyFaultAfter(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  switch (request.fault?.type) {
    case 'drop-after-commit':
      request.raw.socket.destroy()
      return payload
    case 'garbage':
      void reply.removeHeader('content-encoding').removeHeader('content-length')
      return '<html>this is not what you asked for'
    case 'truncate':
      return truncated(request, reply, payload)
    default:
      return payload
  }
}

/** Announces the whole length and sends half. Fastify destroys the connection of a stream that fails. */
function truncated(request: FastifyRequest, reply: FastifyReply, payload: unknown): Readable {
  const whole = Buffer.isBuffer(payload) ? payload : Buffer.from(typeof payload === 'string' ? payload : '')
  void reply.header('content-length', whole.length)
  return Readable.from(firstHalf(whole, request.raw.socket), {objectMode: false})
}

async function* firstHalf(whole: Buffer, socket: Socket): AsyncGenerator<Buffer> {
  yield whole.subarray(0, Math.ceil(whole.length / 2))
  // Destroying the socket discards unsent data.
  do await nextTurn()
  while (socket.writableLength > 0 && !socket.destroyed)
  throw new Error('truncated on purpose')
}

const smallestBody = 1024

/** Gzips a body of more than 1 KB for a client that accepts it. Undocumented at the source (docs/mercadolibre.md, section 12). */
function compress(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return payload
  if (Buffer.byteLength(payload) <= smallestBody || reply.hasHeader('content-encoding')) return payload
  void reply.header('vary', 'accept-encoding')
  if (!/(?:^|[\s,])gzip(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(request.headers['accept-encoding'] ?? ''))
    return payload
  void reply.header('content-encoding', 'gzip').removeHeader('content-length')
  // Synchronous at the fastest level, because a thread costs more on a machine shared with the program under test.
  return gzipSync(payload, {level: constants.Z_BEST_SPEED, chunkSize: 16 * 1024})
}
