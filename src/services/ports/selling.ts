import type {Variation} from './catalogue.js'
import type {Fetched} from './sync-source.js'

export type VariationState = Variation

/** An item as the service has it now, as far as writes have to know it. docs/mercadolibre.md, section 6.3. */
export interface ItemState {
  id: string
  seller_id: number
  site_id: string | null
  title: string | null
  /** Exact decimal text. */
  price: string | null
  currency_id: string | null
  available_quantity: number | null
  status: string | null
  sub_status: readonly string[]
  seller_sku: string | null
  user_product_id: string | null
  variations: readonly VariationState[]
  /** The answer left out the SKUs of variations: they are unknown rather than missing. */
  lacksVariationSkus?: boolean
  tags: readonly string[]
  last_updated: Date | null
}

export interface StockLocation {
  type: string
  quantity: number
  store_id: string | null
  network_node_id: string | null
}

/** docs/mercadolibre.md, section 6.6. */
export interface UserProductStock {
  id: string
  user_id: number | null
  /** Header `x-version`: to be sent back with a change. Null when the answer had none. */
  version: string | null
  locations: readonly StockLocation[]
}

/** What is read before something is written. */
export interface SellingApi {
  /** MELI_NOT_FOUND when there is none. */
  item(id: string, signal?: AbortSignal): Promise<ItemState>
  /** At most 20; one answer for each id, in the order asked. */
  itemStates(ids: readonly string[], signal?: AbortSignal): Promise<Fetched<ItemState>[]>
  /** Ids of the account's items with this SKU: as attribute SELLER_SKU, else as `seller_custom_field`. */
  itemsWithSku(userId: number, sku: string, signal?: AbortSignal): Promise<string[]>
  /** MELI_NOT_FOUND when the user product has no stock. 100 requests a minute, says the service. */
  userProductStock(id: string, signal?: AbortSignal): Promise<UserProductStock>
}

/** Stock by place of one seller, as last read. One method is one atomic step. */
export interface LocalStock {
  save(userId: number, stock: UserProductStock, at: Date): Promise<void>
  find(userId: number, id: string): Promise<(UserProductStock & {synced_at: Date}) | undefined>
  /** Items of the local catalogue that share this user product. */
  items(userId: number, id: string): Promise<string[]>
}
