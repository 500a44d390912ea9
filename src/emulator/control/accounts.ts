import type {FastifyInstance} from 'fastify'
import * as v from 'valibot'
import {AuthorizationError, giveConsent} from '../model/authorization.js'
import {sites} from '../model/sites.js'
import type {User} from '../model/users.js'
import {badRequest, standardError} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {flag, read, reference, text, texts, userOf} from './input.js'

const userBody = v.strictObject({user: reference})
const consentBody = v.strictObject({
  authorization_url: text,
  user: v.exactOptional(reference),
  deny: v.exactOptional(flag),
})
const newUserBody = v.strictObject({
  site_id: v.exactOptional(text),
  nickname: v.exactOptional(text),
  tags: v.exactOptional(texts),
  operator_of: v.exactOptional(reference),
  test_user_of: v.exactOptional(reference),
})

/** Routes that create accounts, give consent, end grants and change passwords without the consent page. */
export function registerAccounts(app: FastifyInstance, world: World): void {
  app.post('/_emulator/users', (request, reply) => {
    const {id, nickname, password, email, siteId, tags} = createUser(world, read(newUserBody, request.body))
    return reply.code(201).send({id, nickname, password, email, site_id: siteId, tags})
  })

  app.post('/_emulator/consent', (request) => {
    const {authorization_url: url, ...decision} = read(consentBody, request.body)
    try {
      return {redirect_to: giveConsent(world, url, decision)}
    } catch (error) {
      if (error instanceof AuthorizationError)
        throw standardError(400, error.fault, 'the consent page would refuse this')
      throw error
    }
  })

  app.post('/_emulator/revoke', (request) => {
    const {id} = userOf(world, read(userBody, request.body).user)
    return {user_id: id, revoked: world.grants.revoke({userId: id})}
  })

  app.post('/_emulator/password', (request) => {
    const user = userOf(world, read(userBody, request.body).user)
    return {user_id: user.id, password: world.changePassword(user)}
  })
}

function createUser(world: World, wanted: v.InferOutput<typeof newUserBody>): User {
  const {site_id: siteId = world.siteId, nickname, tags, operator_of: employer, test_user_of: creator} = wanted
  if (!sites.has(siteId)) throw badRequest(`there is no site ${siteId}`)
  if (creator !== undefined) return world.users.addTest(userOf(world, creator).id, siteId)
  if (nickname !== undefined && world.users.find(nickname) !== undefined) throw badRequest(`${nickname} is taken`)
  return world.users.addReal({
    siteId,
    recent: true,
    ...(nickname !== undefined && {nickname}),
    ...(tags && {tags}),
    ...(employer !== undefined && {operatorOf: userOf(world, employer).id}),
  })
}
