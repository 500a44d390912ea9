import {once} from '../core/once.js'
import {keepHeapSmall} from './small-heap.js'
import type {World} from './world.js'

export type CatalogueModule = ReturnType<typeof catalogueModule>

/** The local copy of the listings. */
export function catalogueModule(world: World) {
  const {clock, store, storeLocation} = world
  return {
    products: once(async () => {
      const {Catalogue} = await import('../services/catalogue/catalogue.js')
      const {catalogue, questions, localStock: stock} = await store()
      return new Catalogue({...(await localReading(world)), catalogue, questions, stock})
    }),
    refreshProduct: once(async () => {
      const {RefreshProduct} = await import('../services/catalogue/refresh-product.js')
      const {catalogue, productSink: sink} = await store()
      return new RefreshProduct({catalogue, sink, clock})
    }),
    invalidate: once(async () => {
      const {Invalidate} = await import('../services/catalogue/invalidate.js')
      const {accounts, catalogue, cache} = await store()
      return new Invalidate({accounts, catalogue, cache, clock})
    }),
    /** Values for the completion of a shell, which opens no database that is not there. */
    wordValues: once(async () => {
      const {WordValues} = await import('../services/catalogue/completion/word-values.js')
      const {sites} = await import('../meli/api/sites.js')
      const stored = async () => ((await storeLocation()).exists ? store() : undefined)
      return new WordValues({sites, stored})
    }),
  }
}

/** The dependencies shared by all readers of the local copy. The heap stays small, because exports may be of any length. */
export async function localReading({clock, store}: World) {
  keepHeapSmall()
  const {accounts, syncLedger: ledger} = await store()
  return {accounts, ledger, clock}
}
