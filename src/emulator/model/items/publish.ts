import {badRequest} from '../api-error.js'
import type {Caller} from '../caller.js'
import {type Fields, isFields} from '../json.js'
import type {Catalogue} from './catalogue.js'
import {userProductFor} from './families.js'
import type {Item} from './item.js'
import {requirePublishable} from './validation.js'

/** What would be published. @throws WireError 400 */
export function readPublication(body: unknown, caller: Caller): Fields {
  if (!isFields(body)) throw badRequest('the body must be an object')
  requirePublishable(body, caller)
  return body
}

/** `POST /items`. docs/mercadolibre.md, section 6.5. */
export function publish(catalogue: Catalogue, caller: Caller, body: unknown): Item {
  const {status: _, variations, ...fields} = readPublication(body, caller)
  const item = catalogue.create(caller, fields)
  // Variations come last: they take the item's price where they have none of their own.
  if (variations !== undefined && variations !== null) catalogue.update(item, {variations})
  // Stock is the user product's: what this item brings is what all of them have now (section 6.4).
  if (item.familyName !== null) catalogue.update(item, {user_product_id: userProductFor(catalogue, item)})
  return item
}
