import {counted, money} from '../core/format-number.js'
import type {LabelResult} from '../services/sales/shipments/label-files.js'
import type {ShipmentView} from '../services/sales/shipments/shipment-view.js'
import type {ShipmentList, ShipmentPage} from '../services/sales/shipments/shipments.js'
import {type Asked, type Column, column, renderListing} from './listing.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {type Cell, fields} from './table.js'
import {dated, relative} from './times.js'

/** All columns of files; the table shows those with a header. */
export const shipmentColumns: ReadonlyArray<Column<ShipmentView>> = [
  column('id', {header: 'ID'}),
  column('status', {header: 'STATUS', cell: (row, paper) => standing(row, paper)}),
  column('substatus'),
  column('logistic_type', {header: 'LOGISTICS', spare: 4}),
  column('mode'),
  column('direction'),
  column('tracking_number', {header: 'TRACKING', spare: 2}),
  column('tracking_method'),
  column('shipping_method'),
  column('estimated_delivery', {
    header: 'EXPECTED',
    spare: 1,
    cell: (row, {now}) => relative(row.estimated_delivery, now),
  }),
  column('date_created', {header: 'CREATED', spare: 3, cell: (row, {now}) => relative(row.date_created, now)}),
  column('last_updated'),
  column('declared_value', {number: true}),
  column('receiver_name', {header: 'RECEIVER', spare: 5}),
  column('address_line'),
  column('zip_code'),
  column('city', {header: 'CITY'}),
  column('state'),
  column('country'),
  column('partial'),
  column('synced_at'),
]

export function renderShipments({shipments, total}: ShipmentList, paper: Paper, {some}: Asked): string {
  return renderListing(shipments, shipmentColumns, {noun: 'shipment', total, some, none: 'No shipment yet.'}, paper)
}

export function renderShipment({asked, shipment, order_ids}: ShipmentPage, paper: Paper): string {
  const {style, now} = paper
  const place = [shipment.zip_code, shipment.city, shipment.state, shipment.country]
  const rows: Array<readonly [string, Cell]> = [
    ['Status', standing(shipment, paper)],
    ['Orders', list(order_ids)],
    ['Logistics', list([shipment.mode, shipment.logistic_type, shipment.direction])],
    ['Tracking', list([shipment.tracking_number, shipment.tracking_method])],
    ['Method', shipment.shipping_method ?? '-'],
    ['Expected', dated(shipment.estimated_delivery, now)],
    ['Receiver', shipment.receiver_name ?? '-'],
    ['Address', list([shipment.address_line, ...place])],
    ['Value', shipment.declared_value === null ? '-' : money(shipment.declared_value)],
    ['Created', dated(shipment.date_created, now)],
    ['Changed', dated(shipment.last_updated, now)],
    ['Fetched', dated(shipment.synced_at, now)],
  ]
  const notes = shipment.partial ? [`${style.symbols.warn} Parts are missing; the next sync reads it again.`] : []
  const head = asked.kind === 'shipment' ? [] : [`${asked.id} is the number of its ${asked.kind}.`]
  return [style.bold(`Shipment ${shipment.id}`), ...head, fields(rows, paper), ...notes].join('\n')
}

/** Says nothing of labels that were printed and that standard output did not take: that was told of already. */
export function renderLabels({files, printed, refused}: LabelResult, {style}: Paper): string {
  const {ok, fail} = style.symbols
  const written =
    files.length > 0 ? `${counted(printed.length, 'label')} written to ${printable(files.map(spoken).join(', '))}` : ''
  return [
    ...(written === '' ? [] : [`${ok} ${written}`]),
    ...(printed.length === 0 ? [`${fail} No label was printed`] : []),
    ...refused.map(({shipment_id, rule, message}) => `${fail} ${shipment_id}: ${rule} (${printable(message)})`),
  ].join('\n')
}

function spoken(file: string): string {
  return file === '-' ? 'standard output' : file
}

const ended: readonly (string | null)[] = ['delivered', 'closed']
const failed: readonly (string | null)[] = ['cancelled', 'not_delivered', 'error']

function standing({status, substatus}: ShipmentView, {style}: Paper): Cell {
  if (status === null) return '-'
  const text = substatus === null ? status : `${status} / ${substatus}`
  const paint = ended.includes(status) ? style.ok : failed.includes(status) ? style.fail : style.warn
  return {text, paint}
}

function list(words: readonly (string | null)[]): string {
  return printable(words.filter((word) => word !== null && word !== '').join(', ')) || '-'
}
