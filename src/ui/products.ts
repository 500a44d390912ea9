import type {ProductList, ProductLog, ProductPage} from '../services/catalogue/catalogue.js'
import type {InvalidateResult} from '../services/catalogue/invalidate.js'
import type {ChangeView} from '../services/catalogue/product-view.js'
import {renderListing} from './listing.js'
import type {Paper} from './paper.js'
import {amount, price, productColumns, status} from './product-columns.js'
import {printable} from './style.js'
import {type Cell, fields, table} from './table.js'
import {counted, relative} from './times.js'

export function renderProducts({products, total}: ProductList, paper: Paper): string {
  return renderListing(products, productColumns, {noun: 'product', total, none: 'No product fits.'}, paper)
}

export function renderProduct({product}: ProductPage, paper: Paper): string {
  const {style, now} = paper
  const dated = (iso: string | null) => (iso === null ? '-' : `${iso} (${relative(iso, now)})`)
  const rows: Array<readonly [string, Cell]> = [
    ['Id', product.id],
    ['Price', price(product)],
    ['Stock', `${amount(product.available_quantity)}, ${amount(product.sold_quantity)} sold`],
    ['Status', status(product, paper)],
    ['SKU', product.seller_sku ?? '-'],
    ['Category', product.category_id ?? '-'],
    ['Listing', [product.listing_type_id, product.condition].filter((each) => each !== null).join(', ') || '-'],
    ['Changed', dated(product.last_updated)],
    ['Fetched', dated(product.synced_at)],
    ...(product.removed_at === null ? [] : [['Removed', dated(product.removed_at)] as const]),
    ['Link', product.permalink === null ? '-' : {text: product.permalink, paint: style.link}],
  ]
  const notes = [
    ...(product.partial ? ['Parts are missing; the next sync fetches it again.'] : []),
    ...(product.stale ? ['Marked stale; the next sync fetches it again.'] : []),
  ]
  const title = style.bold(printable(product.title ?? product.id).replace(/\s+/g, ' '))
  return [title, fields(rows, paper), ...notes.map((note) => `${style.symbols.warn} ${note}`)].join('\n')
}

export function renderLog({id, title, changes}: ProductLog, paper: Paper): string {
  const head = paper.style.bold(printable(title ?? id).replace(/\s+/g, ' '))
  if (changes.length === 0) return `${head}\nNothing changed since the first sync that saw it.`
  const rows = changes.map((change) => [change.at, spoken(change), change.before ?? '-', '->', change.after ?? '-'])
  return `${head}\n${table(['SEEN AT', 'WHAT', 'BEFORE', '', 'AFTER'], rows, paper)}`
}

export function renderInvalidated({all, known, unknown}: InvalidateResult, {style}: Paper): string {
  const next = all ? 'the next sync reads the whole catalogue' : 'the next sync fetches them'
  const one = known === 1 && !all ? 'the next sync fetches it' : next
  return [
    `${style.symbols.ok} ${counted(known, 'product')} marked stale: ${one}`,
    ...unknown.map((id) => `${style.symbols.warn} ${id} is not in the local catalogue`),
  ].join('\n')
}

function spoken({field}: ChangeView): string {
  return field === 'available_quantity' ? 'stock' : field
}

export function renderExported({file, products}: {file: string; products: number}, {style}: Paper): string {
  return `${style.symbols.ok} ${counted(products, 'product')} written to ${printable(file)}`
}
