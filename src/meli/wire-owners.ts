import * as v from 'valibot'
import {wireId} from './wire.js'

const elementSchema = v.object({body: v.object({id: v.string(), seller_id: wireId})})

/** Who sells which item, by the elements of a multiget that say so; undefined when the answer is no array. */
export function readOwners(json: unknown): Map<string, number> | undefined {
  if (!Array.isArray(json)) return undefined
  const owners = new Map<string, number>()
  for (const element of json) {
    const result = v.safeParse(elementSchema, element)
    if (result.success) owners.set(result.output.body.id, result.output.body.seller_id)
  }
  return owners
}
