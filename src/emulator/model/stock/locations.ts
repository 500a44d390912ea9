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

export function at(type: LocationType, quantity: number, store?: Store): Location {
  return {type, quantity, storeId: store?.storeId ?? null, networkNodeId: store?.networkNodeId ?? null}
}

/** As `/user-products/:id/stock` shows one. */
export function renderLocation({type, quantity, storeId, networkNodeId}: Location): Record<string, unknown> {
  return type === 'seller_warehouse'
    ? {type, quantity, store_id: storeId, network_node_id: networkNodeId}
    : {type, quantity}
}
