import type {Fields} from '../json.js'
import type {Item} from './item.js'

/** What so much stock makes of the state of an item; nothing of one that is not open. */
export function stateWith(item: Item, quantity: number): Fields {
  const isOpen = item.status === 'active' || item.status === 'paused'
  return isOpen ? openState(item, quantity, undefined) : {}
}

/** What a wanted status and the stock make of an item that is not closed. docs/mercadolibre.md, section 6.4. */
export function openState({subStatus: before}: Item, quantity: number, wanted: unknown): Fields {
  const bySeller = wanted === 'paused' || (wanted === undefined && before.includes('paused_by_seller'))
  const reasons = [...(bySeller ? ['paused_by_seller'] : []), ...(quantity === 0 ? ['out_of_stock'] : [])]
  // Paused for another reason (say pictures that are still loading) stays so until someone activates it.
  const others = before.filter((sub) => sub !== 'paused_by_seller' && sub !== 'out_of_stock')
  const subStatus = wanted === 'active' ? reasons : [...others, ...reasons]
  return {status: subStatus.length === 0 ? 'active' : 'paused', sub_status: subStatus}
}
