import type {Product, Variation} from './catalogue.js'

export interface ProductQuery {
  userId: number
  status?: string
  /** Words that the title, the id or a SKU contain, in any case and with or without accents. */
  search?: string
  changedSince?: Date
  /** Removed ones too. */
  removed?: boolean
  limit?: number
}

export interface StoredProduct extends Product {
  variations: readonly Variation[]
  synced_at: Date
  removed_at: Date | null
  stale: boolean
}

/** One change of one field, as a sync saw it. */
export interface ProductChange {
  at: Date
  field: 'price' | 'available_quantity' | 'status' | 'title' | 'removed'
  before: string | null
  after: string | null
}

/** The local copy, read. Rows come one by one: a million do not fit into memory. */
export interface LocalCatalogue {
  products(query: ProductQuery): AsyncIterable<StoredProduct>
  count(query: ProductQuery): Promise<number>
  find(userId: number, id: string): Promise<StoredProduct | undefined>
  /** The ids of products that are not removed and have this SKU, or a variation that has it; in order, 100 at most. */
  withSku(userId: number, sku: string): Promise<string[]>
  /** Oldest first. */
  history(userId: number, id: string): Promise<ProductChange[]>
}
