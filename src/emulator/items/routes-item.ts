import type {FastifyInstance} from 'fastify'
import {readQuery} from '../query.js'
import type {ItemsDeps} from './deps.js'
import {itemNotFound} from './errors.js'
import {withoutForeignStock} from './multi-origin.js'
import {fetchPart, missingHeader} from './multiget.js'
import {publish, readPublication} from './publish.js'
import {descriptionOf, renderItem} from './render.js'
import {readSelection} from './selection.js'
import {ownItem, updateItem} from './update.js'

type ItemRoute = {Params: {id: string}}

/** One item: read, publish, change. docs/mercadolibre.md, sections 6.3 to 6.5. */
export function registerItem(app: FastifyInstance, {catalogue, caller}: ItemsDeps): void {
  app.get<ItemRoute>('/items/:id', (request, reply) => {
    const {userId} = caller(request)
    const selection = readSelection(readQuery(request.query).get('attributes'))
    const part = fetchPart(catalogue, 'item', request.params.id, userId, selection)
    return reply
      .code(part.status)
      .headers(missingHeader([part]))
      .send(part.body)
  })

  app.get<ItemRoute>('/items/:id/description', (request, reply) => {
    caller(request)
    const item = catalogue.get(request.params.id)
    if (item === undefined) throw itemNotFound(request.params.id)
    return reply.send({plain_text: descriptionOf(item)})
  })

  app.post('/items', (request, reply) => {
    const item = publish(catalogue, caller(request), request.body)
    return reply.code(201).send(renderItem(item))
  })

  app.post('/items/validate', (request, reply) => {
    readPublication(request.body, caller(request))
    return reply.code(204).send()
  })

  app.put<ItemRoute>('/items/:id', (request, reply) => {
    const {userId, tags} = caller(request)
    const item = ownItem(catalogue, request.params.id, userId)
    return reply.send(updateItem(catalogue, item, withoutForeignStock(catalogue, item, request.body, tags)))
  })
}
