import * as v from 'valibot'
import type {ItemState, VariationState} from '../services/ports.js'
import type {ItemDocument} from './bulk-answer.js'
import {eachElement, eachProperty, valueEnd} from './raw-json.js'
import {readDate, wireId} from './wire.js'
import {decimalText} from './wire-items.js'
import {readSku} from './wire-sku.js'

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
const count = v.fallback(v.nullable(v.pipe(v.number(), v.safeInteger())), null)
const combinations = v.fallback(
  v.array(v.fallback(v.nullable(v.object({id: text, name: text, value_name: text})), null)),
  [],
)

const variationSchema = v.object({
  // Without it the variation would be left out of a change, and be deleted by that.
  id: wireId,
  available_quantity: count,
  seller_custom_field: v.optional(v.unknown()),
  user_product_id: text,
  attributes: v.optional(v.unknown()),
  attribute_combinations: combinations,
})

const itemSchema = v.object({
  id: v.pipe(v.string(), v.minLength(1)),
  seller_id: wireId,
  site_id: text,
  title: text,
  currency_id: text,
  available_quantity: count,
  status: text,
  sub_status: strings,
  seller_custom_field: v.optional(v.unknown()),
  user_product_id: text,
  variations: v.nullish(v.array(variationSchema)),
  tags: strings,
  last_updated: v.optional(v.unknown()),
  attributes: v.optional(v.unknown()),
})

type WireVariation = v.InferOutput<typeof variationSchema>
type Prices = {item: string | null; variations: Array<string | null>}

/** Undefined when a part is missing that a change has to know. */
export function readItemState({json, source, at, partial}: ItemDocument): ItemState | undefined {
  const result = v.safeParse(itemSchema, json)
  if (!result.success) return undefined
  const item = result.output
  // An item that shows no variations may have some, where parts were left out.
  if (partial && !Array.isArray(item.variations)) return undefined
  const prices = pricesAt(source.text, at)
  const {decode} = source
  const said = (value: string | null) => (value === null ? null : decode(value))
  return {
    id: item.id,
    sellerId: item.seller_id,
    siteId: item.site_id,
    title: said(item.title),
    price: prices.item,
    currencyId: item.currency_id,
    availableQuantity: item.available_quantity,
    status: item.status,
    subStatus: item.sub_status,
    sellerSku: said(readSku(item)),
    userProductId: item.user_product_id,
    variations: (item.variations ?? []).map((each, index) => variationOf(each, prices.variations[index] ?? null, said)),
    tags: item.tags,
    lastUpdated: readDate(item.last_updated),
  }
}

function variationOf(
  variation: WireVariation,
  price: string | null,
  said: (value: string | null) => string | null,
): VariationState {
  const {id, available_quantity, user_product_id} = variation
  const named = variation.attribute_combinations.flatMap((each) =>
    each === null || each.value_name === null ? [] : [`${each.name ?? each.id ?? ''}: ${each.value_name}`],
  )
  return {
    id,
    price,
    availableQuantity: available_quantity,
    sellerSku: said(readSku(variation)),
    userProductId: user_product_id,
    name: named.length === 0 ? null : said(named.join(', ')),
  }
}

/** As they were sent: a number of JavaScript forgets how it was written. */
function pricesAt(text: string, from: number): Prices {
  const prices: Prices = {item: null, variations: []}
  eachProperty(text, from, (name, at) => {
    const end = valueEnd(text, at)
    if (name === 'price') prices.item = decimalText(text.slice(at, end))
    if (name === 'variations') eachElement(text, at, (each) => readVariationPrice(text, each, prices.variations))
    return end
  })
  return prices
}

function readVariationPrice(text: string, from: number, into: Array<string | null>): number {
  let price: string | null = null
  const end = eachProperty(text, from, (name, at) => {
    const to = valueEnd(text, at)
    if (name === 'price') price = decimalText(text.slice(at, to))
    return to
  })
  into.push(price)
  return end
}
