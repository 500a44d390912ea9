import type {FastifyInstance} from 'fastify'
import {badRequest, notFound, standardError} from '../model/api-error.js'
import {AuthorizationError, giveConsent} from '../model/authorization.js'
import {sites} from '../model/sites.js'
import type {NewUser, User} from '../model/users.js'
import type {World} from '../model/world.js'
import {Body} from './body.js'

/** Accounts made, consents given and grants ended without the pages. */
export function registerAccounts(app: FastifyInstance, world: World): void {
  app.post('/_emulator/users', (request, reply) => {
    const {id, nickname, password, email, siteId, tags} = createUser(world, request.body)
    return reply.code(201).send({id, nickname, password, email, site_id: siteId, tags})
  })

  app.post('/_emulator/consent', (request) => {
    const body = new Body(request.body, ['authorization_url', 'user', 'deny'])
    const [url, user, deny] = [body.text('authorization_url'), body.reference('user'), body.flag('deny')]
    if (url === undefined) throw badRequest('authorization_url is missing')
    try {
      return {redirect_to: giveConsent(world, url, {deny: deny ?? false, ...(user === undefined ? {} : {user})})}
    } catch (error) {
      if (error instanceof AuthorizationError)
        throw standardError(400, error.fault, 'the consent page would refuse this')
      throw error
    }
  })

  app.post('/_emulator/revoke', (request) => {
    const user = userOf(world, new Body(request.body, ['user']).reference('user'))
    return {user_id: user.id, revoked: world.grants.revoke({userId: user.id})}
  })

  app.post('/_emulator/password', (request) => {
    const user = userOf(world, new Body(request.body, ['user']).reference('user'))
    return {user_id: user.id, password: world.changePassword(user)}
  })
}

/** The user of that id or nickname. @throws WireError 404 */
export function userOf(world: World, reference: string | number | undefined, field = 'user'): User {
  if (reference === undefined) throw badRequest(`${field} is missing`)
  const user = world.users.find(reference)
  if (user === undefined) throw notFound(`there is no user ${reference}`)
  return user
}

function createUser(world: World, raw: unknown): User {
  const body = new Body(raw, ['site_id', 'nickname', 'tags', 'operator_of', 'test_user_of'])
  const siteId = body.text('site_id') ?? world.siteId
  if (!sites.has(siteId)) throw badRequest(`there is no site ${siteId}`)
  if (body.has('test_user_of')) return world.users.addTest(userOf(world, body.reference('test_user_of')).id, siteId)

  const fields: NewUser = {siteId, recent: true}
  const [nickname, tags] = [body.text('nickname'), body.texts('tags')]
  if (nickname !== undefined && world.users.find(nickname) !== undefined) throw badRequest(`${nickname} is taken`)
  if (nickname !== undefined) fields.nickname = nickname
  if (tags !== undefined) fields.tags = tags
  if (body.has('operator_of')) fields.operatorOf = userOf(world, body.reference('operator_of')).id
  return world.users.addReal(fields)
}
