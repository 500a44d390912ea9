import type {Item} from '../items/item.js'
import {shippingOf} from '../items/shipping.js'
import {at, type Location, storesOf} from './locations.js'

/** What several items sell together (docs/mercadolibre.md, section 6.6). */
export interface UserProduct {
  readonly id: string
  readonly sellerId: number
  /** In order of publication; never none. */
  readonly items: readonly Item[]
  /** What `x-version` says; another one after each change of the stock. */
  readonly version: number
  /** None: it has no stock anywhere, not even none of it. */
  readonly locations: readonly Location[]
}

/** What is remembered of one that was changed; without locations they are made of its items. */
export interface Changed {
  version: number
  locations: readonly Location[] | null
}

const multiOriginTag = 'warehouse_management'

/** The first that is on sale speaks for all. */
export function leadingOf(items: readonly Item[]): Item | undefined {
  return items.find(({status}) => status === 'active' || status === 'paused') ?? items[0]
}

/**
 * Where the stock of a user product lies that nobody has moved: with the service, in the first of the seller's warehouses,
 * or at the address that they sell from.
 */
export function locationsOf(leading: Item, quantity: number, tags: readonly string[]): Location[] {
  if (shippingOf(leading).logistic_type === 'fulfillment') return [at('meli_facility', quantity)]
  if (!tags.includes(multiOriginTag)) return [at('selling_address', quantity)]
  const stores = storesOf(leading.sellerId, leading.siteId)
  return stores.map((store, n) => at('seller_warehouse', n === 0 ? quantity : 0, store))
}

/** More than 32 bits, for clients that count in them. */
export function firstVersion(id: string): number {
  return 1_700_000_000_000 + (Number(id.replace(/\D/g, '')) % 100_000_000)
}
