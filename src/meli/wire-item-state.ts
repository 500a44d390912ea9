import * as v from 'valibot'
import type {Fetched, ItemState, VariationState} from '../services/ports.js'
import type {JsonSource} from './body.js'
import {eachElement, eachProperty, skipSpace, valueEnd} from './raw-json.js'
import {plainLine} from './text.js'
import {readDate, wireId} from './wire.js'
import {decimalText} from './wire-items.js'

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
const attributes = v.fallback(
  v.array(v.fallback(v.nullable(v.object({id: text, name: text, value_name: text})), null)),
  [],
)

const variationSchema = v.object({
  // Without it the variation would be left out of a change, and be deleted by that.
  id: wireId,
  available_quantity: count,
  seller_custom_field: text,
  user_product_id: text,
  attributes,
  attribute_combinations: attributes,
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
  seller_custom_field: text,
  user_product_id: text,
  variations: v.nullish(v.array(variationSchema)),
  tags: strings,
  last_updated: v.optional(v.unknown()),
  attributes,
})

type WireVariation = v.InferOutput<typeof variationSchema>
type Prices = {item: string | null; variations: Array<string | null>}

export interface StateContext {
  /** The service left parts out, as a 206 says: an item that shows no variations may have some. */
  partial: boolean
}

/** The item that begins at `at` of the source; undefined when a part is missing that a change has to know. */
export function readItemState(
  json: unknown,
  source: JsonSource,
  at: number,
  {partial}: StateContext,
): ItemState | undefined {
  const result = v.safeParse(itemSchema, json)
  if (!result.success) return undefined
  const item = result.output
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
    sellerSku: said(skuIn(item.attributes) ?? item.seller_custom_field),
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
  const {id, available_quantity, attributes, seller_custom_field, user_product_id} = variation
  const named = variation.attribute_combinations.flatMap((each) =>
    each === null || each.value_name === null ? [] : [`${each.name ?? each.id ?? ''}: ${each.value_name}`],
  )
  return {
    id,
    price,
    availableQuantity: available_quantity,
    sellerSku: said(skuIn(attributes) ?? seller_custom_field),
    userProductId: user_product_id,
    name: named.length === 0 ? null : said(named.join(', ')),
  }
}

function skuIn(list: v.InferOutput<typeof attributes>): string | null {
  return list.find((each) => each?.id === 'SELLER_SKU')?.value_name ?? null
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

const elementSchema = v.object({
  id: v.optional(v.unknown()),
  code: v.optional(v.unknown()),
  status_code: v.optional(v.unknown()),
  body: v.optional(v.unknown()),
})

const refusalSchema = v.fallback(v.object({id: text, message: text, error: text}), {
  id: null,
  message: null,
  error: null,
})

interface ElementsContext extends StateContext {
  redact: (text: string) => string
}

/** The elements of a multiget by the order asked; undefined when the answer is no array. */
export function readStates(
  source: JsonSource,
  ids: readonly string[],
  context: ElementsContext,
): Fetched<ItemState>[] | undefined {
  const {json} = source
  if (!Array.isArray(json)) return undefined
  const bodies = bodiesIn(source.text)
  const read = json.map((element: unknown, index) => {
    // Errors of the old route name no item; they stand where the item was asked.
    const asked = json.length === ids.length ? ids[index] : undefined
    return readElement(element, {source, at: bodies[index] ?? 0, asked}, context)
  })
  const byId = new Map(read.map((each) => [each.id, each]))
  return ids.map((id) => byId.get(id) ?? {ok: false, id, status: 0, message: 'not in the answer'})
}

/** Where the body of each element begins. */
function bodiesIn(source: string): number[] {
  const bodies: number[] = []
  eachElement(source, skipSpace(source, 0), (at) => {
    let body = at
    const end = eachProperty(source, at, (name, from) => {
      if (name === 'body') body = from
      return valueEnd(source, from)
    })
    bodies.push(body)
    return end
  })
  return bodies
}

type Place = {source: JsonSource; at: number; asked: string | undefined}

function readElement(element: unknown, {source, at, asked}: Place, context: ElementsContext): Fetched<ItemState> {
  const said = v.safeParse(elementSchema, element)
  if (!said.success) return {ok: false, id: asked ?? '', status: 0, message: 'not readable'}
  const {id, status_code, code, body} = said.output
  const status = Number([status_code, code].find((each) => typeof each === 'number') ?? 0)
  const named = typeof id === 'string' ? id : asked
  if (status === 200 || status === 206) {
    const state = readItemState(body, source, at, {partial: context.partial || status === 206})
    if (state !== undefined) return {ok: true, id: state.id, record: state}
    return {ok: false, id: named ?? '', status, message: 'not readable'}
  }
  const {id: own, message, error} = v.parse(refusalSchema, body)
  const words = context.redact(source.decode(message || error || `status ${status}`))
  return {ok: false, id: named ?? own ?? '', status, message: plainLine(words)}
}
