import type {SyncedProduct} from '../../services/ports/index.js'
import type {JsonSource} from '../http/body.js'
import type {ItemDocument} from './bulk-answer.js'
import {readSku} from './sku.js'
import {lacksAttributes, readVariations} from './variations.js'
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
  'variations',
] as const

type ItemFields = Partial<Record<(typeof itemFields)[number], unknown>>

/**
 * By hand and not by a schema, for each item of a catalogue comes this way. What is of another type than documented is
 * null. Undefined without an id.
 */
export function readProduct({json, source, spans, partial}: ItemDocument, userId: number): SyncedProduct | undefined {
  if (!isObject(json)) return undefined
  const item: ItemFields = json
  const text = textReader(source)
  const id = text(item.id)
  if (id === null || id === '') return undefined
  const told = item.variations !== undefined || !partial
  return {
    id,
    user_id: userId,
    site_id: text(item.site_id),
    title: text(item.title),
    price: spans.price,
    currency_id: text(item.currency_id),
    available_quantity: countOf(item.available_quantity),
    sold_quantity: countOf(item.sold_quantity),
    status: text(item.status),
    seller_sku: text(readSku(item)),
    category_id: text(item.category_id),
    listing_type_id: text(item.listing_type_id),
    condition: text(item.condition),
    permalink: text(item.permalink),
    thumbnail: text(item.thumbnail),
    user_product_id: text(item.user_product_id),
    last_updated: readDate(item.last_updated),
    partial,
    variations: told ? (readVariations(item.variations, source, spans.variations) ?? null) : null,
    json: source.cut([spans.start, spans.end]),
    ...(lacksAttributes(item.variations) && {variationSkus: 'unknown' as const}),
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type Texts = (value: unknown) => string | null

function textReader({decode}: JsonSource): Texts {
  return (value) => (typeof value === 'string' ? decode(value) : null)
}

function countOf(value: unknown): number | null {
  return Number.isSafeInteger(value) ? (value as number) : null
}
