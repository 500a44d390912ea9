import type {Catalogue} from './catalogue.js'
import {type Cause, invalid} from './errors.js'
import type {Item} from './item.js'
import {renderItem} from './render.js'

/** docs/mercadolibre.md, section 6.5. */
const mostItems = 30

/**
 * The user product of a new item: that of an item which is the same but for its price and how it is sold, or a new one. What
 * makes two items the same is said in prose only (section 6.4); we compare family name, category, condition and attributes.
 * @throws WireError 400 when it has all the items that it can have
 */
export function userProductFor(catalogue: Catalogue, item: Item): string {
  const key = keyOf(item)
  const sibling = catalogue
    .listed(item.sellerId)
    .find((other) => other !== item && other.familyName === item.familyName && keyOf(other) === key)
  if (sibling?.userProductId == null) return `${item.siteId}U${item.number}`
  if (catalogue.ofUserProduct(sibling.userProductId).length >= mostItems) throw invalid([full])
  return sibling.userProductId
}

const full: Cause = {
  department: 'items',
  type: 'error',
  code: 'item.user_product.max_items',
  references: ['item.family_name'],
  message: `A user product has ${mostItems} items at most.`,
}

function keyOf(item: Item): string {
  return JSON.stringify(renderItem({...item, sellerSku: null}, ['category_id', 'condition', 'attributes']))
}
