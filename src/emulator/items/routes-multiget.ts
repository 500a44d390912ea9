import type {FastifyInstance} from 'fastify'
import {readQuery} from '../query.js'
import {notFound} from '../wire-errors.js'
import type {ItemsDeps} from './deps.js'
import {itemNotFound} from './errors.js'
import {fetchPart, missingHeader, readIds, writeElements} from './multiget.js'
import {bulkSelection, readSelection} from './selection.js'

const jsonType = 'application/json; charset=utf-8'

/** Up to twenty items in one answer, by the old route and the new. docs/mercadolibre.md, sections 0 and 6.2. */
export function registerMultiget(app: FastifyInstance, {catalogue, caller}: ItemsDeps): void {
  app.get('/items/bulk', (request, reply) => {
    const {userId} = caller(request)
    // Where the route does not exist yet, `bulk` is just the id of an item.
    if (catalogue.settings.bulk === 'only-old') throw itemNotFound('bulk')
    const query = readQuery(request.query)
    const selection = bulkSelection(readSelection(query.get('attributes')))
    const parts = readIds(query.get('ids')).map((id) => fetchPart(catalogue, 'bulk', id, userId, selection))
    const json = writeElements(parts, ({id, status}) => `"id":${JSON.stringify(id)},"status_code":${status}`)
    return reply.headers(missingHeader(parts)).type(jsonType).send(json)
  })

  app.get('/items', (request, reply) => {
    const {userId} = caller(request)
    // What the old route answers once it is off is unconfirmed. docs/mercadolibre.md, section 0.
    if (catalogue.settings.bulk === 'only-new') throw notFound('resource not found')
    const query = readQuery(request.query)
    const selection = readSelection(query.get('attributes'))
    const parts = readIds(query.get('ids')).map((id) => fetchPart(catalogue, 'bulk', id, userId, selection))
    const json = writeElements(parts, ({status}) => `"code":${status}`)
    return reply.headers(missingHeader(parts)).type(jsonType).send(json)
  })
}
