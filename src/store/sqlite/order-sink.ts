import {canonicalAmount, isSameAmount} from '../../records/amount.js'
import type {Order} from '../../services/ports/index.js'
import {personal} from './buyers.js'
import {SaleSink} from './sale-sink.js'
import {sellerOrder} from './schema-of-sales.js'
import type {Session} from './session.js'

type Row = Omit<typeof sellerOrder.$inferInsert, 'userId' | 'id' | 'syncedAt' | 'seenRun'>

export function orderSink(session: Session, userId: number): SaleSink<Order, Row> {
  return new SaleSink(session, userId, {table: sellerOrder, row, personal: personal.order, isSame})
}

function row({id: _id, userId: _userId, lines, payments, cancelDetail, ...same}: Order): Row {
  return {
    ...same,
    lines: lines.map((line) => ({
      item_id: line.itemId,
      title: line.title,
      variation_id: line.variationId,
      seller_sku: line.sellerSku,
      quantity: line.quantity,
      unit_price: line.unitPrice,
      sale_fee: line.saleFee,
    })),
    payments,
    cancelDetail: cancelDetail && {
      group: cancelDetail.group,
      code: cancelDetail.code,
      description: cancelDetail.description,
      requested_by: cancelDetail.requestedBy,
      date: cancelDetail.date,
    },
  }
}

const amounts: ReadonlySet<string> = new Set(['unit_price', 'sale_fee', 'amount'])

/** The service writes one amount differently by route, which is no change of the order. */
function isSame(name: keyof Row, value: string, stored: string): boolean {
  if (name === 'totalAmount' || name === 'paidAmount') return isSameAmount(value, stored)
  return (name === 'lines' || name === 'payments') && canonical(value) === canonical(stored)
}

function canonical(json: string): string {
  return JSON.stringify(JSON.parse(json), (key, value: unknown) => {
    return amounts.has(key) && typeof value === 'string' ? canonicalAmount(value) : value
  })
}
