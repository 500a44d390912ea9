import {type Fields, listOfFields} from '../json.js'
import {badRequest} from '../wire-errors.js'
import {type Item, type ItemStatus, itemStatuses, type Variation} from './item.js'

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

/** Setters for the fields that an item stores in a property of its own; others are kept as written. */
const setters: Readonly<Record<string, Setter>> = {
  price: (item, value, name) => {
    item.price = numberOf(value, name)
    item.variations = item.variations.map((variation) => ({...variation, price: item.price}))
  },
  available_quantity: (item, value, name) => {
    item.quantity = numberOf(value, name)
    // An item's stock is the sum of its variations' stocks, so the first variation takes all of it.
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
  // The promotion's price, or null for none. It begins with this change.
  promotion: (item, value, name) => {
    const startMs = item.updatedMs
    item.promotion = value === null ? null : {amount: numberOf(value, name), startMs, endMs: startMs + promotionLifeMs}
  },
  attributes: (item, value) => writeAttributes(item, listOfFields(value)),
  variations: (item, value) => mergeVariations(item, listOfFields(value), {deleteLeftOut: false}),
}

/** Writes fields into the item, checking nothing but their types. @throws WireError 400, with nothing changed */
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
    // SELLER_SKU has a property of its own because the search filters by it.
    if (id === 'SELLER_SKU') item.sellerSku = typeof value === 'string' ? value : null
    else kept.set(id, {...kept.get(id), ...attribute})
  }
  item.written = {...item.written, attributes: [...kept.values()]}
}

/** Fields of a variation that have a property of their own, or cannot be written. */
const columns = ['id', 'price', 'available_quantity', 'sold_quantity']

/**
 * Changes the variations that have an id, and adds those that have none. The item then has the price of its first variation and
 * the sum of their stocks. docs/mercadolibre.md, section 6.4.
 */
export function mergeVariations(
  item: Item,
  entries: readonly Fields[],
  {deleteLeftOut}: {deleteLeftOut: boolean},
): void {
  const named = new Map(entries.flatMap((entry) => (typeof entry.id === 'number' ? [[entry.id, entry] as const] : [])))
  const kept = item.variations.filter(({id}) => named.has(id) || !deleteLeftOut)
  const changed = kept.map((variation) => write(variation, named.get(variation.id) ?? {}))
  let last = Math.max(item.number * 100, ...item.variations.map(({id}) => id))
  const added = entries
    .filter(({id}) => id === undefined || id === null)
    .map((entry) => write({id: ++last, price: item.price, quantity: 0, sold: 0, colour: '', written: null}, entry))
  setVariations(item, [...changed, ...added])
}

export function deleteVariation(item: Item, variationId: number): void {
  setVariations(
    item,
    item.variations.filter(({id}) => id !== variationId),
  )
}

function setVariations(item: Item, variations: readonly Variation[]): void {
  item.variations = variations
  const [first] = variations
  if (first === undefined) return
  item.price = first.price
  item.quantity = variations.reduce((sum, {quantity}) => sum + quantity, 0)
}

function write(variation: Variation, entry: Fields): Variation {
  const rest = Object.fromEntries(Object.entries(entry).filter(([name]) => !columns.includes(name)))
  return {
    ...variation,
    price: numberOr(entry.price, variation.price),
    quantity: numberOr(entry.available_quantity, variation.quantity),
    sold: numberOr(entry.sold_quantity, variation.sold),
    written: Object.keys(rest).length === 0 ? variation.written : {...variation.written, ...rest},
  }
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}

/** True when all variations of a POST have the field, so that the item needs none. */
export function everyVariationHas(fields: Fields, name: string): boolean {
  const entries = listOfFields(fields.variations)
  return entries.length > 0 && entries.every((entry) => entry[name] !== undefined)
}

/** The status that an item has with this stock; no fields when it is neither active nor paused. */
export function statusWithStock(item: Item, quantity: number): Fields {
  const isOpen = item.status === 'active' || item.status === 'paused'
  return isOpen ? openStatus(item, quantity, undefined) : {}
}

/** The status of an item that is not closed, after a wanted status and its stock. docs/mercadolibre.md, section 6.4. */
export function openStatus({subStatus: before}: Item, quantity: number, wanted: unknown): Fields {
  const bySeller = wanted === 'paused' || (wanted === undefined && before.includes('paused_by_seller'))
  const reasons = [...(bySeller ? ['paused_by_seller'] : []), ...(quantity === 0 ? ['out_of_stock'] : [])]
  // Another reason for the pause, such as pictures that are still loading, stays until the item is activated.
  const others = before.filter((sub) => sub !== 'paused_by_seller' && sub !== 'out_of_stock')
  const subStatus = wanted === 'active' ? reasons : [...others, ...reasons]
  return {status: subStatus.length === 0 ? 'active' : 'paused', sub_status: subStatus}
}
