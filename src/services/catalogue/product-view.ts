import type {ProductChange, StoredProduct} from '../ports.js'

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
  last_updated: string | null
  /** The service gave it with parts missing; the next sync fetches it again. */
  partial: boolean
  /** Marked to be fetched again. */
  stale: boolean
  synced_at: string
  /** When a sync saw that it is gone. */
  removed_at: string | null
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
    currency_id: product.currencyId,
    available_quantity: product.availableQuantity,
    sold_quantity: product.soldQuantity,
    status: product.status,
    seller_sku: product.sellerSku,
    category_id: product.categoryId,
    listing_type_id: product.listingTypeId,
    condition: product.condition,
    permalink: product.permalink,
    thumbnail: product.thumbnail,
    user_product_id: product.userProductId,
    site_id: product.siteId,
    last_updated: product.lastUpdated?.toISOString() ?? null,
    partial: product.partial,
    stale: product.stale,
    synced_at: product.syncedAt.toISOString(),
    removed_at: product.removedAt?.toISOString() ?? null,
  }
}

export function changeView({at, field, before, after}: ProductChange): ChangeView {
  return {at: at.toISOString(), field, before, after}
}
