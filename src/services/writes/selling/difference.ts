import {isSameAmount} from '../../../records/amount.js'
import type {ItemState, VariationState} from '../../ports/index.js'
import type {Wanted} from './wanted.js'

/** How much of what there is to be: of the item itself where it has no variation, or none is named. */
export interface Stock {
  variation: VariationState | undefined
  quantity: number
}

/** What of it is not so yet. */
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
  // What lies at one place, the item does not tell.
  const differs = ({variation, quantity}: Stock) =>
    quantity !== (variation === undefined ? total : variation.availableQuantity) || place !== undefined
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

/** Of the item as a whole; null when it is not known. */
export function totalAfter({availableQuantity}: ItemState, stocks: readonly Stock[]): number | null {
  let total = availableQuantity
  for (const {variation, quantity} of stocks) {
    const before = variation?.availableQuantity ?? null
    total = total === null || before === null ? quantity : total - before + quantity
  }
  return total
}

/** Paused by that alone. */
export function isOutOfStock({status, subStatus}: ItemState): boolean {
  return status === 'paused' && subStatus.length > 0 && subStatus.every((each) => each === 'out_of_stock')
}

export function pricesOf({price, variations}: ItemState): Array<string | null> {
  return variations.length === 0 ? [price] : variations.map((each) => each.price)
}
