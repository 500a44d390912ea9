import {type Fields, isFields} from '../json.js'
import type {Caller} from '../users.js'
import {badRequest} from '../wire-errors.js'
import type {Catalogue} from './catalogue.js'
import {type Cause, invalid} from './errors.js'
import type {Item} from './item.js'
import {renderItem} from './render.js'
import {requirePublishable} from './validation.js'

/** The fields of a valid publication. @throws WireError 400 */
export function readPublication(body: unknown, caller: Caller): Fields {
  if (!isFields(body)) throw badRequest('the body must be an object')
  requirePublishable(body, caller)
  return body
}

/** `POST /items`. docs/mercadolibre.md, section 6.5. */
export function publish(catalogue: Catalogue, caller: Caller, body: unknown): Item {
  const {status: _, variations, ...fields} = readPublication(body, caller)
  const item = catalogue.create(caller, fields)
  // Variations come last, because those without a price take the item's.
  if (variations !== undefined && variations !== null) catalogue.update(item, {variations})
  // Stock belongs to the user product, so all its items now have this item's stock (section 6.4).
  if (item.familyName !== null) catalogue.update(item, {user_product_id: userProductFor(catalogue, item)})
  return item
}

/** docs/mercadolibre.md, section 6.5. */
const mostItems = 30

/**
 * The user product of a new item: the one of an item that is the same product, or a new one. The source describes sameness in
 * prose only (section 6.4); the emulator compares family name, category, condition and attributes.
 * @throws WireError 400 when the user product is full
 */
function userProductFor(catalogue: Catalogue, item: Item): string {
  const key = identityOf(item)
  const sibling = catalogue
    .listed(item.sellerId)
    .find((other) => other !== item && other.familyName === item.familyName && identityOf(other) === key)
  if (sibling?.userProductId == null) return `${item.siteId}U${item.number}`
  if (catalogue.ofUserProduct(sibling.userProductId).length >= mostItems) throw invalid([tooManyItems])
  return sibling.userProductId
}

const tooManyItems: Cause = {
  department: 'items',
  type: 'error',
  code: 'item.user_product.max_items',
  references: ['item.family_name'],
  message: `A user product has ${mostItems} items at most.`,
}

function identityOf(item: Item): string {
  return JSON.stringify(renderItem({...item, sellerSku: null}, ['category_id', 'condition', 'attributes']))
}
