import type {ProductChange, StoredProduct, Variation} from '../ports/index.js'

/** A product of the local catalogue. Times are ISO 8601 in UTC. */
export interface ProductView {
  id: string
  title: string | null
  /** Exact decimal text, such as `99999999.99`. */
  price: string | null
  currency_id: string | null
  available_quantity: number | null
  sold_quantity: number | null
  status: string | null
  seller_sku: string | null
  category_id: string | null
  listing_type_id: string | null
  condition: string | null
  permalink: string | null
  thumbnail: string | null
  user_product_id: string | null
  site_id: string | null
  variation_count: number
  last_updated: string | null
  /** The service gave it with parts missing; the next sync fetches it again. */
  partial: boolean
  /** Marked to be fetched again. */
  stale: boolean
  synced_at: string
  /** When a sync saw that it is gone. */
  removed_at: string | null
}

export interface VariationView {
  id: number
  /** Such as `Color: Azul, Talla: M`. */
  name: string | null
  price: string | null
  available_quantity: number | null
  seller_sku: string | null
  user_product_id: string | null
}

/** What is sold by itself: a product, or one of its variations with its own price, stock and SKU. A push takes it back. */
export interface OfferView extends ProductView {
  variation_id: number | null
  variation_name: string | null
}

export interface ChangeView {
  at: string
  field: ProductChange['field']
  before: string | null
  after: string | null
}

export function productView(product: StoredProduct): ProductView {
  return {
    id: product.id,
    title: product.title,
    price: product.price,
    currency_id: product.currency_id,
    available_quantity: product.available_quantity,
    sold_quantity: product.sold_quantity,
    status: product.status,
    seller_sku: product.seller_sku,
    category_id: product.category_id,
    listing_type_id: product.listing_type_id,
    condition: product.condition,
    permalink: product.permalink,
    thumbnail: product.thumbnail,
    user_product_id: product.user_product_id,
    site_id: product.site_id,
    variation_count: product.variations.length,
    last_updated: product.last_updated?.toISOString() ?? null,
    partial: product.partial,
    stale: product.stale,
    synced_at: product.synced_at.toISOString(),
    removed_at: product.removed_at?.toISOString() ?? null,
  }
}

export function variationView(variation: Variation): VariationView {
  const {id, name, price, available_quantity, seller_sku, user_product_id} = variation
  return {
    ...{id, name, price, available_quantity, seller_sku},
    user_product_id,
  }
}

/** One for each variation; of a product without any, one. */
export function offersOf(product: StoredProduct): OfferView[] {
  const {variations} = product
  const view = {...productView(product), price: shortened(product.price), variation_id: null, variation_name: null}
  if (variations.length === 0) return [view]
  return variations.map(variationView).map(({id, name, price, available_quantity, seller_sku, user_product_id}) => ({
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

export function changeView({at, field, before, after}: ProductChange): ChangeView {
  return {at: at.toISOString(), field, before, after}
}
