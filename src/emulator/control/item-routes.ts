import type {FastifyInstance} from 'fastify'
import {itemNotFound} from '../items/errors.js'
import {isFields} from '../items/fields.js'
import type {Item} from '../items/item.js'
import {readOutcome} from '../items/outcomes.js'
import {renderItem} from '../items/render.js'
import {changeSettings} from '../items/settings.js'
import {registerSettings} from '../settings.js'
import {isTestUser} from '../state/users.js'
import type {World} from '../state/world.js'
import {badRequest} from '../wire-errors.js'
import {userOf} from './account-routes.js'
import {Body} from './body.js'

type ItemRoute = {Params: {id: string}}

/** What a test does to the catalogue behind the service's back. */
export function registerItemControl(app: FastifyInstance, world: World): void {
  const item = (id: string): Item => {
    const found = world.catalogue.get(id)
    if (found === undefined) throw itemNotFound(id)
    return found
  }

  app.post('/_emulator/items', (request, reply) => {
    const body = new Body(request.body, ['user', 'count', 'bytes'])
    const seller = userOf(world, body.reference('user'))
    const [count, bytes] = [body.count('count'), body.count('bytes')]
    if (count === undefined) throw badRequest('count is missing')
    const {id, siteId} = seller
    world.catalogue.seed(
      {userId: id, siteId, isTestUser: isTestUser(seller)},
      count,
      bytes === undefined ? {} : {bytes},
    )
    return reply.code(201).send({user_id: id, seeded: count, total: world.catalogue.size(id)})
  })

  app.post('/_emulator/items/outcomes', (request, reply) => {
    const outcome = readOutcome(request.body)
    world.catalogue.outcomes.add(outcome)
    return reply.code(201).send(outcome)
  })

  registerSettings(app, '/_emulator/items/settings', () => world.catalogue.settings, changeSettings)

  app.post<ItemRoute>('/_emulator/items/:id', (request, reply) => {
    const found = item(request.params.id)
    if (!isFields(request.body)) throw badRequest('the body must be an object')
    world.catalogue.update(found, request.body)
    return reply.send(renderItem(found))
  })

  app.delete<ItemRoute>('/_emulator/items/:id', (request, reply) => {
    world.catalogue.remove(item(request.params.id).id)
    return reply.code(204).send()
  })
}
