import type {ItemState, VariationState} from '../../src/services/ports/index.js'

/** An item as the service has it; an active one of the seller's that nothing is wrong with. */
export function itemState(changes: Partial<ItemState> = {}): ItemState {
  return {
    ...{id: 'MEC1', sellerId: 8_035_443, siteId: 'MEC', title: 'Sombrero de paja', price: '19.90', currencyId: 'USD'},
    ...{availableQuantity: 5, status: 'active', subStatus: [], sellerSku: null, userProductId: null},
    ...{variations: [], tags: [], lastUpdated: null},
    ...changes,
  }
}

export function variation(id: number, changes: Partial<VariationState> = {}): VariationState {
  return {
    ...{id, price: '19.90', availableQuantity: 2, sellerSku: null, userProductId: null, name: `Talla: ${id}`},
    ...changes,
  }
}
