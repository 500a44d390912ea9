import type {ItemState, VariationState, WriteAction, WriteValues} from '../ports.js'
import {isSameAmount} from './amount.js'
import {type Difference, differenceOf, pricesOf} from './difference.js'
import {notesOn} from './plan-notes.js'
import {closedIsFinal, noStock, notOpen, placeUnknown, underReview, variationNeeded, variationUnknown} from './rules.js'
import {userProductOf} from './stock-route.js'
import type {ItemStep, PlannedChange, PlannedStep, Refusal, SellerTraits, StockStep, Wanted} from './wanted.js'

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
      ? itemSteps(state, difference, variation)
      : stepsBesideStock(state, difference, variation, {userProductId, place: wanted.place ?? null})
  return {kind: 'change', steps, notes: notesOn(state, wanted, difference)}
}

/** The one that is named; the only one where there is no other. */
function variationOf({variations}: ItemState, id: number | undefined): VariationState | undefined {
  if (id !== undefined) return variations.find((each) => each.id === id)
  return variations.length === 1 ? variations[0] : undefined
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
 * do pauses; an item is activated once it has stock.
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
  return [
    ...(Object.keys(first).length === 0 ? [] : [itemStep(state, first, undefined)]),
    stock,
    ...(activates ? [itemStep(state, {status: 'active'}, undefined)] : []),
  ]
}

/** All in one request, because a second one within seconds would meet the lock of the first; but nothing without stock is activated. */
function itemSteps(state: ItemState, difference: Difference, variation: VariationState | undefined): ItemStep[] {
  const {status, ...rest} = difference
  const needsStock = status === 'active' && rest.quantity !== undefined && state.availableQuantity === 0
  if (!needsStock) return [itemStep(state, difference, variation)]
  return [itemStep(state, rest, variation), itemStep(state, {status}, undefined)]
}

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
