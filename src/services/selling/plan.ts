import type {ItemState, VariationState, WriteAction, WriteValues} from '../ports.js'
import {isSameAmount} from './amount.js'
import {closedIsFinal, noStock, notOpen, placeUnknown, underReview, variationNeeded, variationUnknown} from './rules.js'
import {userProductOf} from './stock-route.js'
import type {ItemStep, PlannedChange, PlannedStep, Refusal, SellerTraits, StockStep, Wanted} from './wanted.js'

/** What of it is not so yet. */
type Difference = Pick<Wanted, 'price' | 'quantity' | 'status'>

/** Review that asks for corrections may take them. docs/mercadolibre.md, section 6.4. */
const openToPatches: readonly string[] = ['warning', 'waiting_for_patch']
const shutStatuses: readonly string[] = ['inactive', 'payment_required']

/**
 * The requests that make an item as it is wanted, or the rule that is against it. Nothing is asked of the service, so that
 * 10,000 lines of a file can be judged at once. docs/mercadolibre.md, sections 6.4 and 6.6.
 */
export function planChange(state: ItemState, wanted: Wanted, seller: SellerTraits): PlannedChange {
  const variation = variationOf(state, wanted.variationId)
  if (wanted.variationId !== undefined && variation === undefined)
    return {kind: 'refused', ...variationUnknown(state, wanted.variationId)}
  const difference = differenceOf(state, wanted, variation)
  if (Object.keys(difference).length === 0) return {kind: 'unchanged', notes: []}
  const refusal = ruleAgainst(state, difference, variation)
  if (refusal !== undefined) return {kind: 'refused', ...refusal}
  const userProductId = difference.quantity === undefined ? undefined : userProductOf(state, variation, seller)
  if (wanted.place !== undefined && difference.quantity !== undefined && userProductId === undefined)
    return {kind: 'refused', ...placeUnknown(state.id, wanted.place, [])}
  const steps =
    userProductId === undefined
      ? [itemStep(state, difference, variation)]
      : stepsBesideStock(state, difference, variation, {userProductId, place: wanted.place ?? null})
  return {kind: 'change', steps, notes: notesOn(state, wanted, difference)}
}

/** The one that is named; the only one where there is no other. */
function variationOf({variations}: ItemState, id: number | undefined): VariationState | undefined {
  if (id !== undefined) return variations.find((each) => each.id === id)
  return variations.length === 1 ? variations[0] : undefined
}

function differenceOf(state: ItemState, wanted: Wanted, variation: VariationState | undefined): Difference {
  const {price, quantity, status, place} = wanted
  // Whatever else is asked of an item that is to be closed would be of no use, and in the way.
  if (status === 'closed') return state.status === 'closed' ? {} : {status}
  const present = (variation ?? state).availableQuantity
  const difference: Difference = {
    ...(price !== undefined && !pricesOf(state).every((each) => isSameAmount(each, price)) && {price}),
    // What lies at one place, the item does not tell.
    ...(quantity !== undefined && (quantity !== present || place !== undefined) && {quantity}),
    ...(status !== undefined && status !== state.status && {status}),
  }
  return {...difference, ...(staysPaused(state, wanted, difference) && {status: 'paused'})}
}

/** New stock ends a pause that only the lack of it had caused: one that is to stay has to be said. */
function staysPaused({status, subStatus}: ItemState, wanted: Wanted, {quantity = 0}: Difference): boolean {
  return wanted.status === 'paused' && status === 'paused' && quantity > 0 && !subStatus.includes('paused_by_seller')
}

function pricesOf({price, variations}: ItemState): Array<string | null> {
  return variations.length === 0 ? [price] : variations.map((each) => each.price)
}

function ruleAgainst(
  state: ItemState,
  difference: Difference,
  variation: VariationState | undefined,
): Refusal | undefined {
  const {status, subStatus, variations, availableQuantity} = state
  if (status === 'closed') return closedIsFinal(state)
  if (difference.status === 'closed') return undefined
  if (status === 'under_review' && !subStatus.some((each) => openToPatches.includes(each))) return underReview(state)
  if (shutStatuses.includes(status ?? '')) return notOpen(state)
  if (difference.quantity !== undefined && variations.length > 1 && variation === undefined)
    return variationNeeded(state)
  const isEmpty = totalAfter(availableQuantity, difference.quantity, variation) === 0
  return difference.status === 'active' && isEmpty ? noStock(state) : undefined
}

/** Of the item as a whole; null when it is not known. */
function totalAfter(total: number | null, quantity: number | undefined, variation: VariationState | undefined) {
  if (quantity === undefined) return total
  if (variation === undefined || total === null || variation.availableQuantity === null) return quantity
  return total - variation.availableQuantity + quantity
}

/**
 * Stock of a user product has a request of its own. A price goes before it, so that nothing is sold at the old one, and so
 * do pauses; an item is activated once it has stock. One that only lacked stock is active by that alone.
 */
function stepsBesideStock(
  state: ItemState,
  {price, quantity = 0, status}: Difference,
  variation: VariationState | undefined,
  kept: Pick<StockStep, 'userProductId' | 'place'>,
): PlannedStep[] {
  const activates = status === 'active'
  const first: Difference = {...(price !== undefined && {price}), ...(status !== undefined && !activates && {status})}
  const stock: StockStep = {
    kind: 'user-product',
    ...kept,
    quantity,
    variationId: variation?.id ?? null,
    before: {available_quantity: (variation ?? state).availableQuantity},
    after: {available_quantity: quantity},
  }
  const isPausedByItself = state.status === 'paused' && state.subStatus.every((each) => each === 'out_of_stock')
  return [
    ...(Object.keys(first).length === 0 ? [] : [itemStep(state, first, undefined)]),
    stock,
    ...(activates && !isPausedByItself ? [itemStep(state, {status: 'active'}, undefined)] : []),
  ]
}

/** All in one request: a second one within seconds would meet the lock of the first. */
function itemStep(state: ItemState, difference: Difference, variation: VariationState | undefined): ItemStep {
  const {price, quantity, status} = difference
  const changed = quantity === undefined ? undefined : variation
  return {
    kind: 'item',
    action: actionOf(difference),
    variationId: changed?.id ?? null,
    request: {method: 'PUT', path: `/items/${state.id}`, body: bodyOf(state, difference, changed)},
    before: valuesOf({
      price: price === undefined ? undefined : commonPrice(state),
      quantity: quantity === undefined ? undefined : (variation ?? state).availableQuantity,
      status: status === undefined ? undefined : state.status,
    }),
    after: valuesOf({price, quantity, status}),
  }
}

function actionOf({price, quantity}: Difference): WriteAction {
  if (quantity !== undefined) return 'stock'
  return price === undefined ? 'status' : 'price'
}

/**
 * With every id of the variations, because those left out may be deleted; and without the stock of the others, of which
 * some may be sold at this very moment.
 */
function bodyOf(state: ItemState, difference: Difference, changed: VariationState | undefined) {
  const {price, quantity, status} = difference
  const values = {
    ...(price !== undefined && {price: Number(price)}),
    ...(quantity !== undefined && {available_quantity: quantity}),
  }
  const ofItem = status === undefined ? {} : {status}
  if (state.variations.length === 0 || Object.keys(values).length === 0) return {...values, ...ofItem}
  const variations = state.variations.map(({id}) => ({
    id,
    ...(price !== undefined && {price: Number(price)}),
    ...(id === changed?.id && {available_quantity: quantity}),
  }))
  return {variations, ...ofItem}
}

/** Null where variations have several, which no request brings back. */
function commonPrice(state: ItemState): string | null {
  const [first = null, ...others] = pricesOf(state)
  return others.every((each) => isSameAmount(each, first)) ? first : null
}

type Values = {[Name in keyof Difference]: Difference[Name] | string | null | undefined}

function valuesOf({price, quantity, status}: Values): WriteValues {
  return {
    ...(price !== undefined && {price}),
    ...(quantity !== undefined && {available_quantity: quantity}),
    ...(status !== undefined && {status}),
  }
}

function notesOn(state: ItemState, wanted: Wanted, {price, quantity, status}: Difference): string[] {
  const {variations, subStatus, userProductId} = state
  const isPaused = state.status === 'paused' && status === undefined
  return [
    ...(status === 'closed' ? ['closing is final: a closed item cannot be opened again'] : []),
    ...(status === 'closed' && (wanted.price !== undefined || wanted.quantity !== undefined)
      ? ['price and stock are left as they are, because the item is closed']
      : []),
    ...(price !== undefined && variations.length > 1
      ? [`the price is that of all ${variations.length} variations`]
      : []),
    ...(quantity === 0 && variations.length < 2 && state.status === 'active' ? ['stock 0 pauses the item'] : []),
    ...(quantity !== undefined && quantity > 0 && isPaused && subStatus.includes('paused_by_seller')
      ? [`the item stays paused until meli products activate ${state.id}`]
      : []),
    ...(quantity !== undefined && userProductId !== null
      ? [`the stock is that of user product ${userProductId}, and of all items that share it`]
      : []),
  ]
}
