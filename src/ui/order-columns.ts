import {money as amountOf, count} from '../core/format-number.js'
import type {OrderView} from '../services/sales/orders/order-view.js'
import {type Column, column} from './listing.js'
import type {Paper} from './paper.js'
import type {Cell} from './table.js'
import {relative} from './times.js'

/** All columns of files; the table shows those with a header. */
export const orderColumns: ReadonlyArray<Column<OrderView>> = [
  column('id', {header: 'ID'}),
  column('status', {header: 'STATUS', cell: (row, paper) => standing(row, paper)}),
  column('status_detail'),
  column('date_created', {
    header: 'CREATED',
    spare: 1,
    cell: ({date_created: at}, {now}) => relative(at, now),
  }),
  column('date_closed'),
  column('last_updated'),
  column('total_amount', {header: 'TOTAL', right: true, number: true, cell: (row) => money(row.total_amount, row)}),
  column('paid_amount', {number: true}),
  column('currency_id'),
  {name: 'units', number: true, value: (row) => units(row)},
  {name: 'item_ids', value: (row) => row.lines.map(({item_id}) => item_id ?? '').join(' ')},
  {name: 'seller_skus', value: (row) => row.lines.map(({seller_sku}) => seller_sku ?? '').join(' ')},
  column('pack_id', {header: 'PACK', spare: 4}),
  column('shipment_id', {header: 'SHIPMENT', spare: 2}),
  column('buyer_id', {header: 'BUYER', spare: 3}),
  {name: 'titles', header: 'WHAT', value: (row) => row.lines.map(spokenLine).join('; '), cell: what},
  {name: 'tags', value: (row) => row.tags.join(' ')},
  column('partial'),
  column('synced_at'),
]

const longestWhat = 32
const over: readonly (string | null)[] = ['paid']
const failed: readonly (string | null)[] = ['cancelled', 'invalid']

export function standing({status, tags, partial}: OrderView, {style}: Paper): Cell {
  if (status === null) return '-'
  const isFraud = tags.includes('fraud_risk_detected')
  const text = `${status}${isFraud ? ' / do not ship: fraud risk' : ''}${partial ? ' *' : ''}`
  if (isFraud || failed.includes(status)) return {text, paint: style.fail}
  return {text, paint: over.includes(status) ? style.ok : style.warn}
}

function units({lines}: OrderView): number {
  return lines.reduce((sum, {quantity}) => sum + (quantity ?? 0), 0)
}

function spokenLine({title, item_id, quantity}: OrderView['lines'][0]): string {
  return `${count(quantity ?? 0)} x ${title ?? item_id ?? '-'}`
}

/** On a screen not so long that the other columns have to go for it. */
function what(row: OrderView, {columns}: Paper): string {
  const text = row.lines.map(spokenLine).join('; ')
  const letters = [...text]
  const isLong = Number.isFinite(columns) && letters.length > longestWhat
  return isLong ? `${letters.slice(0, longestWhat - 1).join('')}…` : text || '-'
}

export function money(amount: string | null, {currency_id}: OrderView): string {
  return amount === null ? '-' : `${amountOf(amount, currency_id)} ${currency_id ?? ''}`.trimEnd()
}
