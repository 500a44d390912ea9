import type {FastifyInstance} from 'fastify'
import type {Catalogue} from '../items/catalogue.js'
import {itemNotFound} from '../items/errors.js'
import {isFields} from '../items/fields.js'
import type {Item, Owner} from '../items/item.js'
import {readOutcome} from '../items/outcomes.js'
import {renderItem} from '../items/render.js'
import {changeSettings} from '../items/settings.js'
import {registerSettings} from '../settings.js'
import {badRequest} from '../wire-errors.js'
import {Body} from './body.js'

type ItemRoute = {Params: {id: string}}

interface ItemControlDeps {
  catalogue: Catalogue
  /** The user with this id or nickname. @throws WireError 404 */
  owner(ref: string | number): Owner
}

/** What a test does to the catalogue behind the service's back. */
export function registerItemControl(app: FastifyInstance, {catalogue, owner}: ItemControlDeps): void {
  const item = (id: string): Item => {
    const found = catalogue.get(id)
    if (found === undefined) throw itemNotFound(id)
    return found
  }

  app.post('/_emulator/items', (request, reply) => {
    const body = new Body(request.body, ['user', 'count', 'bytes'])
    const [user, count, bytes] = [body.reference('user'), body.count('count'), body.count('bytes')]
    if (user === undefined) throw badRequest('user is missing')
    if (count === undefined) throw badRequest('count is missing')
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
