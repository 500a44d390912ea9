import {setTimeout as wait} from 'node:timers/promises'
import type {FastifyInstance} from 'fastify'
import {badRequest, notFound} from '../model/api-error.js'
import {notificationArea} from '../model/named-settings.js'
import {states} from '../model/notifications/notification.js'
import type {HandMade} from '../model/notifications/notifications.js'
import {listed} from '../model/notifications/payload.js'
import {NamedSettings, registerNamedSettings} from '../model/settings.js'
import type {World} from '../model/world.js'
import {Body, usualRows} from './body.js'

const mostAtOnce = 100_000

/** What was sent and what became of it, how it is sent, and notifications made up by hand. */
export function registerNotifications(app: FastifyInstance, world: World): void {
  app.get('/_emulator/notifications', (request) => {
    const query = new Body(request.query, ['state', 'topic', 'after', 'limit'])
    const [state, topic] = [query.oneOf('state', states), query.text('topic')]
    const after = query.digits('after') ?? 0
    const {notifications} = world
    const fitting = notifications
      .list()
      .filter((one) => one.n > after && one.state === (state ?? one.state) && one.topic === (topic ?? one.topic))
    return {
      counts: notifications.counts(),
      total: fitting.length,
      notifications: fitting.slice(0, query.digits('limit') ?? usualRows).map(listed),
    }
  })

  app.post('/_emulator/notifications', (request, reply) => {
    const body = new Body(request.body, handMadeFields)
    const amount = body.count('count') ?? 1
    if (amount < 1 || amount > mostAtOnce) throw badRequest(`count must be between 1 and ${mostAtOnce}`)
    const perSecond = body.count('per_second')
    if (perSecond === 0) throw badRequest('per_second must be at least 1')
    world.notifications.post(readHandMade(world, body), {count: amount, perSecond})
    return reply.code(202).send({count: amount})
  })

  app.delete('/_emulator/notifications', (_request, reply) => {
    world.notifications.clear()
    return reply.code(204).send()
  })

  registerNamedSettings(app, '/_emulator/notifications/settings', () => new NamedSettings([notificationArea(world)]))

  app.post('/_emulator/notifications/idle', async (request) => {
    const {notifications} = world
    const timeoutMs = new Body(request.body, ['timeout_ms']).count('timeout_ms') ?? 10_000
    const late = new AbortController()
    const idle = await Promise.race([
      notifications.idle().then(() => true),
      wait(Math.min(timeoutMs, 600_000), false, {ref: false, signal: late.signal}),
    ])
    late.abort()
    return {idle, counts: notifications.counts()}
  })
}

const handMadeFields = ['topic', 'resource', 'user', 'client_id', 'actions', '_id', 'body', 'count', 'per_second']

function readHandMade(world: World, body: Body): HandMade {
  const id = body.reference('client_id')
  const application = id === undefined ? world.applications.first() : world.applications.get(Number(id))
  if (application === undefined) throw notFound(`there is no application ${id}`)
  if (world.notifications.subscription(application.id).url === null)
    throw badRequest('the application has no notifications_url')
  const [actions, fixedId, raw] = [body.texts('actions'), body.text('_id'), body.raw('body')]
  return {
    appId: application.id,
    userId: userIdOf(world, body.reference('user')),
    topic: body.text('topic') ?? 'items',
    resource: body.text('resource') ?? `/items/${world.siteId}{n}`,
    ...(actions && {actions}),
    ...(fixedId !== undefined && {id: fixedId}),
    ...(raw !== undefined && {raw: typeof raw === 'string' ? raw : JSON.stringify(raw)}),
  }
}

/** The application's owner by default. A number needs no account: receivers have to bear strangers. */
function userIdOf(world: World, reference: string | number | undefined): number {
  if (reference === undefined) return world.applications.first().ownerId
  const user = world.users.find(reference)
  if (user === undefined && !Number.isSafeInteger(Number(reference))) throw notFound(`there is no user ${reference}`)
  return user?.id ?? Number(reference)
}
