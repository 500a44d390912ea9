import * as v from 'valibot'
import type {Shipment} from '../services/ports.js'
import {eachProperty, skipSpace, valueEnd} from './raw-json.js'
import {readDate, wireId} from './wire.js'

/** Absent, null or of another type than expected: all the same to us. */
const text = v.fallback(v.nullable(v.string()), null)
const date = v.pipe(v.unknown(), v.transform(readDate))
const named = v.fallback(v.nullable(v.object({name: text})), null)
const part = <T extends v.ObjectEntries>(entries: T) => v.fallback(v.nullable(v.object(entries)), null)

const shipmentSchema = v.object({
  id: wireId,
  status: text,
  substatus: text,
  date_created: v.optional(date, null),
  last_updated: v.optional(date, null),
  logistic: part({mode: text, type: text, direction: text}),
  destination: part({
    receiver_id: v.fallback(v.nullable(wireId), null),
    receiver_name: text,
    shipping_address: part({
      address_line: text,
      zip_code: text,
      city: named,
      state: named,
      country: named,
    }),
  }),
  tags: v.fallback(v.array(v.string()), []),
  lead_time: part({
    shipping_method: named,
    estimated_delivery_time: part({date: v.optional(date, null)}),
  }),
  tracking_number: text,
  tracking_method: text,
})

/** docs/mercadolibre.md, section 9. Undefined without an id. @param source the JSON's text: amounts keep their digits */
export function readShipment(
  json: unknown,
  source: string,
  {userId, partial}: {userId: number; partial: boolean},
): Shipment | undefined {
  const result = v.safeParse(shipmentSchema, json)
  if (!result.success) return undefined
  const {logistic, destination, lead_time: lead, ...wire} = result.output
  return {
    id: String(wire.id),
    userId,
    status: wire.status,
    substatus: wire.substatus,
    mode: logistic?.mode ?? null,
    logisticType: logistic?.type ?? null,
    direction: logistic?.direction ?? null,
    trackingNumber: wire.tracking_number,
    trackingMethod: wire.tracking_method,
    declaredValue: declaredValueIn(source),
    shippingMethod: lead?.shipping_method?.name ?? null,
    dateCreated: wire.date_created,
    lastUpdated: wire.last_updated,
    estimatedDelivery: lead?.estimated_delivery_time?.date ?? null,
    ...receiverOf(destination),
    tags: wire.tags,
    partial,
  }
}

type Destination = v.InferOutput<typeof shipmentSchema>['destination']

function receiverOf(destination: Destination) {
  const address = destination?.shipping_address
  return {
    receiverId: destination?.receiver_id ?? null,
    receiverName: destination?.receiver_name ?? null,
    addressLine: address?.address_line ?? null,
    zipCode: address?.zip_code ?? null,
    city: address?.city?.name ?? null,
    state: address?.state?.name ?? null,
    country: address?.country?.name ?? null,
  }
}

function declaredValueIn(source: string): string | null {
  let found: string | null = null
  eachProperty(source, skipSpace(source, 0), (name, at) => {
    const end = valueEnd(source, at)
    if (name === 'declared_value') found = decimal(source.slice(at, end))
    return end
  })
  return found
}

/** A number as it was written; null for anything else. */
function decimal(text: string): string | null {
  return /^"?(\d+(?:\.\d+)?)"?$/.exec(text)?.[1] ?? null
}

const sellerSchema = v.array(v.object({seller_id: wireId}))

/** Of the rows of `GET /shipments/{id}/orders`; undefined when the answer is something else. */
export function readSellers(json: unknown): number[] | undefined {
  const result = v.safeParse(sellerSchema, json ?? [])
  return result.success ? [...new Set(result.output.map((row) => row.seller_id))] : undefined
}
