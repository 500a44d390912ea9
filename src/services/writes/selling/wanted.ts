import type {ErrorCode} from '../../../core/errors.js'
import {isSameAmount} from '../../../records/amount.js'
import type {ItemState, VariationState, WriteAction, WriteRequest, WriteValues} from '../../ports/index.js'

export type WantedStatus = 'active' | 'paused' | 'closed'

/** How an item is to be; what is left out stays as it is. */
export interface Wanted {
  /** Exact decimal text, such as `19.90`. Of all variations: the service knows one price for an item. */
  price?: string
  /** All units that buyers can buy, at the seller's and in the service's own warehouses. */
  quantity?: number
  /** The same of several variations, by their ids: those of one item travel in one request. */
  quantities?: ReadonlyMap<number, number>
  status?: WantedStatus
  /** The variation whose stock is `quantity`. */
  variationId?: number
  /** `store_id` of the place whose stock alone `quantity` is, where a seller has several. */
  place?: string
}

/** Traits that decide how stock is written. docs/mercadolibre.md, sections 5 and 6.6. */
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
  /** The fields that it is about, under the service's names, if known. */
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

/** How much of what there is to be: of the item itself where it has no variation, or none is named. */
export interface Stock {
  variation: VariationState | undefined
  quantity: number
}

/** The wanted values that differ from the item. */
export interface Difference extends Pick<Wanted, 'price' | 'status'> {
  stocks: readonly Stock[]
}

export function differenceOf(state: ItemState, wanted: Wanted): Difference {
  const {price, status, place} = wanted
  // Whatever else is asked of an item that is to be closed would be of no use, and in the way.
  if (status === 'closed') return {stocks: [], ...(state.status !== 'closed' && {status})}
  const asked = stocksOf(state, wanted)
  const ofVariations = asked.filter(({variation}) => variation !== undefined)
  const total = totalAfter(state, ofVariations)
  // The item does not show the stock of one location.
  const differs = ({variation, quantity}: Stock) =>
    quantity !== (variation === undefined ? total : variation.available_quantity) || place !== undefined
  const stocks = asked.filter(differs)
  const isOther = price !== undefined && !pricesOf(state).every((each) => isSameAmount(each, price))
  const rest: Difference = {stocks, ...(isOther && {price})}
  // New stock ends a pause that only the lack of it had caused: one that is to stay has to be said, and no end of it.
  const wakes = isOutOfStock(state) && stocks.some(({quantity}) => quantity > 0)
  const isNews = wakes ? status === 'paused' : status !== state.status
  return {...rest, ...(status !== undefined && isNews && {status})}
}

export function isNothing({price, status, stocks}: Difference): boolean {
  return price === undefined && status === undefined && stocks.length === 0
}

function stocksOf({variations}: ItemState, {quantity, variationId, quantities = new Map()}: Wanted): Stock[] {
  const named = (id: number) => variations.find((each) => each.id === id)
  const only = variations.length === 1 ? variations[0] : undefined
  const one = variationId === undefined ? only : named(variationId)
  return [
    ...(quantity === undefined ? [] : [{variation: one, quantity}]),
    ...[...quantities].map(([id, each]) => ({variation: named(id), quantity: each})),
  ]
}

/** The stock of the item as a whole; null when unknown. */
export function totalAfter({available_quantity}: ItemState, stocks: readonly Stock[]): number | null {
  let total = available_quantity
  for (const {variation, quantity} of stocks) {
    const before = variation?.available_quantity ?? null
    total = total === null || before === null ? quantity : total - before + quantity
  }
  return total
}

/** Paused by that alone. */
export function isOutOfStock({status, sub_status}: ItemState): boolean {
  return status === 'paused' && sub_status.length > 0 && sub_status.every((each) => each === 'out_of_stock')
}

export function pricesOf({price, variations}: ItemState): Array<string | null> {
  return variations.length === 0 ? [price] : variations.map((each) => each.price)
}
