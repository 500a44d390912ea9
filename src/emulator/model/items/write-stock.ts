import type {Fields} from '../json.js'
import type {Catalogue} from './catalogue.js'
import type {Item} from './item.js'
import {stateWith} from './stock.js'

/** Changes what is on the shelf, and the state that follows from it, at once. */
export function writeStock(catalogue: Catalogue, item: Item, quantity: number, fields: Fields): void {
  catalogue.update(item, {...fields, ...stateWith(item, quantity)})
}
