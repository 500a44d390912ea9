import type {FastifyInstance} from 'fastify'
import {registerSettings} from '../settings.js'
import {badRequest} from '../wire-errors.js'
import type {Catalogue} from './catalogue.js'
import {itemNotFound} from './errors.js'
import {isFields} from './fields.js'
import type {Item, Owner} from './item.js'
import {readOutcome} from './outcomes.js'
import {renderItem} from './render.js'
import {changeSettings} from './settings.js'

type ItemRoute = {Params: {id: string}}

interface ItemsControlDeps {
  catalogue: Catalogue
  /** The user with this id or nickname. @throws WireError 404 */
  owner(ref: string | number): Owner
}

/** What a test does to the catalogue behind the service's back. */
export function registerItemsControl(app: FastifyInstance, {catalogue, owner}: ItemsControlDeps): void {
  const item = (id: string): Item => {
    const found = catalogue.get(id)
    if (found === undefined) throw itemNotFound(id)
    return found
  }

  app.post('/_emulator/items', (request, reply) => {
    const {user, count, bytes} = readSeed(request.body)
    const seller = owner(user)
    catalogue.seed(seller, count, bytes === undefined ? {} : {bytes})
    return reply.code(201).send({user_id: seller.userId, seeded: count, total: catalogue.size(seller.userId)})
  })

  app.post('/_emulator/items/outcomes', (request, reply) => {
    const outcome = readOutcome(request.body)
    catalogue.outcomes.add(outcome)
    return reply.code(201).send(outcome)
  })

  registerSettings(app, '/_emulator/items/settings', catalogue.settings, changeSettings)

  app.post<ItemRoute>('/_emulator/items/:id', (request, reply) => {
    const found = item(request.params.id)
    if (!isFields(request.body)) throw badRequest('the body must be an object')
    catalogue.update(found, request.body)
    return reply.send(renderItem(found))
  })

  app.delete<ItemRoute>('/_emulator/items/:id', (request, reply) => {
    catalogue.remove(item(request.params.id).id)
    return reply.code(204).send()
  })
}

function readSeed(body: unknown): {user: string | number; count: number; bytes?: number} {
  if (!isFields(body)) throw badRequest('the body must be an object')
  const {user, count, bytes} = body
  if (typeof user !== 'string' && typeof user !== 'number') throw badRequest('user must be an id or a nickname')
  if (!isWhole(count)) throw badRequest('count must be a whole number')
  if (bytes === undefined) return {user, count}
  if (!isWhole(bytes)) throw badRequest('bytes must be a whole number')
  return {user, count, bytes}
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}
