import * as v from 'valibot'
import type {Order, Pack} from '../../services/ports/index.js'
import {readDate, wireText as text} from './wire.js'

// All numbers come as text, from readExact. Absent, null or of another type than expected: all the same to us.
const matching = (pattern: RegExp) => v.fallback(v.nullable(v.pipe(v.string(), v.regex(pattern))), null)
const decimal = matching(/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/)
const digits = /^\d{1,20}$/
const id = matching(digits)
const whole = v.fallback(
  v.nullable(v.pipe(v.string(), v.regex(/^-?\d{1,16}$/), v.transform(Number), v.safeInteger())),
  null,
)
const date = v.optional(v.pipe(v.unknown(), v.transform(readDate)), null)
const part = <T extends v.ObjectEntries>(entries: T) => v.fallback(v.nullable(v.object(entries)), null)
/** What is no object in a list is left out. */
const listOf = <T extends v.ObjectEntries>(entries: T) =>
  v.pipe(
    v.fallback(v.array(part(entries)), []),
    v.transform((all) => all.filter((each) => each !== null)),
  )
/** A text, or an object with one in it. */
const detail = v.fallback(
  v.union([
    v.pipe(
      v.object({description: text, code: text}),
      v.transform(({description, code}) => description ?? code),
    ),
    text,
  ]),
  null,
)

const orderSchema = v.object({
  id: v.pipe(v.string(), v.regex(digits)),
  pack_id: id,
  status: text,
  status_detail: detail,
  date_created: date,
  date_closed: date,
  last_updated: date,
  date_last_updated: date,
  total_amount: decimal,
  paid_amount: decimal,
  currency_id: text,
  buyer: part({id: whole}),
  seller: part({id: whole}),
  shipping: part({id}),
  order_items: listOf({
    item: part({id: text, title: text, variation_id: whole, seller_sku: text, seller_custom_field: text}),
    quantity: whole,
    unit_price: decimal,
    sale_fee: decimal,
  }),
  payments: listOf({id, status: text, payment_method_id: text, transaction_amount: decimal}),
  tags: v.fallback(v.array(v.string()), []),
  cancel_detail: part({group: text, code: text, description: text, requested_by: text, date: text}),
})

type WireOrder = v.InferOutput<typeof orderSchema>

/** The order, and whose it is as seller, where it says. docs/mercadolibre.md, section 8. Undefined without an id. */
export function readOrder(
  json: unknown,
  {userId, missing}: {userId: number; missing: readonly string[] | undefined},
): {order: Order; sellerId: number | null} | undefined {
  const result = v.safeParse(orderSchema, json)
  if (!result.success) return undefined
  const wire = result.output
  const order: Order = {
    id: wire.id,
    user_id: userId,
    pack_id: wire.pack_id,
    status: wire.status,
    status_detail: wire.status_detail,
    date_created: wire.date_created,
    date_closed: wire.date_closed,
    // A row of a search has both, a single order `last_updated` alone: only that one can be compared wherever an order came from.
    last_updated: wire.last_updated ?? wire.date_last_updated,
    total_amount: wire.total_amount,
    paid_amount: wire.paid_amount,
    currency_id: wire.currency_id,
    buyer_id: wire.buyer?.id ?? null,
    shipment_id: wire.shipping?.id ?? null,
    lines: wire.order_items.map(readLine),
    payments: wire.payments.map((payment) => ({
      id: payment.id,
      status: payment.status,
      method: payment.payment_method_id,
      amount: payment.transaction_amount,
    })),
    tags: wire.tags,
    cancel_detail: readCancel(wire.cancel_detail),
    partial: missing !== undefined,
    missing: missing ?? [],
  }
  return {order, sellerId: wire.seller?.id ?? null}
}

function readLine({item, ...line}: WireOrder['order_items'][0]): Order['lines'][0] {
  return {
    item_id: item?.id ?? null,
    title: item?.title ?? null,
    variation_id: item?.variation_id ?? null,
    seller_sku: item?.seller_sku ?? item?.seller_custom_field ?? null,
    quantity: line.quantity,
    unit_price: line.unit_price,
    sale_fee: line.sale_fee,
  }
}

function readCancel(wire: WireOrder['cancel_detail']): Order['cancel_detail'] {
  if (wire === null || Object.values(wire).every((each) => each === null)) return null
  const {requested_by, ...same} = wire
  return {...same, requested_by}
}

/** What a 206 left out, by name; undefined when nothing was. */
export function missingOf({status, headers}: {status: number; headers: Readonly<Record<string, string>>}) {
  const names = (headers['x-content-missing'] ?? '')
    .split(',')
    .map((name) => name.trim().slice(0, 60))
    .filter((name) => name !== '')
  return status === 206 || names.length > 0 ? names.slice(0, 20) : undefined
}

const pageSchema = v.object({
  results: v.array(v.unknown()),
  paging: v.object({total: v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number))}),
})

/** A page of an order search; undefined when it is none. */
export function readOrderPage(json: unknown): {results: readonly unknown[]; total: number} | undefined {
  const result = v.safeParse(pageSchema, json)
  return result.success ? {results: result.output.results, total: result.output.paging.total} : undefined
}

const packSchema = v.object({
  id: v.pipe(v.string(), v.regex(digits)),
  status: text,
  status_detail: detail,
  shipment: part({id}),
  orders: listOf({id}),
  date_created: date,
  last_updated: date,
})

export function readPack(json: unknown, userId: number): Pack | undefined {
  const result = v.safeParse(packSchema, json)
  if (!result.success) return undefined
  const wire = result.output
  return {
    id: wire.id,
    user_id: userId,
    status: wire.status,
    status_detail: wire.status_detail,
    shipment_id: wire.shipment?.id ?? null,
    order_ids: wire.orders.flatMap((order) => order.id ?? []),
    date_created: wire.date_created,
    last_updated: wire.last_updated,
  }
}
