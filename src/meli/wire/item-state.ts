import * as v from 'valibot'
import type {ItemState} from '../../services/ports/index.js'
import type {ItemDocument} from './bulk-answer.js'
import {readSku} from './sku.js'
import {lacksAttributes, readVariations} from './variations.js'
import {readDate, wireId} from './wire.js'

/** All that is asked for of an item before it is changed. */
export const stateFields = [
  'id',
  'seller_id',
  'site_id',
  'title',
  'price',
  'currency_id',
  'available_quantity',
  'status',
  'sub_status',
  'seller_custom_field',
  'user_product_id',
  'variations',
  'tags',
  'last_updated',
  'attributes',
] as const

const text = v.fallback(v.nullable(v.string()), null)
const strings = v.fallback(v.array(v.string()), [])

const itemSchema = v.object({
  id: v.pipe(v.string(), v.minLength(1)),
  seller_id: wireId,
  site_id: text,
  title: text,
  currency_id: text,
  available_quantity: v.fallback(v.nullable(v.pipe(v.number(), v.safeInteger())), null),
  status: text,
  sub_status: strings,
  seller_custom_field: v.optional(v.unknown()),
  user_product_id: text,
  variations: v.optional(v.unknown()),
  tags: strings,
  last_updated: v.optional(v.unknown()),
  attributes: v.optional(v.unknown()),
})

/** Undefined when a part is missing that a change has to know. */
export function readItemState({json, source, spans, partial}: ItemDocument): ItemState | undefined {
  const result = v.safeParse(itemSchema, json)
  if (!result.success) return undefined
  const item = result.output
  // An item that shows no variations may have some, where parts were left out.
  if (partial && !Array.isArray(item.variations)) return undefined
  const variations = readVariations(item.variations, source, spans.variations)
  if (variations === undefined) return undefined
  const {decode} = source
  const said = (value: string | null) => (value === null ? null : decode(value))
  return {
    id: item.id,
    seller_id: item.seller_id,
    site_id: item.site_id,
    title: said(item.title),
    price: spans.price,
    currency_id: item.currency_id,
    available_quantity: item.available_quantity,
    status: item.status,
    sub_status: item.sub_status,
    seller_sku: said(readSku(item)),
    user_product_id: item.user_product_id,
    variations,
    ...(lacksAttributes(item.variations) && {lacksVariationSkus: true}),
    tags: item.tags,
    last_updated: readDate(item.last_updated),
  }
}
