import {type Fields, listOfFields} from '../json.js'
import type {WireError} from '../wire-errors.js'
import {conditionOf} from './attributes.js'
import {automatedPrice, type Cause, invalid, invalidTypes} from './errors.js'
import {type Item, promotionOf} from './item.js'
import {isWritable, priceCauses, typeProblems, variationCauses} from './validation.js'

/** Fields that cannot be changed after publication. docs/mercadolibre.md, section 6.4. */
const unchangeable = [
  'category_id',
  'currency_id',
  'domain_id',
  'catalog_product_id',
  'condition',
  'family_name',
  'user_product_id',
]
const unchangeableAfterSales = ['title', 'buying_mode', 'non_mercado_pago_payment_methods']

/** The service allows 250 for fashion, phone accessories and auto parts; the emulator does not distinguish categories. */
const maxVariations = 100

function notModifiable(field: string): Cause {
  const code = field === 'status' ? 'item.status.not_modifiable' : 'field_not_updatable'
  return {
    department: 'items',
    type: 'error',
    code,
    references: [`item.${field}`],
    message: `${field} is not modifiable.`,
  }
}

function refused(code: string, field: string, message: string): Cause {
  return {department: 'items', type: 'error', code, references: [`item.${field}`], message}
}

export function requestsDeletion({deleted}: Fields): boolean {
  return deleted === 'true' || deleted === true
}

/** @throws WireError 400 when this item cannot be changed so. docs/mercadolibre.md, section 6.4. */
export function requireUpdatable(item: Item, fields: Fields, nowMs: number): void {
  const problems = typeProblems(fields)
  if (problems.length > 0) throw invalidTypes(problems)
  const causes = [
    ...byState(item, fields),
    ...bySales(item, fields),
    ...byKind(item, fields),
    ...status(item, fields),
    ...quantity(item, fields),
    ...priceCauses(fields),
    ...variations(item, fields),
  ]
  // Two rules may refuse the same field.
  if (causes.length > 0) throw cannotUpdate(item, [...new Map(causes.map((cause) => [cause.message, cause])).values()])
  requireEditablePrice(item, fields, nowMs)
}

/** Refuses prices that the service sets. Observed for the item's own price; for variations it is our reading. */
function requireEditablePrice(item: Item, fields: Fields, nowMs: number): void {
  if (promotionOf(item, nowMs) !== null && changesPrice(fields)) throw invalid([inPromotion])
  // A price alone is refused; among other fields it is ignored. docs/mercadolibre.md, section 0.
  if (item.automated && changesOnlyPrice(fields)) throw automatedPrice()
}

/** The same code as for price automation, here inside `cause`. docs/mercadolibre.md, section 6.4. */
const inPromotion: Cause = {
  department: 'items',
  cause_id: 1,
  type: 'error',
  code: 'item.price.not_modifiable',
  references: ['item.price'],
  message: 'the item takes part in a promotion',
}

export function cannotUpdate({id, status, sold}: Item, causes: readonly Cause[]): WireError {
  return invalid(causes, `Cannot update item ${id} [status:${status}, has_bids:${sold > 0}]`)
}

/** A closed or forbidden item can only be deleted. */
function byState(item: Item, fields: Fields): Cause[] {
  const isOpen = item.status === 'active' || item.status === 'paused'
  if (isOpen) return fields.deleted === undefined ? [] : [notModifiable('deleted')]
  const deletable =
    (item.status === 'closed' || item.subStatus.includes('forbidden')) && !item.subStatus.includes('deleted')
  return Object.keys(fields)
    .filter((name) => name !== 'deleted' || !deletable || !requestsDeletion(fields))
    .map(notModifiable)
}

function bySales(item: Item, fields: Fields): Cause[] {
  if (item.sold === 0) return []
  return unchangeableAfterSales.filter((name) => fields[name] !== undefined).map(notModifiable)
}

function byKind(item: Item, fields: Fields): Cause[] {
  const names = Object.keys(fields).filter((name) => name !== 'deleted')
  const causes = names.filter((name) => unchangeable.includes(name) || !isWritable(name)).map(notModifiable)
  // The title of a user product derives from its family. docs/mercadolibre.md, section 6.4.
  if (item.familyName !== null && fields.title !== undefined && item.sold === 0) causes.push(notModifiable('title'))
  // With variations the item's own stock and price are refused: observed for stock, our reading for the price.
  if (item.variations.length > 0) {
    const root = ['available_quantity', 'price'].filter((name) => fields[name] !== undefined)
    causes.push(...root.map(notModifiable))
  }
  return causes
}

function changesOnlyPrice({price, variations, ...rest}: Fields): boolean {
  if (Object.keys(rest).length > 0) return false
  if (variations === undefined) return price !== undefined
  const entries = listOfFields(variations)
  return (
    entries.some(setsPrice) &&
    entries.every((entry) => Object.keys(entry).every((name) => name === 'id' || name === 'price'))
  )
}

export function changesPrice({price, variations}: Fields): boolean {
  return price !== undefined || listOfFields(variations).some(setsPrice)
}

export function setsPrice({price}: Fields): boolean {
  return price !== undefined
}

function status(item: Item, {status: wanted, available_quantity: quantity}: Fields): Cause[] {
  if (wanted === undefined) return []
  if (wanted !== 'active' && wanted !== 'paused' && wanted !== 'closed') {
    return [refused('item.status.invalid', 'status', `status ${String(wanted)} is not valid.`)]
  }
  // Whether an item without stock can be activated is not documented; it is refused here.
  const stays = item.quantity === 0 && typeof quantity !== 'number'
  return wanted === 'active' && stays && item.status === 'paused' ? [notModifiable('status')] : []
}

/** A stock of zero is only allowed for new items with a paid listing type. */
function quantity(item: Item, {available_quantity: quantity}: Fields): Cause[] {
  if (typeof quantity !== 'number') return []
  const mayBeZero = conditionOf(item) === 'new' && item.listingTypeId !== 'free'
  if (Number.isInteger(quantity) && (quantity > 0 || (quantity === 0 && mayBeZero))) return []
  return [refused('item.available_quantity.invalid', 'available_quantity', `Quantity ${quantity} is not valid`)]
}

function variations(item: Item, fields: Fields): Cause[] {
  if (fields.variations === undefined) return []
  if (item.familyName !== null) return [notModifiable('variations')]
  const entries = listOfFields(fields.variations)
  const known = new Set(item.variations.map(({id}) => id))
  const causes = entries
    .filter(({id}) => id !== undefined && id !== null && !(typeof id === 'number' && known.has(id)))
    .map(({id}) => refused('item.variations.invalid', 'variations', `Variation ${String(id)} does not exist.`))
  const prices = new Set(entries.map(({price}) => price).filter((price) => price !== undefined))
  if (prices.size > 1) {
    causes.push(refused('item.variations.price.invalid', 'variations', 'All variations must have the same price.'))
  }
  for (const price of prices) causes.push(...priceCauses({price}))
  causes.push(...variationCauses(entries))
  if (entries.length > maxVariations) {
    causes.push(refused('item.variations.max', 'variations', `At most ${maxVariations} variations are allowed.`))
  }
  return causes
}
