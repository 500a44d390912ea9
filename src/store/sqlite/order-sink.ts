import {canonicalAmount, isSameAmount} from '../../records/amount.js'
import type {Order} from '../../services/ports/index.js'
import {personal} from './buyers.js'
import {SaleSink} from './sale-sink.js'
import {sellerOrder} from './schema-of-sales.js'
import type {Session} from './session.js'

type Row = Omit<typeof sellerOrder.$inferInsert, 'user_id' | 'id' | 'synced_at' | 'seen_run'>

export function orderSink(session: Session, userId: number): SaleSink<Order, Row> {
  return new SaleSink(session, userId, {table: sellerOrder, row, personal: personal.order, isSame})
}

function row({id: _id, user_id: _userId, ...same}: Order): Row {
  return same
}

const amounts: ReadonlySet<string> = new Set(['unit_price', 'sale_fee', 'amount'])

/** The service writes one amount differently by route, which is no change of the order. */
function isSame(name: keyof Row, value: string, stored: string): boolean {
  if (name === 'total_amount' || name === 'paid_amount') return isSameAmount(value, stored)
  return (name === 'lines' || name === 'payments') && canonical(value) === canonical(stored)
}

function canonical(json: string): string {
  return JSON.stringify(JSON.parse(json), (key, value: unknown) => {
    return amounts.has(key) && typeof value === 'string' ? canonicalAmount(value) : value
  })
}
