import type {Item} from '../items/item.js'
import {shippingOf} from '../items/shipping.js'

/** A product whose stock several items share (docs/mercadolibre.md, section 6.6). */
export interface UserProduct {
  readonly id: string
  readonly sellerId: number
  /** In order of publication; at least one. */
  readonly items: readonly Item[]
  /** The value of `x-version`, which each change of the stock increases. */
  readonly version: number
  /** Empty for a product without any stock location. */
  readonly locations: readonly Location[]
}

/** The version of a changed product, and its locations; null where they follow from its items. */
export interface ChangedStock {
  version: number
  locations: readonly Location[] | null
}

const multiOriginTag = 'warehouse_management'

/** The item whose stock counts: the first that is on sale, or the first. */
export function leadingItem(items: readonly Item[]): Item | undefined {
  return items.find(({status}) => status === 'active' || status === 'paused') ?? items[0]
}

/**
 * The locations of a user product by default: the service's facility, the first of the seller's warehouses, or the seller's
 * address.
 */
export function locationsOf(leading: Item, quantity: number, tags: readonly string[]): Location[] {
  if (shippingOf(leading).logistic_type === 'fulfillment') return [locationAt('meli_facility', quantity)]
  if (!tags.includes(multiOriginTag)) return [locationAt('selling_address', quantity)]
  const stores = storesOf(leading.sellerId, leading.siteId)
  return stores.map((store, n) => locationAt('seller_warehouse', n === 0 ? quantity : 0, store))
}

/** More than 32 bits, to find clients that store it in fewer. */
export function firstVersion(id: string): number {
  return 1_700_000_000_000 + (Number(id.replace(/\D/g, '')) % 100_000_000)
}

/** docs/mercadolibre.md, section 6.6. */
export type LocationType = 'selling_address' | 'meli_facility' | 'seller_warehouse'

export const locationTypes: readonly LocationType[] = ['selling_address', 'meli_facility', 'seller_warehouse']

export interface Location {
  readonly type: LocationType
  readonly quantity: number
  /** Null except for the seller's warehouses. */
  readonly storeId: string | null
  readonly networkNodeId: string | null
}

export interface Store {
  readonly storeId: string
  readonly networkNodeId: string
}

/** The two warehouses of a seller with several origins. */
export function storesOf(sellerId: number, siteId: string): readonly Store[] {
  return ['01', '02'].map((suffix) => ({
    storeId: `${sellerId}${suffix}`,
    networkNodeId: `${siteId}P${sellerId}${suffix}`,
  }))
}

export function sumOf(locations: readonly Location[]): number {
  return locations.reduce((sum, {quantity}) => sum + quantity, 0)
}

/** The locations with a new total. An increase goes to the first one, a decrease is taken from the first ones that have stock. */
export function withTotal(locations: readonly Location[], total: number): Location[] {
  let difference = total - sumOf(locations)
  return locations.map((location) => {
    const quantity = Math.max(0, location.quantity + difference)
    difference -= quantity - location.quantity
    return {...location, quantity}
  })
}

export function locationAt(type: LocationType, quantity: number, store?: Store): Location {
  return {type, quantity, storeId: store?.storeId ?? null, networkNodeId: store?.networkNodeId ?? null}
}

/** A location of `/user-products/:id/stock`. */
export function renderLocation({type, quantity, storeId, networkNodeId}: Location): Record<string, unknown> {
  return type === 'seller_warehouse'
    ? {type, quantity, store_id: storeId, network_node_id: networkNodeId}
    : {type, quantity}
}
