import type {FastifyInstance, FastifyRequest} from 'fastify'
import {accessDenied} from '../model/api-error.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'
import {restrictions, searchItems} from './item-search.js'
import {readQuery} from './query.js'

type SellerRoute = {Params: {id: string}}

/** A seller's own listings. docs/mercadolibre.md, section 6.1. */
export function registerSearch(app: FastifyInstance, world: World): void {
  /** Only the owner may look. docs/mercadolibre.md, section 3 (403). */
  const owner = (request: FastifyRequest<SellerRoute>): number => {
    const {userId} = authenticate(world, request)
    if (request.params.id !== String(userId)) throw accessDenied()
    return userId
  }

  app.get<SellerRoute>('/users/:id/items/search', (request, reply) => {
    const {status, headers, body} = searchItems(world.catalogue, owner(request), readQuery(request.query))
    return reply.code(status).headers(headers).send(body)
  })

  app.get<SellerRoute>('/users/:id/items/search/restrictions', (request, reply) =>
    reply.send(restrictions(world.catalogue, owner(request))),
  )
}
