import type {FastifyInstance, FastifyRequest} from 'fastify'
import {deleteVariation} from '../model/items/apply-fields.js'
import type {Catalogue} from '../model/items/catalogue.js'
import {noPrices} from '../model/items/errors.js'
import type {Item} from '../model/items/item.js'
import {pricesOf, salePriceOf} from '../model/items/prices.js'
import {publish, readPublication} from '../model/items/publish.js'
import {descriptionOf, renderItem, type Showing} from '../model/items/render.js'
import {ownItem, updateItem, withoutManagedStock} from '../model/items/update.js'
import {requireUpdatable} from '../model/items/update-rules.js'
import {viewItem, visibleItem} from '../model/items/views.js'
import {type Fields, listOfFields} from '../model/json.js'
import {accessDenied, notFound} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'
import {registerSearch} from './item-search.js'
import {readSelection, readShowing} from './item-selection.js'
import {fetchPart, missingHeader, registerMultiget} from './multiget.js'
import {readQuery} from './query.js'

/** All routes for items. docs/mercadolibre.md, section 6. */
export function registerItems(app: FastifyInstance, world: World): void {
  registerSearch(app, world)
  registerMultiget(app, world)
  registerItem(app, world)
  registerVariations(app, world)
  registerPrices(app, world)
}

type ItemRoute = {Params: {id: string}}

/** Reading, publishing and changing one item. docs/mercadolibre.md, sections 6.3 to 6.5. */
function registerItem(app: FastifyInstance, world: World): void {
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
    return world.catalogue.updateLocks.run(item.id, () =>
      updateItem(world.catalogue, item, withoutManagedStock(world.catalogue, item, request.body, tags)),
    )
  })
}

/** The prices of an item, and its current sale price. docs/mercadolibre.md, section 6.7. */
function registerPrices(app: FastifyInstance, world: World): void {
  /** The answer for the sale price of an unknown item is our reading. */
  const priced = (id: string, viewerId: number): Item => {
    if (world.catalogue.get(id) === undefined) throw noPrices(id)
    return visibleItem(world.catalogue, id, viewerId)
  }

  app.get<ItemRoute>('/items/:id/prices', (request) => {
    const item = priced(request.params.id, authenticate(world, request).userId)
    return {id: item.id, prices: pricesOf(item, world.catalogue.now())}
  })

  app.get<ItemRoute>('/items/:id/sale_price', (request) => {
    const item = priced(request.params.id, authenticate(world, request).userId)
    return salePriceOf(item, world.catalogue.now(), readQuery(request.query).get('context'))
  })
}

type VariationRoute = {Params: {id: string; variationId: string}}

/** Reading and deleting variations one by one. docs/mercadolibre.md, section 6.4. */
function registerVariations(app: FastifyInstance, world: World): void {
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
    deleteVariation(item, Number(variation.id))
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
