import type {FastifyInstance} from 'fastify'
import {badRequest} from '../model/api-error.js'
import {itemNotFound} from '../model/items/errors.js'
import type {Item} from '../model/items/item.js'
import {readOutcome} from '../model/items/outcomes.js'
import {renderItem} from '../model/items/render.js'
import {changeSettings} from '../model/items/settings.js'
import {isFields} from '../model/json.js'
import {registerSettings} from '../model/settings.js'
import {isTestUser} from '../model/users.js'
import type {World} from '../model/world.js'
import {userOf} from './accounts.js'
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
