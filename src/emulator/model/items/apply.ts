import {badRequest} from '../api-error.js'
import {type Fields, listOfFields} from '../json.js'
import {type Item, type ItemStatus, itemStatuses} from './item.js'
import {mergeVariations} from './variations.js'

const promotionLifeMs = 30 * 86_400_000

type Setter = (item: Item, value: unknown, name: string) => void

function numberOf(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw badRequest(`${name} must be a number`)
}

function textOrNull(value: unknown, name: string): string | null {
  if (value === null || typeof value === 'string') return value
  throw badRequest(`${name} must be text`)
}

function timeOf(value: unknown, name: string): number {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (Number.isNaN(ms)) throw badRequest(`${name} must be a date`)
  return ms
}

function statusOf(value: unknown): ItemStatus {
  const status = itemStatuses.find((known) => known === value)
  if (status === undefined) throw badRequest(`status must be one of ${itemStatuses.join(', ')}`)
  return status
}

/** Fields that live in a column of the record; all others are kept as they were written. */
const setters: Readonly<Record<string, Setter>> = {
  price: (item, value, name) => {
    item.price = numberOf(value, name)
    item.variations = item.variations.map((variation) => ({...variation, price: item.price}))
  },
  available_quantity: (item, value, name) => {
    item.quantity = numberOf(value, name)
    // The stock of an item is the sum of its variations'; all of it goes to the first.
    item.variations = item.variations.map((variation, n) => ({...variation, quantity: n === 0 ? item.quantity : 0}))
  },
  sold_quantity: (item, value, name) => {
    item.sold = numberOf(value, name)
  },
  status: (item, value) => {
    item.status = statusOf(value)
  },
  sub_status: (item, value) => {
    item.subStatus = Array.isArray(value) ? value.map(String) : []
  },
  listing_type_id: (item, value) => {
    item.listingTypeId = String(value)
  },
  start_time: (item, value, name) => {
    item.startMs = timeOf(value, name)
  },
  stop_time: (item, value, name) => {
    item.stopMs = timeOf(value, name)
  },
  last_updated: (item, value, name) => {
    item.updatedMs = timeOf(value, name)
  },
  seller_custom_field: (item, value, name) => {
    item.customField = textOrNull(value, name)
  },
  user_product_id: (item, value, name) => {
    item.userProductId = textOrNull(value, name)
  },
  family_name: (item, value, name) => {
    item.familyName = textOrNull(value, name)
  },
  price_automation: (item, value) => {
    if (typeof value !== 'boolean') throw badRequest('price_automation must be true or false')
    item.automated = value
  },
  // Its price, or null for none; it begins with this change.
  promotion: (item, value, name) => {
    const startMs = item.updatedMs
    item.promotion = value === null ? null : {amount: numberOf(value, name), startMs, endMs: startMs + promotionLifeMs}
  },
  attributes: (item, value) => writeAttributes(item, listOfFields(value)),
  variations: (item, value) => mergeVariations(item, listOfFields(value), {deleteLeftOut: false}),
}

/** Writes fields into the record, judging nothing but their types. @throws WireError 400, having changed nothing. */
export function applyFields(item: Item, fields: Fields): void {
  const draft = {...item}
  for (const [name, value] of Object.entries(fields)) {
    if (fixed.includes(name)) throw badRequest(`${name} cannot be changed`)
    const set = Object.hasOwn(setters, name) ? setters[name] : undefined
    if (set === undefined) draft.written = {...draft.written, [name]: value}
    else set(draft, value, name)
  }
  Object.assign(item, draft)
}

const fixed: readonly string[] = ['id', 'site_id', 'seller_id', 'date_created']

function writeAttributes(item: Item, given: readonly Fields[]): void {
  const kept = new Map(listOfFields(item.written?.attributes).map((attribute) => [String(attribute.id), attribute]))
  for (const attribute of given) {
    const id = String(attribute.id)
    const value = attribute.value_name
    // SELLER_SKU has a column because the search filters by it.
    if (id === 'SELLER_SKU') item.sellerSku = typeof value === 'string' ? value : null
    else kept.set(id, {...kept.get(id), ...attribute})
  }
  item.written = {...item.written, attributes: [...kept.values()]}
}
