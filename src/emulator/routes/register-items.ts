import type {FastifyInstance} from 'fastify'
import type {World} from '../model/world.js'
import {registerMultiget} from './item-multiget.js'
import {registerPrices} from './item-prices.js'
import {registerVariations} from './item-variations.js'
import {registerItem} from './items.js'
import {registerSearch} from './routes-search.js'

/** Everything about items. docs/mercadolibre.md, section 6. */
export function registerItems(app: FastifyInstance, world: World): void {
  registerSearch(app, world)
  registerMultiget(app, world)
  registerItem(app, world)
  registerVariations(app, world)
  registerPrices(app, world)
}
