import {setTimeout as wait} from 'node:timers/promises'
import type {FastifyInstance} from 'fastify'
import * as v from 'valibot'
import {describeNotification, states} from '../model/notifications/notification.js'
import type {CustomNotification} from '../model/notifications/notifications.js'
import {badRequest, notFound} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {
  applicationOf,
  atLeastOne,
  count,
  defaultLimit,
  digits,
  oneOf,
  read,
  reference,
  text,
  texts,
  wholeNumber,
} from './input.js'

const listQuery = v.strictObject({
  state: v.exactOptional(oneOf(states)),
  topic: v.exactOptional(text),
  after: v.optional(digits, '0'),
  limit: v.optional(digits, String(defaultLimit)),
})
const postBody = v.strictObject({
  topic: v.optional(text, 'items'),
  resource: v.exactOptional(text),
  user: v.exactOptional(reference),
  client_id: v.exactOptional(reference),
  actions: v.exactOptional(texts),
  _id: v.exactOptional(text),
  /** Replaces the whole payload: a text is sent as it is, anything else as JSON. */
  body: v.exactOptional(v.unknown()),
  count: v.optional(wholeNumber(1, 100_000), 1),
  per_second: v.exactOptional(atLeastOne),
})
const idleBody = v.strictObject({timeout_ms: v.optional(count, 10_000)})

/** Routes that list notifications with their outcome, and send made-up ones. */
export function registerNotifications(app: FastifyInstance, world: World): void {
  app.get('/_emulator/notifications', (request) => {
    const {state, topic, after, limit} = read(listQuery, request.query)
    const matching = world.notifications
      .list()
      .filter((one) => one.n > after && one.state === (state ?? one.state) && one.topic === (topic ?? one.topic))
    return {
      counts: world.notifications.counts(),
      total: matching.length,
      notifications: matching.slice(0, limit).map(describeNotification),
    }
  })

  app.post('/_emulator/notifications', (request, reply) => {
    const body = read(postBody, request.body)
    world.notifications.post(customNotification(world, body), {count: body.count, perSecond: body.per_second})
    return reply.code(202).send({count: body.count})
  })

  app.delete('/_emulator/notifications', (_request, reply) => {
    world.notifications.clear()
    return reply.code(204).send()
  })

  app.post('/_emulator/notifications/idle', async (request) => {
    const {timeout_ms: timeoutMs} = read(idleBody, request.body)
    const {notifications} = world
    const late = new AbortController()
    const idle = await Promise.race([
      notifications.idle().then(() => true),
      wait(Math.min(timeoutMs, 600_000), false, {ref: false, signal: late.signal}),
    ])
    late.abort()
    return {idle, counts: notifications.counts()}
  })
}

function customNotification(
  world: World,
  {client_id: clientId, _id: id, ...wanted}: v.InferOutput<typeof postBody>,
): CustomNotification {
  const application = applicationOf(world, clientId)
  if (world.notifications.subscription(application.id).url === null)
    throw badRequest('the application has no notifications_url')
  const {topic, resource, user, actions, body} = wanted
  return {
    appId: application.id,
    userId: userIdOf(world, user),
    topic,
    resource: resource ?? `/items/${world.siteId}{n}`,
    ...(actions && {actions}),
    ...(id !== undefined && {id}),
    ...(body !== undefined && {raw: typeof body === 'string' ? body : JSON.stringify(body)}),
  }
}

/** The application's owner by default. A number needs no account, because receivers must cope with unknown users. */
function userIdOf(world: World, id: string | number | undefined): number {
  if (id === undefined) return world.applications.first().ownerId
  const user = world.users.find(id)
  if (user === undefined && !Number.isSafeInteger(Number(id))) throw notFound(`there is no user ${id}`)
  return user?.id ?? Number(id)
}
