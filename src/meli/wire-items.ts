import type {Fetched, SyncedProduct} from '../services/ports.js'
import type {JsonSource} from './body.js'
import {eachElement, eachProperty, type Span, skipSpace, valueEnd} from './raw-json.js'
import {plainLine} from './text.js'
import {readDate} from './wire.js'

/** The fields that a Product is made of: what is asked for of each item, and all that is. */
export const itemFields = [
  'id',
  'site_id',
  'title',
  'price',
  'currency_id',
  'available_quantity',
  'sold_quantity',
  'status',
  'seller_custom_field',
  'category_id',
  'listing_type_id',
  'condition',
  'permalink',
  'thumbnail',
  'user_product_id',
  'last_updated',
  'attributes',
] as const

type ItemFields = Partial<Record<(typeof itemFields)[number], unknown>>

export interface ElementContext {
  userId: number
  /** The answer as a whole was a 206. */
  partial: boolean
  redact: (text: string) => string
}

/** Where the document of an item is, and the price in it. */
interface ItemSpans {
  body: Span | undefined
  price: Span | undefined
}

/**
 * The elements of a multiget by the order asked; undefined when the answer is no array. Prices and documents are cut out
 * of the source as they were sent: one walk over it finds them all.
 */
export function readElements(
  source: JsonSource,
  ids: readonly string[],
  context: ElementContext,
): Fetched<SyncedProduct>[] | undefined {
  const {json} = source
  if (!Array.isArray(json)) return undefined
  const spans = spansOf(source.text)
  const answers = json.map((element, index) => {
    // Errors of the old route name no item; they stand where the item was asked.
    const asked = json.length === ids.length ? ids[index] : undefined
    return readElement(element, {source, spans: spans[index] ?? none, asked}, context)
  })
  const byId = new Map(answers.map((answer) => [answer.id, answer]))
  return ids.map((id) => byId.get(id) ?? {ok: false, id, status: 0, message: 'not in the answer'})
}

const none: ItemSpans = {body: undefined, price: undefined}

function spansOf(source: string): ItemSpans[] {
  const found: ItemSpans[] = []
  eachElement(source, skipSpace(source, 0), (at) => {
    let spans = none
    const end = eachProperty(source, at, (name, from) => {
      if (name !== 'body') return valueEnd(source, from)
      const item = spansAt(source, from)
      spans = item.spans
      return item.end
    })
    found.push(spans)
    return end
  })
  return found
}

function spansAt(source: string, from: number): {spans: ItemSpans; end: number} {
  let price: Span | undefined
  const end = eachProperty(source, from, (name, at) => {
    const to = valueEnd(source, at)
    if (name === 'price') price = [at, to]
    return to
  })
  return {spans: {body: [from, end], price}, end}
}

type Place = {source: JsonSource; spans: ItemSpans; asked: string | undefined}

/** Both routes of the multiget: `status_code` and `id` on the new one, `code` on the old. */
function readElement(element: unknown, {source, spans, asked}: Place, context: ElementContext): Fetched<SyncedProduct> {
  if (!isObject(element)) return {ok: false, id: asked ?? '', status: 0, message: 'not readable'}
  const {body} = element
  const text = textReader(source)
  const id = text(element.id) ?? undefined
  const status = numberOf(element.status_code) ?? numberOf(element.code) ?? 0
  if (status !== 200 && status !== 206) return refused(body, {id, asked, status}, text, context)
  const partial = context.partial || status === 206
  const product = toProduct(body, source, spans, {userId: context.userId, partial})
  if (product !== undefined) return {ok: true, id: product.id, record: product}
  return {ok: false, id: id ?? asked ?? '', status, message: 'not readable'}
}

type Refused = {id: string | undefined; asked: string | undefined; status: number}

function refused(body: unknown, {id, asked, status}: Refused, text: Texts, context: ElementContext) {
  const said = isObject(body) ? body : {}
  const message = plainLine(context.redact(text(said.message) || text(said.error) || `status ${status}`))
  return {ok: false, id: id ?? asked ?? text(said.id) ?? '', status, message} as const
}

/** By hand and not by a schema, for each item of a catalogue comes this way. What is of another type than documented is null. Undefined without an id. */
function toProduct(
  json: unknown,
  source: JsonSource,
  {body, price}: ItemSpans,
  {userId, partial}: {userId: number; partial: boolean},
): SyncedProduct | undefined {
  if (!isObject(json)) return undefined
  const item: ItemFields = json
  const text = textReader(source)
  const id = text(item.id)
  if (id === null || id === '') return undefined
  return {
    id,
    userId,
    siteId: text(item.site_id),
    title: text(item.title),
    price: price === undefined ? null : decimalText(source.text.slice(...price)),
    currencyId: text(item.currency_id),
    availableQuantity: countOf(item.available_quantity),
    soldQuantity: countOf(item.sold_quantity),
    status: text(item.status),
    sellerSku: text(skuIn(item.attributes)) ?? text(item.seller_custom_field),
    categoryId: text(item.category_id),
    listingTypeId: text(item.listing_type_id),
    condition: text(item.condition),
    permalink: text(item.permalink),
    thumbnail: text(item.thumbnail),
    userProductId: text(item.user_product_id),
    lastUpdated: readDate(item.last_updated),
    partial,
    json: source.cut(body ?? [0, source.text.length]),
  }
}

function skuIn(attributes: unknown): unknown {
  if (!Array.isArray(attributes)) return null
  const sku: unknown = attributes.find((attribute) => isObject(attribute) && attribute.id === 'SELLER_SKU')
  return isObject(sku) ? sku.value_name : null
}

/** A number as it was written, 0.10 included; null for anything else. */
export function decimalText(source: string): string | null {
  return /^"?(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"?$/.exec(source)?.[1] ?? null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type Texts = (value: unknown) => string | null

function textReader({decode}: JsonSource): Texts {
  return (value) => (typeof value === 'string' ? decode(value) : null)
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function countOf(value: unknown): number | null {
  return Number.isSafeInteger(value) ? (value as number) : null
}
