import type {ItemState} from '../../ports/index.js'
import {type Difference, isOutOfStock} from './difference.js'
import type {Wanted} from './wanted.js'

export const closingIsFinal = 'closing is final: a closed item cannot be opened again'
export const deletingIsFinal = 'deleting is final: a deleted item does not come back'

/** What follows from a change, for people. */
export function notesOn(state: ItemState, wanted: Wanted, {price, stocks, status}: Difference): string[] {
  const {variations, subStatus, userProductId} = state
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
    ...(isNew && isPaused && subStatus.includes('paused_by_seller')
      ? [`the item stays paused until meli products activate ${state.id}`]
      : []),
    ...(stocks.length > 0 && userProductId !== null
      ? [`the stock is that of user product ${userProductId}, and of all items that share it`]
      : []),
  ]
}
