import type {FastifyInstance} from 'fastify'
import type {World} from '../state/world.js'
import {registerItem} from './routes-item.js'
import {registerMultiget} from './routes-multiget.js'
import {registerPrices} from './routes-prices.js'
import {registerSearch} from './routes-search.js'
import {registerVariations} from './routes-variations.js'

/** Everything about items. docs/mercadolibre.md, section 6. */
export function registerItems(app: FastifyInstance, world: World): void {
  registerSearch(app, world)
  registerMultiget(app, world)
  registerItem(app, world)
  registerVariations(app, world)
  registerPrices(app, world)
}
