import type {PushRowView} from '../services/push/push-result.js'
import {type Column, column} from './listing.js'

/** Of the result file, which can be mended and pushed itself. */
export const pushColumns: ReadonlyArray<Column<PushRowView>> = [
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
