import {valueFor} from '../core/format-change.js'
import {count, money} from '../core/format-number.js'
import type {ChangeView, OfferView, ProductView} from '../services/catalogue/product-view.js'
import {type Column, column} from './listing.js'
import type {Paper} from './paper.js'
import type {Cell} from './table.js'
import {relative} from './times.js'

/** In files all of them; the table shows those with a header. */
export const productColumns: ReadonlyArray<Column<ProductView>> = [
  column('id', {header: 'ID'}),
  column('price', {header: 'PRICE', number: true, right: true, cell: price}),
  column('available_quantity', {header: 'STOCK', right: true, cell: (row) => amount(row.available_quantity)}),
  column('status', {header: 'STATUS', cell: status}),
  column('variation_count', {header: 'VARIATIONS', right: true, spare: 3}),
  column('last_updated', {header: 'CHANGED', spare: 2, cell: (row, {now}) => relative(row.last_updated, now)}),
  column('seller_sku', {header: 'SKU', spare: 1}),
  column('title', {header: 'TITLE'}),
]

const fileOrder = [
  'id',
  'title',
  'price',
  'currency_id',
  'available_quantity',
  'sold_quantity',
  'status',
  'seller_sku',
  'category_id',
  'listing_type_id',
  'condition',
  'permalink',
  'user_product_id',
  'variation_count',
  'last_updated',
  'synced_at',
  'removed_at',
] as const satisfies ReadonlyArray<keyof ProductView>

/** A row for each product. */
export const productFileColumns: ReadonlyArray<Column<ProductView>> = fileOrder.map((name) =>
  column<ProductView>(name, name === 'price' ? {number: true} : {}),
)

/** As `products export` writes them, a row for each variation; `products push` takes the file back. */
export const offerFileColumns: ReadonlyArray<Column<OfferView>> = [
  ...productFileColumns.slice(0, 1),
  column<OfferView>('variation_id'),
  column<OfferView>('variation_name'),
  ...productFileColumns.slice(1),
]

export function price({price, currency_id}: ProductView): string {
  return price === null ? '-' : `${money(price, currency_id)} ${currency_id ?? ''}`.trimEnd()
}

/** What a product had and has. A price has as many decimals as the one beside it. */
export function valuesOf({field, before, after}: ChangeView): [string, string] {
  const shown = (value: string | null, beside: string | null) => {
    if (value === null) return '-'
    return field === 'available_quantity' ? count(Number(value)) : valueFor(field, value, beside)
  }
  return [shown(before, after), shown(after, before)]
}

export function amount(value: number | null): string {
  return value === null ? '-' : count(value)
}

export function status({status, removed_at}: ProductView, {style}: Paper): Cell {
  if (removed_at !== null) return {text: 'removed', paint: style.fail}
  if (status === null) return '-'
  return status === 'active' ? {text: status, paint: style.ok} : {text: status, paint: style.warn}
}
