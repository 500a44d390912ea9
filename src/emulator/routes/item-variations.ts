import type {FastifyInstance, FastifyRequest} from 'fastify'
import {notFound} from '../model/api-error.js'
import type {Catalogue} from '../model/items/catalogue.js'
import {ownItem} from '../model/items/update.js'
import {requireUpdatable} from '../model/items/update-rules.js'
import type {Showing} from '../model/items/variation-view.js'
import {dropVariation} from '../model/items/variations.js'
import {viewItem, visibleItem} from '../model/items/views.js'
import {type Fields, listOfFields} from '../model/json.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'
import {readShowing} from './item-selection.js'
import {readQuery} from './query.js'

type ItemRoute = {Params: {id: string}}
type VariationRoute = {Params: {id: string; variationId: string}}

/** Reading and deleting variations one by one. docs/mercadolibre.md, section 6.4. */
export function registerVariations(app: FastifyInstance, world: World): void {
  app.get<ItemRoute>('/items/:id/variations', (request, reply) =>
    reply.send(
      variationsOf(world.catalogue, request.params.id, authenticate(world, request).userId, showingIn(request)),
    ),
  )

  app.get<VariationRoute>('/items/:id/variations/:variationId', (request, reply) => {
    const {id, variationId} = request.params
    return reply.send(
      pick(variationsOf(world.catalogue, id, authenticate(world, request).userId, showingIn(request)), id, variationId),
    )
  })

  app.delete<VariationRoute>('/items/:id/variations/:variationId', (request, reply) => {
    const {id, variationId} = request.params
    const {userId} = authenticate(world, request)
    const item = ownItem(world.catalogue, id, userId)
    const variation = pick(variationsOf(world.catalogue, id, userId), id, variationId)
    requireUpdatable(item, {variations: []}, world.catalogue.now())
    world.catalogue.update(item, {})
    dropVariation(item, Number(variation.id))
    return reply.send(variationsOf(world.catalogue, id, userId))
  })
}

function showingIn({query}: FastifyRequest): Showing {
  return readShowing(readQuery(query))
}

function variationsOf(catalogue: Catalogue, id: string, viewerId: number, showing?: Showing): Fields[] {
  const item = visibleItem(catalogue, id, viewerId)
  return listOfFields(viewItem(item, viewerId, catalogue.settings, {names: ['variations'], showing}).variations)
}

function pick(variations: readonly Fields[], itemId: string, variationId: string): Fields {
  const found = variations.find(({id}) => String(id) === variationId)
  if (found !== undefined) return found
  throw notFound(`Variation ${variationId} of item ${itemId} not found`)
}
