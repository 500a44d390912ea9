import type {FastifyReply} from 'fastify'

const offsetMs = -4 * 60 * 60 * 1000

/** The time format of orders, questions and (our reading) shipments in all sites: `2026-01-31T08:00:00.000-04:00` (section 6.3). */
export function offsetTime(ms: number): string {
  return new Date(ms + offsetMs).toISOString().replace('Z', '-04:00')
}

/** The time format of packs, without the colon of the offset (section 8). */
export function compactOffsetTime(ms: number): string {
  return offsetTime(ms).replace(/:(\d\d)$/, '$1')
}

/** The time format of `date_last_updated` in an order search: `2026-01-31T12:00:00.000+00:00` (section 8). */
export function utcTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+00:00')
}

const amountFields: ReadonlySet<string> = new Set([
  'total_amount',
  'paid_amount',
  'unit_price',
  'full_unit_price',
  'gross_price',
  'sale_fee',
  'transaction_amount',
  'transaction_amount_refunded',
  'total_paid_amount',
  'installment_amount',
  'overpaid_amount',
  'coupon_amount',
  'taxes_amount',
  'marketplace_fee',
  'shipping_cost',
  'declared_value',
  'list_cost',
  'cost',
])

/** Sends JSON whose amounts have at least this number of decimals, such as `50000.0`. */
export function sendWithDecimals(reply: FastifyReply, body: unknown, decimals: number): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(jsonWithDecimals(body, decimals))
}

/** Passes amounts through JSON.stringify as marked texts, because it would write `50000` for `50000.0`. */
function jsonWithDecimals(body: unknown, decimals: number): string {
  const marked = JSON.stringify(body, (name, value: unknown) =>
    typeof value === 'number' && amountFields.has(name) ? `\u0000${withDecimals(value, decimals)}` : value,
  )
  return marked.replace(/"\\u0000(-?\d+(?:\.\d+)?)"/g, '$1')
}

function withDecimals(amount: number, decimals: number): string {
  const fraction = String(amount).split('.')[1] ?? ''
  return amount.toFixed(Math.max(decimals, fraction.length))
}
