import * as v from 'valibot'
import type {ItemDocument} from './bulk-answer.js'
import {wireId} from './wire.js'

export const ownerFields = ['id', 'seller_id'] as const

const ownerSchema = v.object({id: v.pipe(v.string(), v.minLength(1)), seller_id: wireId})

/** Who sells an item; undefined when its document does not say so. */
export function readOwner({json}: ItemDocument): {id: string; sellerId: number} | undefined {
  const result = v.safeParse(ownerSchema, json)
  return result.success ? {id: result.output.id, sellerId: result.output.seller_id} : undefined
}
