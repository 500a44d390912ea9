import type {ItemState, VariationState} from '../ports.js'
import {isSameAmount} from './amount.js'
import type {Wanted} from './wanted.js'

/** What of it is not so yet. */
export type Difference = Pick<Wanted, 'price' | 'quantity' | 'status'>

export function differenceOf(state: ItemState, wanted: Wanted, variation: VariationState | undefined): Difference {
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
  if (!isOutOfStock(state) || (difference.quantity ?? 0) === 0) return difference
  // New stock ends a pause that only the lack of it had caused: one that is to stay has to be said, and no end of it.
  const {status: _, ...rest} = difference
  return status === 'paused' ? {...rest, status} : rest
}

/** Paused by that alone. */
export function isOutOfStock({status, subStatus}: ItemState): boolean {
  return status === 'paused' && subStatus.length > 0 && subStatus.every((each) => each === 'out_of_stock')
}

export function pricesOf({price, variations}: ItemState): Array<string | null> {
  return variations.length === 0 ? [price] : variations.map((each) => each.price)
}
