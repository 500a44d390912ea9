import type {FastifyInstance} from 'fastify'
import {notFound} from '../model/api-error.js'
import {itemNotFound} from '../model/items/errors.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'
import {documentedSelection, elementSelection, readSelection, readShowing} from './item-selection.js'
import {
  type Asking,
  fetchPart,
  inOwnOrder,
  missingHeader,
  type Part,
  readIds,
  writeBulk,
  writeDocumentedBulk,
  writeOldMultiget,
} from './multiget.js'
import {type Query, readQuery} from './query.js'

const jsonType = 'application/json; charset=utf-8'

/** Up to twenty items in one answer, by the old route and the new. docs/mercadolibre.md, sections 0 and 6.2. */
export function registerMultiget(app: FastifyInstance, world: World): void {
  const fetchParts = (query: Query, asking: Asking): Part[] => {
    const ids = readIds(query.get('ids'))
    return (world.catalogue.settings.multiget_order === 'own' ? inOwnOrder(ids) : ids).map((id) =>
      fetchPart(world.catalogue, 'bulk', id, asking),
    )
  }

  app.get('/items/bulk', (request, reply) => {
    const {userId: viewerId} = authenticate(world, request)
    // Where the route does not exist yet, `bulk` is just the id of an item.
    const {settings} = world.catalogue
    if (settings.bulk === 'only-old') throw itemNotFound('bulk')
    const query = readQuery(request.query)
    const isDocumented = settings.bulk_element === 'documented'
    const wanted = readSelection(query.get('attributes'))
    const selection = isDocumented ? documentedSelection(wanted) : elementSelection(wanted)
    const showing = settings.bulk_include_attributes === 'heeded' ? readShowing(query) : undefined
    const parts = fetchParts(query, {viewerId, selection: selection.body, showing})
    const json = isDocumented ? writeDocumentedBulk(parts) : writeBulk(parts, selection)
    return reply.headers(missingHeader(parts)).type(jsonType).send(json)
  })

  app.get('/items', (request, reply) => {
    const {userId: viewerId} = authenticate(world, request)
    // What the old route answers once it is off is unconfirmed. docs/mercadolibre.md, section 0.
    if (world.catalogue.settings.bulk === 'only-new') throw notFound('resource not found')
    const query = readQuery(request.query)
    const selection = readSelection(query.get('attributes'))
    const parts = fetchParts(query, {viewerId, selection, showing: readShowing(query)})
    return reply.headers(missingHeader(parts)).type(jsonType).send(writeOldMultiget(parts))
  })
}
