import type {FastifyInstance} from 'fastify'
import * as v from 'valibot'
import {type Application, isRegistrableRedirect} from '../model/applications.js'
import {isCallbackUrl, topicNamed, topics} from '../model/notifications/subscriptions.js'
import type {World} from '../model/world.js'
import {applicationOf, count, flag, oneOf, read, reference, text, texts} from './input.js'

const redirectUri = v.pipe(text, v.check(isRegistrableRedirect, 'must be https, or http on loopback'))
const topic = v.pipe(
  text,
  v.check((name) => topicNamed(name) !== undefined, `must be one of ${topics.join(', ')}`),
)

const changes = {
  pkce: v.exactOptional(oneOf(['off', 'optional', 'required'])),
  offline_access: v.exactOptional(flag),
  scopes: v.exactOptional(texts),
  permissions: v.exactOptional(texts),
  redirect_uris: v.exactOptional(v.array(redirectUri)),
  error_shape: v.exactOptional(oneOf(['message', 'error_description'])),
  /** Null sends no notifications. */
  notifications_url: v.exactOptional(
    v.nullable(v.pipe(text, v.check(isCallbackUrl, 'must be an http or https address'))),
  ),
  topics: v.exactOptional(v.array(topic)),
}
type Changes = v.InferOutput<v.StrictObjectSchema<typeof changes, undefined>>

const newBody = v.strictObject({name: v.optional(text, 'Another application'), ...changes})
const changeBody = v.strictObject({
  client_id: v.exactOptional(reference),
  ...changes,
  /** `true` replaces the secret at once; with `{"grace_ms": n}` the old one stays valid that long. */
  rotate_secret: v.exactOptional(v.union([flag, v.strictObject({grace_ms: v.optional(count, 0)})])),
})

/** Routes for what the owner of an application sets in the service's own console. */
export function registerApplications(app: FastifyInstance, world: World): void {
  app.get('/_emulator/app', () => view(world, world.applications.first()))

  app.post('/_emulator/app', (request) => {
    const {client_id: id, rotate_secret: rotation = false, ...wanted} = read(changeBody, request.body)
    const application = applicationOf(world, id)
    change(world, application, wanted)
    if (rotation !== false) world.rotateSecret(application, rotation === true ? 0 : rotation.grace_ms)
    return view(world, application)
  })

  app.post('/_emulator/apps', (request, reply) => {
    const {name, ...wanted} = read(newBody, request.body)
    const {siteId, ownerId, redirectUris} = world.applications.first()
    const application = world.applications.add({
      name,
      ownerId,
      siteId,
      redirectUris: [...redirectUris],
      pkce: 'optional',
      scopes: ['offline_access', 'read', 'write'],
    })
    change(world, application, wanted)
    return reply.code(201).send(view(world, application))
  })
}

/** Setting `topics` also brings back topics that were switched off. */
function change(world: World, application: Application, wanted: Changes): void {
  const {notifications_url: url, topics: subscribed} = wanted
  if (url !== undefined || subscribed !== undefined)
    world.notifications.subscribe(application.id, {
      ...(url !== undefined && {url}),
      ...(subscribed && {topics: subscribed}),
    })
  application.redirectUris = wanted.redirect_uris ?? application.redirectUris
  application.pkce = wanted.pkce ?? application.pkce
  application.errorShape = wanted.error_shape ?? application.errorShape
  application.scopes = wanted.scopes ?? application.scopes
  application.permissions = wanted.permissions ?? application.permissions
  if (wanted.offline_access === undefined) return
  const online = application.scopes.filter((scope) => scope !== 'offline_access')
  application.scopes = wanted.offline_access ? ['offline_access', ...online] : online
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
