/** One of the forms in which a listing is sold, with stock of its own. */
export interface Variation {
  id: number
  /** Exact decimal text. */
  price: string | null
  available_quantity: number | null
  seller_sku: string | null
  user_product_id: string | null
  /** Such as `Color: Azul, Talla: M`. */
  name: string | null
}

/** A listing in columns named as the service names its fields; `price` keeps its exact decimal text. */
export interface Product {
  id: string
  user_id: number
  site_id: string | null
  title: string | null
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
  last_updated: Date | null
  /** The service answered 206: some parts are missing. */
  partial: boolean
  /** In the order of the service; null when the answer did not tell. */
  variations: readonly Variation[] | null
  /** The whole answer as the service sent it. */
  json: string
}

/** One on its way into the catalogue. Its document may be in UTF-8 still: few of them are looked at as text. */
export type SyncedProduct = Omit<Product, 'json'> & {
  json: string | Uint8Array
  /**
   * Set where the answer left out the SKUs of variations. They are `unknown`, and those stored before stay, or `supplied` by
   * another answer, and are stored although the document does not show them.
   */
  variationSkus?: 'unknown' | 'supplied'
}
