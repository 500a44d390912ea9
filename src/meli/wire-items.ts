import * as v from 'valibot'
import type {ItemAnswer, Product} from '../services/ports.js'
import {elementTexts, propertyText} from './raw-json.js'
import {plainLine} from './text.js'
import {readDate} from './wire.js'

const text = v.fallback(v.nullish(v.string(), null), null)
const count = v.fallback(v.nullish(v.pipe(v.number(), v.safeInteger()), null), null)

const attributeSchema = v.object({id: v.string(), value_name: text})

const itemSchema = v.object({
  id: v.pipe(v.string(), v.minLength(1)),
  site_id: text,
  title: text,
  currency_id: text,
  available_quantity: count,
  sold_quantity: count,
  status: text,
  seller_custom_field: text,
  category_id: text,
  listing_type_id: text,
  condition: text,
  permalink: text,
  thumbnail: text,
  user_product_id: text,
  last_updated: v.optional(v.unknown()),
  attributes: v.fallback(v.array(v.fallback(v.nullable(attributeSchema), null)), []),
})

/** Both routes of the multiget: `status_code` and `id` on the new one, `code` on the old. */
const elementSchema = v.object({
  id: text,
  status_code: v.fallback(v.optional(v.number()), undefined),
  code: v.fallback(v.optional(v.number()), undefined),
  body: v.optional(v.unknown()),
})

const errorBodySchema = v.object({id: text, message: text, error: text})

export interface ElementContext {
  userId: number
  /** The answer as a whole was a 206. */
  partial: boolean
  redact: (text: string) => string
}

/**
 * The elements of a multiget by the order asked; undefined when the answer is no array. `json` is the parsed `source`,
 * which is kept to cut prices and documents out of it as they were sent.
 */
export function readElements(
  json: unknown,
  source: string,
  ids: readonly string[],
  context: ElementContext,
): ItemAnswer[] | undefined {
  if (!Array.isArray(json)) return undefined
  const sources = elementTexts(source)
  const answers = json.map((element, index) => {
    // Errors of the old route name no item; they stand where the item was asked.
    const asked = json.length === ids.length ? ids[index] : undefined
    return readElement(element, sources[index] ?? '', asked, context)
  })
  const byId = new Map(answers.map((answer) => [answer.ok ? answer.product.id : answer.id, answer]))
  return ids.map((id) => byId.get(id) ?? {ok: false, id, status: 0, message: 'not in the answer'})
}

function readElement(json: unknown, source: string, asked: string | undefined, context: ElementContext): ItemAnswer {
  const element = v.safeParse(elementSchema, json)
  if (!element.success) return {ok: false, id: asked ?? '', status: 0, message: 'not readable'}
  const {id, body} = element.output
  const status = element.output.status_code ?? element.output.code ?? 0
  if (status !== 200 && status !== 206) return refused(body, id, asked, status, context)
  const product = readProduct(body, propertyText(source, 'body') ?? '', {
    ...context,
    partial: context.partial || status === 206,
  })
  return product ? {ok: true, product} : {ok: false, id: id ?? asked ?? '', status, message: 'not readable'}
}

function refused(
  body: unknown,
  elementId: string | null,
  asked: string | undefined,
  status: number,
  context: ElementContext,
): ItemAnswer {
  const result = v.safeParse(errorBodySchema, body)
  const said = result.success ? result.output : undefined
  const message = plainLine(context.redact(said?.message || said?.error || `status ${status}`))
  return {ok: false, id: elementId ?? asked ?? said?.id ?? '', status, message}
}

/** `source` is the item's own text. Undefined when it has no id. */
export function readProduct(
  json: unknown,
  source: string,
  {userId, partial}: {userId: number; partial: boolean},
): Product | undefined {
  const result = v.safeParse(itemSchema, json)
  if (!result.success) return undefined
  const item = result.output
  return {
    id: item.id,
    userId,
    siteId: item.site_id,
    title: item.title,
    price: decimalText(propertyText(source, 'price')),
    currencyId: item.currency_id,
    availableQuantity: item.available_quantity,
    soldQuantity: item.sold_quantity,
    status: item.status,
    sellerSku:
      item.attributes.find((attribute) => attribute?.id === 'SELLER_SKU')?.value_name ?? item.seller_custom_field,
    categoryId: item.category_id,
    listingTypeId: item.listing_type_id,
    condition: item.condition,
    permalink: item.permalink,
    thumbnail: item.thumbnail,
    userProductId: item.user_product_id,
    lastUpdated: readDate(item.last_updated),
    partial,
    json: source,
  }
}

/** A number as it was written, 0.10 included; null for anything else. */
function decimalText(source: string | undefined): string | null {
  return /^"?(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"?$/.exec(source ?? '')?.[1] ?? null
}
