import * as v from 'valibot'
import type {UserProductStock} from '../../services/ports/index.js'
import {wireId} from './wire.js'

const id = v.fallback(v.nullable(v.union([v.string(), v.pipe(v.number(), v.safeInteger(), v.transform(String))])), null)

const stockSchema = v.object({
  id,
  user_id: v.fallback(v.nullable(wireId), null),
  locations: v.array(
    v.object({
      type: v.string(),
      quantity: v.pipe(v.number(), v.safeInteger()),
      store_id: id,
      network_node_id: id,
    }),
  ),
})

/** Undefined when a place or its quantity cannot be read. docs/mercadolibre.md, section 6.6. */
export function readStock(json: unknown, asked: string, version: string | null): UserProductStock | undefined {
  const result = v.safeParse(stockSchema, json)
  if (!result.success) return undefined
  return {...result.output, id: result.output.id ?? asked, version}
}
