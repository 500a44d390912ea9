import type {FastifyInstance} from 'fastify'
import {noPrices} from '../model/items/errors.js'
import type {Item} from '../model/items/item.js'
import {pricesOf, salePriceOf} from '../model/items/prices.js'
import {visibleItem} from '../model/items/views.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'
import {readQuery} from './query.js'

type ItemRoute = {Params: {id: string}}

/** The prices of an item, and the one that it sells at. docs/mercadolibre.md, section 6.7. */
export function registerPrices(app: FastifyInstance, world: World): void {
  /** That an unknown item has no sale price either, told alike, is our reading. */
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
