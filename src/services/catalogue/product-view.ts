import {type WithIsoTimes, withIsoTimes} from '../../core/iso-times.js'
import type {ProductChange, StoredProduct} from '../ports/index.js'

/** A product of the local catalogue, as `--json` has it. */
export type ProductView = WithIsoTimes<Omit<StoredProduct, 'user_id' | 'variations' | 'json'>> & {
  variation_count: number
}

/** An offer: a product, or one of its variations with its own price, stock and SKU. A push takes it back. */
export interface OfferView extends ProductView {
  variation_id: number | null
  variation_name: string | null
}

export type ChangeView = WithIsoTimes<ProductChange>

export function productView(product: StoredProduct): ProductView {
  const {user_id: _userId, json: _json, variations, ...shown} = product
  return {...withIsoTimes(shown), variation_count: variations.length}
}

/** One offer for each variation; a product without variations is one offer. */
export function offersOf(product: StoredProduct): OfferView[] {
  const {variations} = product
  const view = {...productView(product), price: shortened(product.price), variation_id: null, variation_name: null}
  if (variations.length === 0) return [view]
  return variations.map(({id, name, price, available_quantity, seller_sku, user_product_id}) => ({
    ...view,
    ...{variation_id: id, variation_name: name, price: shortened(price) ?? view.price, available_quantity},
    seller_sku: seller_sku ?? (variations.length === 1 ? view.seller_sku : null),
    user_product_id: user_product_id ?? view.user_product_id,
  }))
}

/** Without zeros that make thousands of a fraction: 1.500 is read as fifteen hundred where commas stand for decimals. */
function shortened(price: string | null): string | null {
  return price?.replace(/(\.\d\d)0+$/, '$1') ?? null
}

export function changeView(change: ProductChange): ChangeView {
  return withIsoTimes(change)
}
