import type {FastifyInstance} from 'fastify'
import {accessDenied, badRequest, forbidden} from '../model/api-error.js'
import {sites} from '../model/sites.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'

/** docs/mercadolibre.md, section 4. */
const mostPerOwner = 10

/** `POST /users/test_user`. This answer is the only time the password is seen. */
export function registerTestUsers(app: FastifyInstance, world: World): void {
  app.post('/users/test_user', (request, reply) => {
    const caller = authenticate(world, request)
    if (caller.isTestUser) throw accessDenied()
    const siteId = askedSite(request.body)
    if (siteId === undefined || !sites.has(siteId)) throw badRequest('invalid site_id')
    if (world.users.testUsersOf(caller.userId).length >= mostPerOwner) throw forbidden()
    const user = world.users.addTest(caller.userId, siteId)
    return reply
      .code(world.settings.test_user_status)
      .send({id: user.id, nickname: user.nickname, password: user.password, site_status: 'active'})
  })
}

function askedSite(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('site_id' in body)) return undefined
  return typeof body.site_id === 'string' ? body.site_id : undefined
}
