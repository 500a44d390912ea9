import type {OrderView} from '../services/sales/orders/order-view.js'
import type {OrderList, OrderPage} from '../services/sales/orders/orders.js'
import {type Asked, renderListing} from './listing.js'
import {money, orderColumns, standing} from './order-columns.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {type Cell, fields, table} from './table.js'
import {dated} from './times.js'

export function renderOrders({orders, total}: OrderList, paper: Paper, {some}: Asked): string {
  return renderListing(orders, orderColumns, {noun: 'order', total, some, none: 'No order yet.'}, paper)
}

/** All orders that a number stands for, under a line that says what it is where it is no order's. */
export function renderOrder(page: OrderPage, paper: Paper): string {
  const {asked, orders, pack, shipment} = page
  const shown = orders.map((order) => renderOne({order, pack, shipment}, paper))
  if (asked.kind === 'order') return shown.join('\n\n')
  const number = orders.length === 1 ? 'its order is' : `its ${orders.length} orders are`
  return [`${asked.id} is the number of a ${asked.kind}; ${number}:`, ...shown].join('\n\n')
}

function renderOne({order, pack, shipment}: Pick<OrderPage, 'order' | 'pack' | 'shipment'>, paper: Paper): string {
  const {style, now} = paper
  const where = shipment && [shipment.status, shipment.substatus].filter((word) => word !== null).join(' / ')
  const sent = shipment && list([shipment.id, where, shipment.tracking_number])
  const rows: Array<readonly [string, Cell]> = [
    ['Status', standing(order, paper)],
    ['Total', `${money(order.total_amount, order)}, paid ${money(order.paid_amount, order)}`],
    ['Payments', list(order.payments.map((each) => payment(each, order)))],
    ['Buyer', String(order.buyer_id ?? '-')],
    ['Shipment', sent ?? '-'],
    ['Pack', pack === null ? '-' : packLine(pack, order)],
    ['Tags', list(order.tags)],
    ...(order.cancel_detail === null ? [] : [['Cancelled', cancelled(order.cancel_detail, now)] as const]),
    ['Created', dated(order.date_created, now)],
    ['Closed', dated(order.date_closed, now)],
    ['Changed', dated(order.last_updated, now)],
    ['Fetched', dated(order.synced_at, now)],
  ]
  const notes = order.partial ? [`${style.symbols.warn} ${partialNote(order.missing)}`] : []
  return [style.bold(`Order ${order.id}`), fields(rows, paper), ...notes, '', lines(order, paper)].join('\n').trimEnd()
}

function lines(order: OrderView, paper: Paper): string {
  if (order.lines.length === 0) return ''
  const rows = order.lines.map((line) => [
    line.item_id ?? '-',
    String(line.variation_id ?? '-'),
    line.seller_sku ?? '-',
    String(line.quantity ?? '-'),
    money(line.unit_price, order),
    money(line.sale_fee, order),
    line.title ?? '-',
  ])
  return table(['ITEM', 'VARIATION', 'SKU', 'UNITS', 'PRICE', 'FEE', 'TITLE'], rows, paper)
}

function partialNote(missing: readonly string[]): string {
  const what = missing.length === 0 ? 'Parts' : `Parts (${printable(missing.join(', '))})`
  return `${what} are missing; the next sync fetches the order again.`
}

function packLine({id, status, order_ids}: NonNullable<OrderPage['pack']>, order: OrderView): string {
  const others = order_ids.filter((each) => each !== order.id)
  return list([id, status, others.length > 0 ? `with ${others.join(' and ')}` : null])
}

function payment({id, status, method, amount}: OrderView['payments'][0], order: OrderView): string {
  return [id, status, method, amount && money(amount, order)].filter(Boolean).join(' ')
}

function cancelled(detail: NonNullable<OrderView['cancel_detail']>, now: Date): string {
  const by = detail.requested_by === null ? null : `by ${detail.requested_by}`
  return list([by, detail.description ?? detail.code, detail.date && dated(detail.date, now)])
}

function list(words: readonly (string | null)[]): string {
  return words.filter((word) => word !== null && word !== '').join(', ') || '-'
}
