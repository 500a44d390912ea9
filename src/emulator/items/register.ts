import type {FastifyInstance} from 'fastify'
import type {ItemsDeps} from './deps.js'
import {registerItem} from './routes-item.js'
import {registerMultiget} from './routes-multiget.js'
import {registerPrices} from './routes-prices.js'
import {registerSearch} from './routes-search.js'
import {registerVariations} from './routes-variations.js'

/** Everything about items. docs/mercadolibre.md, section 6. */
export function registerItems(app: FastifyInstance, deps: ItemsDeps): void {
  registerSearch(app, deps)
  registerMultiget(app, deps)
  registerItem(app, deps)
  registerVariations(app, deps)
  registerPrices(app, deps)
}
