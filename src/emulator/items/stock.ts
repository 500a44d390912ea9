import type {Catalogue} from './catalogue.js'
import type {Item} from './item.js'
import {settleState} from './update.js'

/** Puts so many on an item; without stock it is paused, with stock again it is active again (docs/mercadolibre.md, section 6.4). */
export function setStock(catalogue: Catalogue, item: Item, quantity: number): void {
  catalogue.update(item, {available_quantity: quantity})
  if (item.status === 'active' || item.status === 'paused') settleState(catalogue, item, undefined)
}
