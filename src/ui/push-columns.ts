import type {CellSeparator, RecordFile} from '../services/ports/index.js'
import type {DecimalMarks} from '../services/writes/push/push-line.js'
import type {PushRowView} from '../services/writes/push/push-result.js'
import type {Separator} from './csv.js'
import {type Column, column} from './listing.js'

/** Of the result file, which can be mended and pushed itself. */
const pushColumns: ReadonlyArray<Column<PushRowView>> = [
  column('line'),
  column('item_id'),
  column('seller_sku'),
  column('variation_id'),
  column('price', {number: true}),
  column('quantity'),
  column('status'),
  column('result'),
  column('price_before', {number: true}),
  column('quantity_before'),
  column('status_before'),
  column('code'),
  column('message'),
  column('finished_at'),
]

const separators: Readonly<Record<CellSeparator, Separator>> = {',': ',', ';': ';', '\t': 'tab'}

/** As the file that was pushed is written, so that the same spreadsheet opens both; JSON has commas and points. */
export function pushTable({separator}: Pick<RecordFile, 'separator'>, {price: mark}: DecimalMarks) {
  const columns = mark === 'point' ? pushColumns : pushColumns.map((each) => (each.number ? withComma(each) : each))
  return {columns, separator: separators[separator ?? ',']}
}

function withComma(column: Column<PushRowView>): Column<PushRowView> {
  const value = (row: PushRowView) => column.value(row)?.toString().replace('.', ',') ?? null
  return {...column, value}
}
