import type {Catalogue} from './catalogue.js'
import {isFields} from './fields.js'
import type {Item} from './item.js'
import {cannotUpdate, notModifiable} from './update-rules.js'

/**
 * A seller with several origins changes stock where it lies, and `available_quantity` on items "is ignored or refused"
 * (docs/mercadolibre.md, section 6.6): which of the two is a setting.
 * @throws WireError 400
 */
export function withoutForeignStock(
  {settings}: Catalogue,
  item: Item,
  body: unknown,
  tags: readonly string[] = [],
): unknown {
  if (!tags.includes('warehouse_management') || !isFields(body) || body.available_quantity === undefined) return body
  if (settings.multiOriginQuantity === 'refused') throw cannotUpdate(item, [notModifiable('available_quantity')])
  const {available_quantity: _, ...rest} = body
  return rest
}
