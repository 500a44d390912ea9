import type {Item} from '../items/item.js'
import {shippingOf} from '../items/shipping.js'

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
export interface ChangedStock {
  version: number
  locations: readonly Location[] | null
}

const multiOriginTag = 'warehouse_management'

/** The first that is on sale speaks for all. */
export function leadingItem(items: readonly Item[]): Item | undefined {
  return items.find(({status}) => status === 'active' || status === 'paused') ?? items[0]
}

/**
 * Where the stock of a user product lies that nobody has moved: with the service, in the first of the seller's warehouses,
 * or at the address that they sell from.
 */
export function locationsOf(leading: Item, quantity: number, tags: readonly string[]): Location[] {
  if (shippingOf(leading).logistic_type === 'fulfillment') return [locationAt('meli_facility', quantity)]
  if (!tags.includes(multiOriginTag)) return [locationAt('selling_address', quantity)]
  const stores = storesOf(leading.sellerId, leading.siteId)
  return stores.map((store, n) => locationAt('seller_warehouse', n === 0 ? quantity : 0, store))
}

/** More than 32 bits, for clients that count in them. */
export function firstVersion(id: string): number {
  return 1_700_000_000_000 + (Number(id.replace(/\D/g, '')) % 100_000_000)
}

/** Where stock lies (docs/mercadolibre.md, section 6.6). */
export type LocationType = 'selling_address' | 'meli_facility' | 'seller_warehouse'

export const locationTypes: readonly LocationType[] = ['selling_address', 'meli_facility', 'seller_warehouse']

export interface Location {
  readonly type: LocationType
  readonly quantity: number
  /** Only warehouses of the seller have one. */
  readonly storeId: string | null
  readonly networkNodeId: string | null
}

export interface Store {
  readonly storeId: string
  readonly networkNodeId: string
}

/** Two warehouses for whoever sells from several: how one gets to them is not part of the emulator. */
export function storesOf(sellerId: number, siteId: string): readonly Store[] {
  return ['01', '02'].map((suffix) => ({
    storeId: `${sellerId}${suffix}`,
    networkNodeId: `${siteId}P${sellerId}${suffix}`,
  }))
}

export function sumOf(locations: readonly Location[]): number {
  return locations.reduce((sum, {quantity}) => sum + quantity, 0)
}

/** The same places with `total` in all: what comes on top goes to the first, what is taken away is taken from the first that have it. */
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

/** As `/user-products/:id/stock` shows one. */
export function renderLocation({type, quantity, storeId, networkNodeId}: Location): Record<string, unknown> {
  return type === 'seller_warehouse'
    ? {type, quantity, store_id: storeId, network_node_id: networkNodeId}
    : {type, quantity}
}
