import {isSameAmount} from '../../../records/amount.js'
import type {ItemState, WriteValues} from '../../ports/index.js'
import {
  closedIsFinal,
  noStock,
  notOpen,
  placeUnknown,
  underReview,
  variationNeeded,
  variationUnknown,
} from './refusals.js'
import {stockName} from './step-values.js'
import {userProductOf} from './stock-route.js'
import {
  type Difference,
  differenceOf,
  type ItemStep,
  isNothing,
  isOutOfStock,
  type PlannedChange,
  type PlannedStep,
  pricesOf,
  type Refusal,
  type SellerTraits,
  type Stock,
  type StockStep,
  totalAfter,
  type Wanted,
} from './wanted.js'

/** Review that asks for corrections may take them. docs/mercadolibre.md, section 6.4. */
const openToPatches: readonly string[] = ['warning', 'waiting_for_patch']
const shutStatuses: readonly string[] = ['inactive', 'payment_required']

/**
 * The requests that make an item as it is wanted, or the rule that is against it. Nothing is asked of the service, so that
 * 10,000 lines of a file can be judged at once. docs/mercadolibre.md, sections 6.4 and 6.6.
 */
export function planChange(state: ItemState, wanted: Wanted, seller: SellerTraits): PlannedChange {
  const unknown = namedIn(wanted).find((id) => !state.variations.some((each) => each.id === id))
  if (unknown !== undefined) return {kind: 'refused', ...variationUnknown(state, unknown)}
  const difference = differenceOf(state, wanted)
  if (isNothing(difference)) return {kind: 'unchanged', notes: []}
  const refusal = ruleAgainst(state, difference)
  if (refusal !== undefined) return {kind: 'refused', ...refusal}
  const {place = null} = wanted
  const [own, kept]: [Stock[], StockStep[]] = [[], []]
  for (const stock of difference.stocks) {
    const userProductId = userProductOf(state, stock.variation, seller)
    if (userProductId === undefined) own.push(stock)
    else kept.push(stockStep(state, stock, {userProductId, place}))
  }
  if (place !== null && own.length > 0) return {kind: 'refused', ...placeUnknown(state.id, place, [])}
  const steps =
    kept.length === 0 ? itemSteps(state, difference) : stepsBeside(kept, state, {...difference, stocks: own})
  return {kind: 'change', steps, notes: notesOn(state, wanted, difference)}
}

function namedIn({variationId, quantities}: Wanted): number[] {
  return [...(variationId === undefined ? [] : [variationId]), ...(quantities?.keys() ?? [])]
}

function ruleAgainst(state: ItemState, difference: Difference): Refusal | undefined {
  const {status, sub_status, variations} = state
  if (status === 'closed') return closedIsFinal(state)
  if (difference.status === 'closed') return undefined
  if (status === 'under_review' && !sub_status.some((each) => openToPatches.includes(each))) return underReview(state)
  if (shutStatuses.includes(status ?? '')) return notOpen(state)
  if (variations.length > 1 && difference.stocks.some(({variation}) => variation === undefined))
    return variationNeeded(state)
  return difference.status === 'active' && totalAfter(state, difference.stocks) === 0 ? noStock(state) : undefined
}

/**
 * Stock of a user product has a request of its own. A price goes before it, so that nothing is sold at the old one, and so
 * do pauses; an item is activated once it has stock.
 */
function stepsBeside(kept: readonly StockStep[], state: ItemState, {status, ...rest}: Difference): PlannedStep[] {
  const activates = status === 'active'
  const first: Difference = {...rest, ...(status !== undefined && !activates && {status})}
  return [
    ...(isNothing(first) ? [] : [itemStep(state, first)]),
    ...kept,
    ...(activates ? [itemStep(state, {stocks: [], status})] : []),
  ]
}

function stockStep(
  state: ItemState,
  {variation, quantity}: Stock,
  kept: Pick<StockStep, 'userProductId' | 'place'>,
): StockStep {
  return {
    kind: 'user-product',
    ...kept,
    quantity,
    variationId: variation?.id ?? null,
    before: {available_quantity: (variation ?? state).available_quantity},
    after: {available_quantity: quantity},
  }
}

/** All in one request, because a second one within seconds would meet the lock of the first; but nothing without stock is activated. */
function itemSteps(state: ItemState, difference: Difference): ItemStep[] {
  const {status, ...rest} = difference
  const needsStock = status === 'active' && rest.stocks.length > 0 && state.available_quantity === 0
  if (!needsStock) return [itemStep(state, difference)]
  return [itemStep(state, rest), itemStep(state, {stocks: [], status})]
}

function itemStep(state: ItemState, difference: Difference): ItemStep {
  const {price, stocks, status} = difference
  const [stock, second] = stocks
  return {
    kind: 'item',
    action: stock !== undefined ? 'stock' : price === undefined ? 'status' : 'price',
    variationId: second === undefined ? (stock?.variation?.id ?? null) : null,
    request: {method: 'PUT', path: `/items/${state.id}`, body: bodyOf(state, difference)},
    before: {
      ...(price !== undefined && {price: commonPrice(state)}),
      ...quantitiesOf(stocks, ({variation}) => (variation ?? state).available_quantity),
      ...(status !== undefined && {status: state.status}),
    },
    after: {
      ...(price !== undefined && {price}),
      ...quantitiesOf(stocks, ({quantity}) => quantity),
      ...(status !== undefined && {status}),
    },
  }
}

/**
 * With every id of the variations, because those left out may be deleted; and without the stock of the others, of which
 * some may be sold at this very moment.
 */
function bodyOf(state: ItemState, {price, stocks, status}: Difference) {
  const ofPrice = price === undefined ? {} : {price: Number(price)}
  const ofItem = status === undefined ? {} : {status}
  if (state.variations.length === 0) {
    const [stock] = stocks
    return {...ofPrice, ...(stock !== undefined && {available_quantity: stock.quantity}), ...ofItem}
  }
  if (price === undefined && stocks.length === 0) return ofItem
  const variations = state.variations.map(({id}) => {
    const stock = stocks.find(({variation}) => variation?.id === id)
    return {id, ...ofPrice, ...(stock !== undefined && {available_quantity: stock.quantity})}
  })
  return {variations, ...ofItem}
}

/** Null where variations have several, which no request brings back. */
function commonPrice(state: ItemState): string | null {
  const [first = null, ...others] = pricesOf(state)
  return others.every((each) => isSameAmount(each, first)) ? first : null
}

/** Names one stock plainly, and several by their variations. */
function quantitiesOf(stocks: readonly Stock[], pick: (stock: Stock) => number | null): WriteValues {
  return Object.fromEntries(
    stocks.map((stock) => {
      const {variation} = stock
      const isOne = stocks.length === 1 || variation === undefined
      return [isOne ? 'available_quantity' : stockName(variation.id), pick(stock)]
    }),
  )
}

export const closingIsFinal = 'closing is final: a closed item cannot be opened again'
export const deletingIsFinal = 'deleting is final: a deleted item does not come back'

/** Describes the consequences of a change. */
function notesOn(state: ItemState, wanted: Wanted, {price, stocks, status}: Difference): string[] {
  const {variations, sub_status, user_product_id} = state
  const isPaused = state.status === 'paused' && status === undefined
  const isNew = stocks.some(({quantity}) => quantity > 0)
  const isGone = stocks.some(({quantity}) => quantity === 0)
  return [
    ...(status === 'closed' ? [closingIsFinal] : []),
    ...(status === 'closed' &&
    (wanted.price !== undefined || wanted.quantity !== undefined || wanted.quantities !== undefined)
      ? ['price and stock are left as they are, because the item is closed']
      : []),
    ...(price !== undefined && variations.length > 1
      ? [`the price is that of all ${variations.length} variations`]
      : []),
    ...(isGone && variations.length < 2 && state.status === 'active' ? ['stock 0 pauses the item'] : []),
    ...(isNew && isOutOfStock(state) && status === undefined ? ['new stock ends the pause of the item'] : []),
    ...(isNew && isPaused && sub_status.includes('paused_by_seller')
      ? [`the item stays paused until meli products activate ${state.id}`]
      : []),
    ...(stocks.length > 0 && user_product_id !== null
      ? [`the stock is that of user product ${user_product_id}, and of all items that share it`]
      : []),
  ]
}
