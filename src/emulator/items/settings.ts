import {changerOf, isAmount} from '../settings.js'

/** Where sources contradict each other or are silent, one can choose. docs/mercadolibre.md, section 14. */
export interface ItemSettings {
  /** Which multiget routes exist: `/items/bulk`, the old `/items?ids=`, or both. */
  bulk: 'both' | 'only-old' | 'only-new'
  /** What is null at the end of a scan. */
  scanEnd: 'scroll_id' | 'results' | 'both'
  expiredScrollStatus: 400 | 404
  /** What others see of an item's stock. */
  publicStock: 'absent' | 'bucketed'
  /** `by-section`: ids left out of a PUT are deleted when it sets prices and kept when it sets only stock; `delete`: always deleted. */
  variationsLeftOut: 'by-section' | 'delete'
  /** What becomes of `available_quantity` in a PUT of a seller with several origins: refused with 400, or left out. */
  multiOriginQuantity: 'refused' | 'ignored'
  /** A PUT this soon (virtual ms) after the last one on the same item is refused with 409; 0 switches it off. */
  lockWindowMs: number
  /** Sellers with more listed items may not aggregate, query or sort. */
  restrictedAbove: number
}

export function defaultSettings(): ItemSettings {
  return {
    bulk: 'both',
    scanEnd: 'scroll_id',
    expiredScrollStatus: 400,
    publicStock: 'absent',
    variationsLeftOut: 'by-section',
    multiOriginQuantity: 'refused',
    lockWindowMs: 1000,
    restrictedAbove: 200_000,
  }
}

export const changeSettings = changerOf<ItemSettings>({
  bulk: ['both', 'only-old', 'only-new'],
  scanEnd: ['scroll_id', 'results', 'both'],
  expiredScrollStatus: [400, 404],
  publicStock: ['absent', 'bucketed'],
  variationsLeftOut: ['by-section', 'delete'],
  multiOriginQuantity: ['refused', 'ignored'],
  lockWindowMs: isAmount,
  restrictedAbove: isAmount,
})
