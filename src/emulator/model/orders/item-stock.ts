import type {Catalogue} from '../items/catalogue.js'
import type {Item} from '../items/item.js'
import {writeStock} from '../items/write-stock.js'
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
  const left = {available_quantity: (variation ?? item).quantity - units}
  const sold = {sold_quantity: Math.max(0, (variation ?? item).sold + units)}
  writeStock(catalogue, item, item.quantity - units, {
    ...(variation === undefined ? left : {variations: [{id: variation.id, ...left, ...sold}]}),
    sold_quantity: Math.max(0, item.sold + units),
  })
}
