import {STATUS_CODES} from 'node:http'
import type {Socket} from 'node:net'
import formbody from '@fastify/formbody'
import type {FastifyError, FastifyInstance, FastifyReply, FastifyRequest} from 'fastify'
import {isTooDeep} from '../model/json.js'
import {badRequest, standardError, WireError} from '../model/wire-errors.js'

/** Parses bodies, and answers errors of the web framework in the service's shape. */
export function registerBodiesAndErrors(app: FastifyInstance): void {
  void app.register(formbody)
  readJson(app, (error) => error)
  app.addContentTypeParser('*', {parseAs: 'buffer'}, (_request, body, done) => {
    if (body.length === 0) done(null, undefined)
    else done(standardError(415, 'unsupported_media_type', 'Unsupported media type'))
  })
  app.setErrorHandler((error, _request, reply) =>
    sendError(reply, error instanceof WireError ? error : fromFastify(error as FastifyError)),
  )
}

/**
 * Parses JSON bodies of this scope. An empty body counts as none, because clients send one with a DELETE (docs/mercadolibre.md,
 * section 7). `recover` may return a value for a body that cannot be parsed.
 */
export function readJson(
  app: FastifyInstance,
  recover: (error: Error, request: FastifyRequest, text: string) => unknown,
): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<string>('application/json', {parseAs: 'string'}, (request, text, done) => {
    if (text.trim() === '') {
      done(null, undefined)
      return
    }
    void parse(request, text, (failure, body) => {
      const error = failure ?? (isTooDeep(text) ? badRequest('Malformed JSON') : null)
      if (error === null) {
        done(null, body)
        return
      }
      const recovered = recover(error, request, text)
      if (recovered instanceof Error) done(recovered)
      else done(null, recovered)
    })
  })
}

export function sendError(reply: FastifyReply, {status, body, headers}: WireError): FastifyReply {
  void reply.code(status).headers(headers)
  if (body === undefined) return reply.send()
  if (typeof body === 'string') return reply.type('text/plain').send(body)
  return reply.send(body)
}

const refusals: Readonly<Record<string, WireError>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: badRequest('Malformed JSON'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: standardError(415, 'unsupported_media_type', 'Unsupported media type'),
  FST_ERR_CTP_BODY_TOO_LARGE: standardError(413, 'request_entity_too_large', 'Request entity too large'),
  FST_ERR_BAD_URL: badRequest('Malformed URL'),
}

/** Turns an error of Fastify into the service's shape. A bug of the emulator becomes a warning of the process. */
export function fromFastify(error: FastifyError): WireError {
  const status = error.statusCode ?? 500
  if (status < 500)
    return refusals[error.code] ?? standardError(status, 'bad_request', STATUS_CODES[status] ?? 'Bad Request')
  process.emitWarning(error)
  return standardError(500, 'internal_server_error', 'Internal server error')
}

/** Answers a request that Node could not parse, unless the connection was cut. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
  const reason = STATUS_CODES[status] ?? 'Bad Request'
  const body = JSON.stringify(standardError(status, 'bad_request', reason).body)
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
