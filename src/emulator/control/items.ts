import type {FastifyInstance} from 'fastify'
import * as v from 'valibot'
import {itemNotFound} from '../model/items/errors.js'
import type {Item} from '../model/items/item.js'
import {outcomeSchema} from '../model/items/outcomes.js'
import {renderItem} from '../model/items/render.js'
import {isFields} from '../model/json.js'
import {isTestUser} from '../model/users.js'
import {badRequest} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {count, read, reference, userOf} from './input.js'

type ItemRoute = {Params: {id: string}}

const seedBody = v.strictObject({user: reference, count, bytes: v.exactOptional(count)})

/** Routes that change the catalogue behind the service's back. */
export function registerItems(app: FastifyInstance, world: World): void {
  app.post('/_emulator/items', (request, reply) => {
    const {user, count: wanted, ...size} = read(seedBody, request.body)
    const seller = userOf(world, user)
    const {id, siteId} = seller
    world.catalogue.seed({userId: id, siteId, isTestUser: isTestUser(seller)}, wanted, size)
    return reply.code(201).send({user_id: id, seeded: wanted, total: world.catalogue.size(id)})
  })

  app.post('/_emulator/items/outcomes', (request, reply) => {
    const outcome = read(outcomeSchema, request.body)
    world.catalogue.outcomes.add(outcome)
    return reply.code(201).send(outcome)
  })

  // Any field of an item may be set, so there is no schema.
  app.post<ItemRoute>('/_emulator/items/:id', (request, reply) => {
    const item = itemOf(world, request.params.id)
    if (!isFields(request.body)) throw badRequest('the body must be an object')
    world.catalogue.update(item, request.body)
    return reply.send(renderItem(item))
  })

  app.delete<ItemRoute>('/_emulator/items/:id', (request, reply) => {
    world.catalogue.remove(itemOf(world, request.params.id).id)
    return reply.code(204).send()
  })
}

function itemOf({catalogue}: World, id: string): Item {
  const item = catalogue.get(id)
  if (item === undefined) throw itemNotFound(id)
  return item
}
