import type {ItemState, VariationState} from '../../src/services/ports/index.js'

/** An item as the service has it; an active one of the seller's that nothing is wrong with. */
export function itemState(changes: Partial<ItemState> = {}): ItemState {
  return {
    ...{
      id: 'MEC1',
      seller_id: 8_035_443,
      site_id: 'MEC',
      title: 'Sombrero de paja',
      price: '19.90',
      currency_id: 'USD',
    },
    ...{available_quantity: 5, status: 'active', sub_status: [], seller_sku: null, user_product_id: null},
    ...{variations: [], tags: [], last_updated: null},
    ...changes,
  }
}

export function variation(id: number, changes: Partial<VariationState> = {}): VariationState {
  return {
    ...{id, price: '19.90', available_quantity: 2, seller_sku: null, user_product_id: null, name: `Talla: ${id}`},
    ...changes,
  }
}
