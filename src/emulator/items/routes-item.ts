import type {FastifyInstance} from 'fastify'
import {readQuery} from '../query.js'
import {accessDenied} from '../wire-errors.js'
import type {ItemsDeps} from './deps.js'
import {fetchPart, missingHeader} from './multiget.js'
import {publish, readPublication} from './publish.js'
import {descriptionOf, renderItem} from './render.js'
import {readSelection, readShowing} from './selection.js'
import {withoutForeignStock} from './stock-elsewhere.js'
import {ownItem, updateItem} from './update.js'
import {UpdatesUnderWay} from './updates-under-way.js'
import {visibleItem} from './views.js'

type ItemRoute = {Params: {id: string}}

/** One item: read, publish, change. docs/mercadolibre.md, sections 6.3 to 6.5. */
export function registerItem(app: FastifyInstance, {catalogue, caller}: ItemsDeps): void {
  const updates = new UpdatesUnderWay(catalogue.settings)

  app.get<ItemRoute>('/items/:id', (request, reply) => {
    const {userId: viewerId} = caller(request)
    const query = readQuery(request.query)
    const selection = readSelection(query.get('attributes'))
    const part = fetchPart(catalogue, 'item', request.params.id, {viewerId, selection, showing: readShowing(query)})
    if (part.isForeign) throw accessDenied()
    return reply
      .code(part.status)
      .headers(missingHeader([part]))
      .send(part.body)
  })

  app.get<ItemRoute>('/items/:id/description', (request, reply) => {
    const item = visibleItem(catalogue, request.params.id, caller(request).userId)
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

  app.put<ItemRoute>('/items/:id', (request) => {
    const {userId, tags} = caller(request)
    const item = ownItem(catalogue, request.params.id, userId)
    return updates.alone(item.id, () =>
      updateItem(catalogue, item, withoutForeignStock(catalogue, item, request.body, tags)),
    )
  })
}
