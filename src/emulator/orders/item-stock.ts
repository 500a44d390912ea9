import type {Catalogue} from '../items/index.js'
import type {Item} from '../items/item.js'
import type {OrderLine} from './order.js'

type Sold = Pick<OrderLine, 'itemId' | 'variationId' | 'quantity'>

/** How many can be bought of the item, or of that variation of it. */
export function stockOf(item: Item, variationId: number | null): number {
  if (variationId === null) return item.quantity
  return item.variations.find(({id}) => id === variationId)?.quantity ?? 0
}

/** Units leave the shelf: the stock goes down, what was sold goes up, and an empty item pauses (section 6.4). */
export function take(catalogue: Catalogue, sold: Sold): void {
  move(catalogue, sold, sold.quantity)
}

/** Units come back; of an item that has been removed since then nothing does. */
export function giveBack(catalogue: Catalogue, sold: Sold): void {
  move(catalogue, sold, -sold.quantity)
}

function move(catalogue: Catalogue, {itemId, variationId}: Sold, units: number): void {
  const item = catalogue.get(itemId)
  if (item === undefined) return
  const variation = item.variations.find(({id}) => id === variationId)
  const quantity = item.quantity - units
  catalogue.update(item, {
    ...(variation === undefined
      ? {available_quantity: quantity}
      : {
          variations: [
            {
              id: variation.id,
              available_quantity: variation.quantity - units,
              sold_quantity: Math.max(0, variation.sold + units),
            },
          ],
        }),
    sold_quantity: Math.max(0, item.sold + units),
    ...stateWith(item, quantity),
  })
}

/** Out of stock it is paused, and with stock active again unless it is paused for another reason too (section 6.4). */
function stateWith({status, subStatus}: Item, quantity: number): Record<string, unknown> {
  if (status !== 'active' && status !== 'paused') return {}
  const others = subStatus.filter((sub) => sub !== 'out_of_stock')
  const reasons = quantity === 0 ? [...others, 'out_of_stock'] : others
  return {status: reasons.length === 0 ? 'active' : 'paused', sub_status: reasons}
}
