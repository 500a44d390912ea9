import type {FastifyInstance} from 'fastify'
import {accessDenied} from '../model/api-error.js'
import {publish, readPublication} from '../model/items/publish.js'
import {descriptionOf, renderItem} from '../model/items/render.js'
import {withoutForeignStock} from '../model/items/stock-elsewhere.js'
import {ownItem, updateItem} from '../model/items/update.js'
import {visibleItem} from '../model/items/views.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'
import {readSelection, readShowing} from './item-selection.js'
import {fetchPart, missingHeader} from './multiget.js'
import {readQuery} from './query.js'

type ItemRoute = {Params: {id: string}}

/** One item: read, publish, change. docs/mercadolibre.md, sections 6.3 to 6.5. */
export function registerItem(app: FastifyInstance, world: World): void {
  app.get<ItemRoute>('/items/:id', (request, reply) => {
    const {userId: viewerId} = authenticate(world, request)
    const query = readQuery(request.query)
    const selection = readSelection(query.get('attributes'))
    const part = fetchPart(world.catalogue, 'item', request.params.id, {
      viewerId,
      selection,
      showing: readShowing(query),
    })
    if (part.isForeign) throw accessDenied()
    return reply
      .code(part.status)
      .headers(missingHeader([part]))
      .send(part.body)
  })

  app.get<ItemRoute>('/items/:id/description', (request, reply) => {
    const item = visibleItem(world.catalogue, request.params.id, authenticate(world, request).userId)
    return reply.send({plain_text: descriptionOf(item)})
  })

  app.post('/items', (request, reply) => {
    const item = publish(world.catalogue, authenticate(world, request), request.body)
    return reply.code(201).send(renderItem(item))
  })

  app.post('/items/validate', (request, reply) => {
    readPublication(request.body, authenticate(world, request))
    return reply.code(204).send()
  })

  app.put<ItemRoute>('/items/:id', (request) => {
    const {userId, tags} = authenticate(world, request)
    const item = ownItem(world.catalogue, request.params.id, userId)
    return world.catalogue.updatesUnderWay.alone(item.id, () =>
      updateItem(world.catalogue, item, withoutForeignStock(world.catalogue, item, request.body, tags)),
    )
  })
}
