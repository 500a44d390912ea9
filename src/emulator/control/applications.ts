import type {FastifyInstance} from 'fastify'
import {badRequest, notFound} from '../model/api-error.js'
import {type Application, isRegistrableRedirect} from '../model/applications.js'
import {isCallback} from '../model/notifications/subscriptions.js'
import {topicNamed, topics} from '../model/notifications/topics.js'
import type {World} from '../model/world.js'
import {Body} from './body.js'

const known = [
  'client_id',
  'pkce',
  'offline_access',
  'scopes',
  'permissions',
  'redirect_uris',
  'error_shape',
  'notifications_url',
  'topics',
  'rotate_secret',
]

/** What the owner of an application sets in the service's own console. */
export function registerApp(app: FastifyInstance, world: World): void {
  app.get('/_emulator/app', () => view(world, world.applications.first()))

  app.post('/_emulator/app', (request) => {
    const body = new Body(request.body, known)
    const application = chosen(world, body)
    subscribe(world, application, body)
    change(application, body)
    rotate(world, application, body.raw('rotate_secret'))
    return view(world, application)
  })

  app.post('/_emulator/apps', (request, reply) => {
    const {siteId, ownerId} = world.applications.first()
    const body = new Body(request.body, ['name', ...known.slice(1, -1)])
    const application = world.applications.add({
      name: body.text('name') ?? 'Another application',
      ownerId,
      siteId,
      redirectUris: [...world.applications.first().redirectUris],
      pkce: 'optional',
      scopes: ['offline_access', 'read', 'write'],
    })
    subscribe(world, application, body)
    change(application, body)
    return reply.code(201).send(view(world, application))
  })
}

function chosen(world: World, body: Body): Application {
  const id = body.reference('client_id')
  const application = id === undefined ? world.applications.first() : world.applications.get(Number(id))
  if (application === undefined) throw notFound(`there is no application ${id}`)
  return application
}

function change(application: Application, body: Body): void {
  const redirectUris = body.texts('redirect_uris')
  const wrong = redirectUris?.find((uri) => !isRegistrableRedirect(uri))
  if (wrong !== undefined) throw badRequest(`a redirect address must be https, or http on loopback: ${wrong}`)
  if (redirectUris !== undefined) application.redirectUris = redirectUris
  application.pkce = body.oneOf('pkce', ['off', 'optional', 'required']) ?? application.pkce
  application.errorShape = body.oneOf('error_shape', ['message', 'error_description']) ?? application.errorShape
  application.scopes = body.texts('scopes') ?? application.scopes
  application.permissions = body.texts('permissions') ?? application.permissions
  const offline = body.flag('offline_access')
  if (offline === undefined) return
  const online = application.scopes.filter((scope) => scope !== 'offline_access')
  application.scopes = offline ? ['offline_access', ...online] : online
}

/** Where notifications go (null: nowhere), and of what; naming the topics brings back those that were switched off. */
function subscribe(world: World, {id}: Application, body: Body): void {
  const url = body.raw('notifications_url') === null ? null : body.text('notifications_url')
  if (typeof url === 'string' && !isCallback(url)) throw badRequest(`notifications cannot be sent to ${url}`)
  const wanted = body.texts('topics')
  const unknown = wanted?.find((topic) => topicNamed(topic) === undefined)
  if (unknown !== undefined) throw badRequest(`there is no topic ${unknown}; there are ${topics.join(', ')}`)
  if (url === undefined && wanted === undefined) return
  world.notifications.subscribe(id, {...(url !== undefined && {url}), ...(wanted && {topics: wanted})})
}

/** `true` renews at once, `{"grace_ms": n}` lets the old secret live on for a while. */
function rotate(world: World, application: Application, raw: unknown): void {
  if (raw === undefined || raw === false) return
  const graceMs = raw === true ? 0 : (new Body(raw, ['grace_ms']).count('grace_ms') ?? 0)
  world.rotateSecret(application, graceMs)
}

function view(world: World, application: Application): Record<string, unknown> {
  const subscription = world.notifications.subscription(application.id)
  return {
    client_id: String(application.id),
    client_secret: application.secret,
    name: application.name,
    owner_id: application.ownerId,
    redirect_uris: application.redirectUris,
    pkce: application.pkce,
    scopes: application.scopes,
    permissions: application.permissions,
    error_shape: application.errorShape,
    notifications_url: subscription.url,
    topics: subscription.topics,
    topics_switched_off: subscription.switchedOff,
  }
}
