import * as v from 'valibot'
import type {VariationState} from '../../services/ports/index.js'
import type {JsonSource} from '../http/body.js'
import {eachElement} from '../http/raw-json.js'
import {itemSpans} from './item-spans.js'
import {readSku} from './sku.js'
import {wireId} from './wire.js'

const text = v.fallback(v.nullable(v.string()), null)
const count = v.fallback(v.nullable(v.pipe(v.number(), v.safeInteger())), null)

const variationSchema = v.object({
  // Without it the variation would be left out of a change, and be deleted by that.
  id: wireId,
  available_quantity: count,
  seller_custom_field: v.optional(v.unknown()),
  user_product_id: text,
  attributes: v.optional(v.unknown()),
  attribute_combinations: v.fallback(
    v.array(v.fallback(v.nullable(v.object({id: text, name: text, value_name: text})), null)),
    [],
  ),
})

/** The variations of an item, whose list begins at `at` of the source; undefined when one of them cannot be named. */
export function readVariations(
  json: unknown,
  source: JsonSource,
  at: number | undefined,
): VariationState[] | undefined {
  if (json === null || json === undefined) return []
  const result = v.safeParse(v.array(variationSchema), json)
  if (!result.success) return undefined
  if (result.output.length === 0) return []
  const prices = pricesAt(source.text, at ?? source.text.length)
  return result.output.map((each, index) => variationOf(each, prices[index] ?? null, source))
}

/** Whether the answer left out the attributes of variations, and the SKUs with them: these are unknown rather than missing. */
export function lacksAttributes(variations: unknown): boolean {
  const all: readonly unknown[] = Array.isArray(variations) ? variations : []
  return all.length > 0 && all.every((each) => typeof each === 'object' && each !== null && !('attributes' in each))
}

function variationOf(
  variation: v.InferOutput<typeof variationSchema>,
  price: string | null,
  {decode}: JsonSource,
): VariationState {
  const {id, available_quantity, user_product_id} = variation
  const named = variation.attribute_combinations.flatMap((each) =>
    each === null || each.value_name === null ? [] : [`${each.name || each.id || ''}: ${each.value_name}`],
  )
  const sku = readSku(variation)
  return {
    id,
    price,
    available_quantity: available_quantity,
    seller_sku: sku === null ? null : decode(sku),
    user_product_id: user_product_id,
    name: named.length === 0 ? null : decode(named.join(', ')),
  }
}

function pricesAt(text: string, from: number): Array<string | null> {
  const prices: Array<string | null> = []
  eachElement(text, from, (at) => {
    const {price, end} = itemSpans(text, at)
    prices.push(price)
    return end
  })
  return prices
}
