import type {ErrorCode} from '../../../core/errors.js'
import type {WriteAction, WriteRequest, WriteValues} from '../../ports/index.js'

export type WantedStatus = 'active' | 'paused' | 'closed'

/** How an item is to be; what is left out stays as it is. */
export interface Wanted {
  /** Exact decimal text, such as `19.90`. Of all variations: the service knows one price for an item. */
  price?: string
  /** What buyers can have in all, at the seller's and in the service's own warehouses. */
  quantity?: number
  /** The same of several variations, by their ids: those of one item travel in one request. */
  quantities?: ReadonlyMap<number, number>
  status?: WantedStatus
  /** Whose stock `quantity` is. */
  variationId?: number
  /** `store_id` of the place whose stock alone `quantity` is, where a seller has several. */
  place?: string
}

/** What decides on the way that stock goes. docs/mercadolibre.md, sections 5 and 6.6. */
export interface SellerTraits {
  tags: readonly string[]
  siteId: string | null
  /** The service said of this item that its stock is not written to it. */
  stockByLocation?: boolean
}

/** The service's rules that stand against a change, for programs; docs/selling.md explains each. */
export type Rule =
  | 'closed_is_final'
  | 'facility_stock'
  | 'item_busy'
  | 'no_stock'
  | 'not_modifiable'
  | 'not_open'
  | 'not_yours'
  | 'place_unknown'
  | 'price_automation'
  | 'price_invalid'
  | 'price_not_taken'
  | 'several_places'
  | 'stock_by_location'
  | 'stock_elsewhere'
  | 'stock_not_taken'
  | 'under_review'
  | 'variation_needed'
  | 'variation_unknown'
  | 'zero_stock'

export interface Refusal {
  code: ErrorCode
  rule: Rule
  message: string
  try: readonly string[]
  /** What it is about, under the service's names, where that is known. */
  fields?: readonly string[]
}

/** A request of `PUT /items/{id}`. */
export interface ItemStep {
  kind: 'item'
  action: WriteAction
  variationId: number | null
  request: WriteRequest
  /** Of what it changes, under the service's names: `price`, `available_quantity`, `status`; of several variations `stockName`. */
  before: WriteValues
  after: WriteValues
}

/** Stock that is kept with the user product: which request that is, its stock by place has to tell. */
export interface StockStep {
  kind: 'user-product'
  userProductId: string
  quantity: number
  place: string | null
  variationId: number | null
  before: WriteValues
  after: WriteValues
}

export type PlannedStep = ItemStep | StockStep

export type PlannedChange =
  | {kind: 'unchanged'; notes: readonly string[]}
  /** Steps in the order in which they are to be sent. */
  | {kind: 'change'; steps: readonly PlannedStep[]; notes: readonly string[]}
  | ({kind: 'refused'} & Refusal)
