import {WireError} from '../wire-error.js'
import {accessDenied, badRequest} from '../wire-errors.js'
import type {Catalogue} from './catalogue.js'
import {type Cause, itemNotFound, lockConflict} from './errors.js'
import {type Fields, isFields, listOfFields} from './fields.js'
import type {Item} from './item.js'
import {outcomeBody} from './outcomes.js'
import {renderItem} from './render.js'
import {openState} from './stock.js'
import {asksToDelete, requireUpdatable, setsPrice} from './update-rules.js'
import {mergeVariations} from './variations.js'

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
  requireUnlocked(catalogue, item)
  requireUpdatable(item, body)
  const warnings: Cause[] = []
  if (asksToDelete(body)) markDeleted(catalogue, item)
  else write(catalogue, item, body, warnings)
  item.putMs = catalogue.now()
  const shown = renderItem(item)
  return warnings.length === 0 ? shown : {...shown, warnings}
}

/**
 * The real lock is held while an earlier change is still being copied around, for how long nobody says; ours refuses a PUT
 * within `lockWindowMs` of the last one. A client that waits a few seconds and tries again gets through, as documented.
 * docs/mercadolibre.md, section 3 (409).
 */
function requireUnlocked(catalogue: Catalogue, item: Item): void {
  const ordered = catalogue.outcomes.take('update', item.id)
  if (ordered?.status === 409) throw lockConflict()
  if (ordered !== undefined) throw new WireError(ordered.status, outcomeBody(ordered))
  if (item.putMs > 0 && catalogue.now() - item.putMs < catalogue.settings.lockWindowMs) throw lockConflict()
}

/** A deleted item leaves the search; that it can still be read is our reading. docs/mercadolibre.md, section 6.4. */
function markDeleted(catalogue: Catalogue, item: Item): void {
  catalogue.update(item, {status: 'closed', sub_status: ['deleted']})
  catalogue.unlist(item)
}

function write(catalogue: Catalogue, item: Item, body: Fields, warnings: Cause[]): void {
  const {status, price, ...rest} = body
  const variations = body.variations === undefined ? undefined : listOfFields(body.variations)
  const {variations: _, ...fields}: Record<string, unknown> = {...rest}
  if (price !== undefined && !item.automated) fields.price = price
  // The text of the warning is not documented. docs/mercadolibre.md, section 0.
  if (item.automated && (price !== undefined || variations?.some(setsPrice) === true)) warnings.push(ignoredPrice)
  catalogue.update(item, fields)
  if (variations !== undefined)
    writeVariations(catalogue, item, item.automated ? variations.map(withoutPrice) : variations)
  settleState(catalogue, item, status)
}

function withoutPrice({price: _, ...rest}: Fields): Fields {
  return rest
}

const ignoredPrice: Cause = {
  department: 'items',
  type: 'warning',
  code: 'item.price.not_modifiable',
  references: ['item.price'],
  message: 'price was ignored because the item has price automation.',
}

/** Two sections of the same page disagree on ids left out. docs/mercadolibre.md, section 6.4. */
function writeVariations(catalogue: Catalogue, item: Item, entries: readonly Fields[]): void {
  mergeVariations(item, entries, {
    deleteLeftOut: entries.some(setsPrice) || catalogue.settings.variationsLeftOut === 'delete',
  })
}

/** Closes the item, or gives it the state that the wanted status and its stock make. */
function settleState(catalogue: Catalogue, item: Item, wanted: unknown): void {
  if (wanted === 'closed') {
    item.stopMs = catalogue.now()
    catalogue.update(item, {status: 'closed', sub_status: []})
  } else catalogue.update(item, openState(item, item.quantity, wanted))
}
