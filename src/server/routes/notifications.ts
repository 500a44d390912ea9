import type {FastifyError, FastifyReply, FastifyRequest} from 'fastify'
import type {Intake} from '../../services/notifications/intake.js'
import {addressList} from '../address-list.js'
import {notificationsPath} from '../notifications-path.js'
import type {RouteModule} from '../serve-app.js'

export interface NotificationRouteDeps {
  intake: Pick<Intake, 'receive' | 'refuse'>
  /** Addresses and CIDRs that may send; everybody when undefined. */
  senders?: readonly string[] | undefined
}

/** A notification has some 300 bytes. */
const bodyLimit = 16 * 1024
const otherMethods = ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/**
 * `POST /notifications`: 200 once it is stored, also for what is not ours, since the service switches off the topics of
 * whoever refuses; 400 for what is no JSON object, 403 for senders that are not allowed, 503 when it cannot be stored now,
 * so that the service sends it again. Meant for programs: it is not counted by the limit for browsers, sets no cookie and
 * does not look at the Host header.
 */
export function notificationRoutes({intake, senders}: NotificationRouteDeps): RouteModule {
  const allowed = senders === undefined ? undefined : addressList(senders)
  return (app) => {
    const config = {rateLimit: false, anyHost: true} as const
    app.removeAllContentTypeParsers()
    // Whatever it calls itself, it is JSON or nothing.
    app.addContentTypeParser('*', {parseAs: 'string', bodyLimit}, (_request, body, done) => done(null, body))
    app.addHook('onRequest', async (request, reply) => {
      if (allowed === undefined || allowed(request.ip)) return undefined
      intake.refuse()
      request.log.warn({ip: request.ip}, 'a notification from elsewhere was refused')
      return answer(reply, 403, 'This address may not send notifications.')
    })
    app.setErrorHandler((error: FastifyError, request, reply) => refused(error, request, reply, intake))
    app.post(notificationsPath, {config, bodyLimit}, (request, reply) => receive(request, reply, intake))
    app.route({
      ...{method: [...otherMethods], url: notificationsPath, exposeHeadRoute: true, config},
      handler: (_request, reply) => answer(reply.header('allow', 'POST'), 405, 'Notifications are sent with POST.'),
    })
  }
}

async function receive(request: FastifyRequest, reply: FastifyReply, intake: NotificationRouteDeps['intake']) {
  const body = parse(request.body)
  if (body === undefined) {
    intake.refuse()
    return answer(reply, 400, 'The body is not a JSON object.')
  }
  try {
    await intake.receive(body)
    return answer(reply, 200, 'OK')
  } catch (error) {
    request.log.error({err: error}, 'a notification could not be stored')
    return answer(reply.header('retry-after', '5'), 503, 'It could not be stored. Send it again.')
  }
}

/** Undefined when it is no JSON object. */
function parse(body: unknown): object | undefined {
  try {
    const json: unknown = JSON.parse(String(body))
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : undefined
  } catch {
    return undefined
  }
}

function refused(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  intake: Pick<Intake, 'refuse'>,
): FastifyReply {
  const status = error.statusCode ?? 500
  if (status < 500) intake.refuse()
  else request.log.error({err: error}, 'a notification was answered with an error')
  return answer(reply, status, status === 413 ? 'The body is too large.' : 'The request cannot be answered.')
}

function answer(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`)
}
