import {type Fields, isFields, listOfFields} from '../json.js'
import {accessDenied, badRequest, WireError} from '../wire-errors.js'
import {mergeVariations, openState} from './apply-fields.js'
import type {Catalogue} from './catalogue.js'
import {type Cause, itemNotFound, lockConflict} from './errors.js'
import type {Item} from './item.js'
import {type Outcome, outcomeBody} from './outcomes.js'
import {renderItem} from './render.js'
import {asksToDelete, cannotUpdate, changesPrice, requireUpdatable, setsPrice} from './update-rules.js'

/** The caller's own item. @throws WireError 404, 403 */
export function ownItem(catalogue: Catalogue, id: string, userId: number): Item {
  const item = catalogue.get(id)
  if (item === undefined) throw itemNotFound(id)
  if (item.sellerId !== userId) throw accessDenied()
  return item
}

/** `PUT /items/:id`: the whole item after the change. docs/mercadolibre.md, section 6.4. */
export function updateItem(catalogue: Catalogue, item: Item, body: unknown): Fields {
  if (!isFields(body)) throw badRequest('the body must be an object')
  const ordered = catalogue.outcomes.take('update', item.id)
  if (ordered !== undefined && ordered.effect === undefined) throw failureOf(ordered)
  requireUnlocked(catalogue, item)
  requireUpdatable(item, body, catalogue.now())
  const before = renderItem(item)
  if (ordered?.effect === 'ignored') return before
  const dropsPrice = (item.automated || ordered?.effect === 'price_dropped') && changesPrice(body)
  if (asksToDelete(body)) markDeleted(catalogue, item)
  else write(catalogue, item, dropsPrice ? withoutPrices(body) : body)
  item.putMs = catalogue.now()
  if (ordered?.effect === 'lagging') return before
  return dropsPrice ? {...renderItem(item), warnings: [droppedPrice]} : renderItem(item)
}

function failureOf(ordered: Outcome): WireError {
  return ordered.status === 409 ? lockConflict() : new WireError(ordered.status, outcomeBody(ordered))
}

/**
 * The pages let a client wait a few seconds after a 409, for how long nobody says; with `lockWindowMs` a PUT so soon after the
 * last one is refused, however it came. docs/mercadolibre.md, section 3 (409).
 */
function requireUnlocked(catalogue: Catalogue, item: Item): void {
  if (item.putMs > 0 && catalogue.now() - item.putMs < catalogue.settings.lock_window_ms) throw lockConflict()
}

/** A deleted item leaves the search; that it can still be read is our reading. docs/mercadolibre.md, section 6.4. */
function markDeleted(catalogue: Catalogue, item: Item): void {
  catalogue.update(item, {status: 'closed', sub_status: ['deleted']})
  catalogue.unlist(item)
}

function write(catalogue: Catalogue, item: Item, body: Fields): void {
  const {status, variations, ...fields} = body
  catalogue.update(item, fields)
  if (variations !== undefined) writeVariations(catalogue, item, listOfFields(variations))
  settleState(catalogue, item, status)
}

function withoutPrices({price: _, ...rest}: Fields): Fields {
  if (rest.variations === undefined) return rest
  return {...rest, variations: listOfFields(rest.variations).map(({price: __, ...entry}) => entry)}
}

/** Number and code are observed, the text is our reading. docs/mercadolibre.md, sections 0 and 6.4. */
const droppedPrice: Cause = {
  department: 'items',
  cause_id: 314,
  type: 'warning',
  code: 'item.price.dropped',
  references: ['item.price'],
  message: 'price was dropped because it is not modifiable.',
}

/** Two sections of the same page disagree on ids left out. docs/mercadolibre.md, section 6.4. */
function writeVariations(catalogue: Catalogue, item: Item, entries: readonly Fields[]): void {
  mergeVariations(item, entries, {
    deleteLeftOut: entries.some(setsPrice) || catalogue.settings.variations_left_out === 'delete',
  })
}

/** Closes the item, or gives it the state that the wanted status and its stock make. */
function settleState(catalogue: Catalogue, item: Item, wanted: unknown): void {
  if (wanted === 'closed') {
    item.stopMs = catalogue.now()
    catalogue.update(item, {status: 'closed', sub_status: []})
  } else catalogue.update(item, openState(item, item.quantity, wanted))
}

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
