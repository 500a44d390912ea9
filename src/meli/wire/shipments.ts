import * as v from 'valibot'
import type {Shipment, ShipmentOrders} from '../../services/ports/index.js'
import {eachProperty, skipSpace, valueEnd} from '../http/raw-json.js'
import {readDate, wireText as text, wireId} from './wire.js'

const date = v.pipe(v.unknown(), v.transform(readDate))
const id = v.fallback(v.nullable(wireId), null)
const part = <T extends v.ObjectEntries>(entries: T) => v.fallback(v.nullable(v.object(entries)), null)
const named = part({name: text})
const place = {
  address_line: text,
  zip_code: text,
  city: named,
  state: named,
  country: named,
}
const arrival = part({date: v.optional(date, null)})

const shipmentSchema = v.object({
  id: wireId,
  status: text,
  substatus: text,
  date_created: v.optional(date, null),
  last_updated: v.optional(date, null),
  tags: v.fallback(v.array(v.string()), []),
  tracking_number: text,
  tracking_method: text,
  // The new format.
  logistic: part({mode: text, type: text, direction: text}),
  destination: part({receiver_id: id, receiver_name: text, shipping_address: part(place)}),
  lead_time: part({shipping_method: named, estimated_delivery_time: arrival}),
  // The flat format.
  mode: text,
  logistic_type: text,
  receiver_id: id,
  receiver_address: part({...place, receiver_name: text}),
  shipping_option: part({name: text, estimated_delivery_time: arrival}),
})

type WireShipment = v.InferOutput<typeof shipmentSchema>

/**
 * A shipment in the new format or in the flat one, which is answered without `x-format-new` and sometimes in spite of it:
 * docs/mercadolibre.md, section 9. Undefined without an id. @param source the JSON's text: amounts keep their digits
 */
export function readShipment(
  json: unknown,
  source: string,
  {userId, partial}: {userId: number; partial: boolean},
): Shipment | undefined {
  const result = v.safeParse(shipmentSchema, json)
  if (!result.success) return undefined
  const wire = result.output
  const {logistic, lead_time: lead, shipping_option: option} = wire
  return {
    id: String(wire.id),
    user_id: userId,
    status: wire.status,
    substatus: wire.substatus,
    mode: logistic?.mode ?? wire.mode,
    logistic_type: logistic?.type ?? wire.logistic_type,
    direction: logistic?.direction ?? null,
    tracking_number: wire.tracking_number,
    tracking_method: wire.tracking_method,
    declared_value: declaredValueIn(source),
    shipping_method: lead?.shipping_method?.name ?? option?.name ?? null,
    date_created: wire.date_created,
    last_updated: wire.last_updated,
    estimated_delivery: lead?.estimated_delivery_time?.date ?? option?.estimated_delivery_time?.date ?? null,
    ...receiverOf(wire),
    tags: wire.tags,
    partial,
  }
}

function receiverOf({destination, receiver_id, receiver_address: flat}: WireShipment) {
  const address = destination?.shipping_address
  return {
    receiver_id: destination?.receiver_id ?? receiver_id,
    receiver_name: destination?.receiver_name ?? flat?.receiver_name ?? null,
    address_line: address?.address_line ?? flat?.address_line ?? null,
    zip_code: address?.zip_code ?? flat?.zip_code ?? null,
    city: address?.city?.name ?? flat?.city?.name ?? null,
    state: address?.state?.name ?? flat?.state?.name ?? null,
    country: address?.country?.name ?? flat?.country?.name ?? null,
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

const rowSchema = v.object({seller_id: id, order_id: id})

/** Of the rows of `GET /shipments/{id}/orders`, whose ids are numbers or text; undefined when the answer is something else. */
export function readShipmentOrders(json: unknown): ShipmentOrders | undefined {
  const result = v.safeParse(v.array(v.unknown()), json ?? [])
  if (!result.success) return undefined
  const rows = result.output.flatMap((each) => {
    const row = v.safeParse(rowSchema, each)
    return row.success ? [row.output] : []
  })
  // Where no row can be read it is not known whose shipment it is.
  if (rows.length === 0 && result.output.length > 0) return undefined
  return {
    sellers: [...new Set(rows.flatMap((row) => row.seller_id ?? []))],
    orderIds: [...new Set(rows.flatMap((row) => (row.order_id === null ? [] : String(row.order_id))))],
  }
}
