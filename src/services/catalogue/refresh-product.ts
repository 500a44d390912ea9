import {MeliError} from '../../core/errors.js'
import type {Session} from '../accounts/sessions.js'
import type {Clock, ItemState, RecordPatch, SyncedProduct} from '../ports/index.js'
import {type ItemSearch, serviceItem} from './named-items.js'

export interface RefreshProductDeps {
  catalogue: ItemSearch['catalogue']
  sink: (userId: number) => RecordPatch<SyncedProduct>
  clock: Pick<Clock, 'now'>
}

/**
 * Reads one product from the service, and keeps it. MELI_NOT_FOUND when there is none, MELI_WRONG_ACCOUNT when it is another
 * seller's: then nothing is kept.
 */
export class RefreshProduct {
  constructor(private readonly deps: RefreshProductDeps) {}

  /** @returns the id of the item, whichever way it was named */
  async run({api, userId}: Session, name: string, signal: AbortSignal): Promise<string> {
    const {id} = await serviceItem({api, userId, catalogue: this.deps.catalogue}, name, signal)
    const state = await api.item(id, signal)
    if (state.seller_id !== userId) throw foreign(id)
    const [fetched] = await api.items(userId).fetch([id], signal)
    if (fetched?.ok === true)
      await this.deps.sink(userId).patch([withSkus(fetched.record, state)], this.deps.clock.now())
    return id
  }
}

/** The multiget may leave out the SKUs of variations that the answer for the one item has. */
function withSkus(record: SyncedProduct, state: ItemState): SyncedProduct {
  if (record.variationSkus !== 'unknown' || record.variations === null || state.lacksVariationSkus === true)
    return record
  const skus = new Map(state.variations.map(({id, seller_sku}) => [id, seller_sku]))
  const variations = record.variations.map((each) => ({...each, seller_sku: skus.get(each.id) ?? each.seller_sku}))
  return {...record, variations, variationSkus: 'supplied'}
}

function foreign(id: string): MeliError {
  return new MeliError('MELI_WRONG_ACCOUNT', `${id} belongs to another seller`, {
    try: ['act as its seller: --account, or see meli auth status'],
  })
}
