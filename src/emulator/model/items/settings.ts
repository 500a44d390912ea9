import {type Totals, totals} from '../../routes/paging.js'
import {changerOf, isAmount, isCount} from '../settings.js'

/** Where sources contradict each other or are silent, one can choose. docs/mercadolibre.md, section 14. */
export interface ItemSettings {
  /** Which multiget routes exist: `/items/bulk`, the old `/items?ids=`, or both. */
  bulk: 'both' | 'only-old' | 'only-new'
  /**
   * The shape of an element of `/items/bulk`. `observed`: `attributes` selects on the element, and a refusal has an `error`
   * and no `body`. `documented`: each element has `id`, `status_code` and `body`, and `attributes` selects below `body` alone.
   */
  bulkElement: 'observed' | 'documented'
  /** In which order both multiget routes answer: in one of their own, or in that of the request. */
  multigetOrder: 'own' | 'request'
  /** Whether `/items/bulk` heeds `include_attributes=all`, which is documented for one item only. */
  bulkIncludeAttributes: 'heeded' | 'ignored'
  /** The kind of scroll id that items have: the position of the last row, new on each page, or the handle of a listing that is kept. */
  scrollId: 'position' | 'handle'
  /** The field that is null at the end of a scan whose scroll id is a handle. */
  scanEnd: 'scroll_id' | 'results' | 'both'
  /** Status of the answer to a handle that has expired. */
  expiredScrollStatus: 400 | 404
  /** The answer to somebody else's item: 403, or its public part. */
  foreignItems: 'refused' | 'public'
  /** The stock that others see of an item, where foreign items are public. */
  publicStock: 'absent' | 'bucketed'
  /** `by-section`: ids left out of a PUT are deleted when it sets prices and kept when it sets only stock; `delete`: always deleted. */
  variationsLeftOut: 'by-section' | 'delete'
  /** What becomes of `available_quantity` in a PUT of a seller with several origins: refused with 400, or left out. */
  multiOriginQuantity: 'refused' | 'ignored'
  /** The treatment of `available_quantity` in a PUT of any other item of a user product. */
  userProductQuantity: 'accepted' | 'refused'
  /** Real milliseconds that a PUT of an item takes at least; another one that arrives meanwhile is refused with 409. */
  updateMs: number
  /** A PUT this soon (virtual ms) after the last one on the same item is refused with 409; 0 switches it off. */
  lockWindowMs: number
  /** The `total` of a listing: the truth, 0, or the same number whatever there is. */
  itemsTotal: Totals
  /** Sellers with more listed items may not aggregate, query or sort. */
  restrictedAbove: number
}

/** The values that captured answers show. docs/mercadolibre.md, sections 6.1 to 6.4. */
export function defaultSettings(): ItemSettings {
  return {
    bulk: 'both',
    bulkElement: 'observed',
    multigetOrder: 'own',
    bulkIncludeAttributes: 'heeded',
    scrollId: 'position',
    scanEnd: 'scroll_id',
    expiredScrollStatus: 400,
    foreignItems: 'refused',
    publicStock: 'absent',
    variationsLeftOut: 'by-section',
    multiOriginQuantity: 'refused',
    userProductQuantity: 'accepted',
    updateMs: 0,
    lockWindowMs: 0,
    itemsTotal: 'honest',
    restrictedAbove: 200_000,
  }
}

/** The values that the service's own pages give instead. */
export const documented: Partial<ItemSettings> = {
  bulkElement: 'documented',
  multigetOrder: 'request',
  bulkIncludeAttributes: 'ignored',
  scrollId: 'handle',
  foreignItems: 'public',
  lockWindowMs: 1000,
}

export const changeSettings = changerOf<ItemSettings>({
  bulk: ['both', 'only-old', 'only-new'],
  bulkElement: ['observed', 'documented'],
  multigetOrder: ['own', 'request'],
  bulkIncludeAttributes: ['heeded', 'ignored'],
  scrollId: ['position', 'handle'],
  scanEnd: ['scroll_id', 'results', 'both'],
  expiredScrollStatus: [400, 404],
  foreignItems: ['refused', 'public'],
  publicStock: ['absent', 'bucketed'],
  variationsLeftOut: ['by-section', 'delete'],
  multiOriginQuantity: ['refused', 'ignored'],
  userProductQuantity: ['accepted', 'refused'],
  updateMs: isCount,
  lockWindowMs: isAmount,
  itemsTotal: totals,
  restrictedAbove: isAmount,
})
