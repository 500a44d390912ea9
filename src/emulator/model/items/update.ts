import {type Fields, isFields, listOfFields} from '../json.js'
import {accessDenied, badRequest, WireError} from '../wire-errors.js'
import {mergeVariations, openStatus} from './apply-fields.js'
import type {Catalogue} from './catalogue.js'
import {type Cause, itemNotFound, lockConflict} from './errors.js'
import type {Item} from './item.js'
import {type Outcome, outcomeBody} from './outcomes.js'
import {renderItem} from './render.js'
import {cannotUpdate, changesPrice, requestsDeletion, requireUpdatable, setsPrice} from './update-rules.js'

/** The caller's item. @throws WireError 404, 403 */
export function ownItem(catalogue: Catalogue, id: string, userId: number): Item {
  const item = catalogue.get(id)
  if (item === undefined) throw itemNotFound(id)
  if (item.sellerId !== userId) throw accessDenied()
  return item
}

/** `PUT /items/:id`. Returns the whole item after the change. docs/mercadolibre.md, section 6.4. */
export function updateItem(catalogue: Catalogue, item: Item, body: unknown): Fields {
  if (!isFields(body)) throw badRequest('the body must be an object')
  const scripted = catalogue.outcomes.take('update', item.id)
  if (scripted !== undefined && scripted.effect === undefined) throw failureOf(scripted)
  requireUnlocked(catalogue, item)
  requireUpdatable(item, body, catalogue.now())
  const before = renderItem(item)
  if (scripted?.effect === 'ignored') return before
  const dropsPrice = (item.automated || scripted?.effect === 'price_dropped') && changesPrice(body)
  if (requestsDeletion(body)) markDeleted(catalogue, item)
  else write(catalogue, item, dropsPrice ? withoutPrices(body) : body)
  item.putMs = catalogue.now()
  if (scripted?.effect === 'lagging') return before
  return dropsPrice ? {...renderItem(item), warnings: [droppedPrice]} : renderItem(item)
}

function failureOf(scripted: Outcome): WireError {
  return scripted.status === 409 ? lockConflict() : new WireError(scripted.status, outcomeBody(scripted))
}

/**
 * The pages tell clients to wait a few seconds after a 409 and do not say how long. With `lock_window_ms` a PUT this soon after
 * the last one is refused. docs/mercadolibre.md, section 3 (409).
 */
function requireUnlocked(catalogue: Catalogue, item: Item): void {
  if (item.putMs > 0 && catalogue.now() - item.putMs < catalogue.settings.lock_window_ms) throw lockConflict()
}

/** A deleted item is not found any more. Whether it can still be read is our reading. docs/mercadolibre.md, section 6.4. */
function markDeleted(catalogue: Catalogue, item: Item): void {
  catalogue.update(item, {status: 'closed', sub_status: ['deleted']})
  catalogue.unlist(item)
}

function write(catalogue: Catalogue, item: Item, body: Fields): void {
  const {status, variations, ...fields} = body
  catalogue.update(item, fields)
  if (variations !== undefined) writeVariations(catalogue, item, listOfFields(variations))
  updateStatus(catalogue, item, status)
}

function withoutPrices({price: _, ...rest}: Fields): Fields {
  if (rest.variations === undefined) return rest
  return {...rest, variations: listOfFields(rest.variations).map(({price: __, ...entry}) => entry)}
}

/** Number and code are observed; the text is ours. docs/mercadolibre.md, sections 0 and 6.4. */
const droppedPrice: Cause = {
  department: 'items',
  cause_id: 314,
  type: 'warning',
  code: 'item.price.dropped',
  references: ['item.price'],
  message: 'price was dropped because it is not modifiable.',
}

/** Two sections of one page disagree about variations that are left out, so a setting decides. docs/mercadolibre.md, section 6.4. */
function writeVariations(catalogue: Catalogue, item: Item, entries: readonly Fields[]): void {
  mergeVariations(item, entries, {
    deleteLeftOut: entries.some(setsPrice) || catalogue.settings.variations_left_out === 'delete',
  })
}

/** Closes the item, or sets the status that follows from the wanted status and the stock. */
function updateStatus(catalogue: Catalogue, item: Item, wanted: unknown): void {
  if (wanted === 'closed') {
    item.stopMs = catalogue.now()
    catalogue.update(item, {status: 'closed', sub_status: []})
  } else catalogue.update(item, openStatus(item, item.quantity, wanted))
}

/**
 * Sellers with several origins change stock at its location, and `available_quantity` on their items "is ignored or refused"
 * (docs/mercadolibre.md, section 6.6). A setting chooses which, and whether other user products refuse it too.
 * @throws WireError 400
 */
export function withoutManagedStock(
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

/** The code is observed; the rest is our reading. docs/mercadolibre.md, section 6.4. */
const notUpdatable: Cause = {
  department: 'items',
  type: 'error',
  code: 'item.available_quantity.not_updatable',
  references: ['item.available_quantity'],
  message: 'available_quantity of a user product is not updatable.',
}
