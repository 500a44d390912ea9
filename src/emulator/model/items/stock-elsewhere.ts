import {isFields} from '../json.js'
import type {Catalogue} from './catalogue.js'
import type {Cause} from './errors.js'
import type {Item} from './item.js'
import {cannotUpdate} from './update-rules.js'

/**
 * A seller with several origins changes stock where it lies, and `available_quantity` on items "is ignored or refused"
 * (docs/mercadolibre.md, section 6.6): which of the two is a setting, and whether other user products refuse it too.
 * @throws WireError 400
 */
export function withoutForeignStock(
  {settings}: Catalogue,
  item: Item,
  body: unknown,
  tags: readonly string[] = [],
): unknown {
  if (!isFields(body) || body.available_quantity === undefined) return body
  if (tags.includes('warehouse_management')) {
    if (settings.multi_origin_quantity === 'refused') throw cannotUpdate(item, [notUpdatable])
    const {available_quantity: _, ...rest} = body
    return rest
  }
  if (item.userProductId !== null && settings.user_product_quantity === 'refused')
    throw cannotUpdate(item, [notUpdatable])
  return body
}

/** The code is observed, the rest is our reading. docs/mercadolibre.md, section 6.4. */
const notUpdatable: Cause = {
  department: 'items',
  type: 'error',
  code: 'item.available_quantity.not_updatable',
  references: ['item.available_quantity'],
  message: 'available_quantity of a user product is not updatable.',
}
