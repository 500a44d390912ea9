import {wordFor} from '../core/format-change.js'
import {counted, money} from '../core/format-number.js'
import type {ProductPage} from '../services/catalogue/catalogue.js'
import type {ProductDetails} from '../services/catalogue/product-page.js'
import type {ProductView} from '../services/catalogue/product-view.js'
import {titleLine} from './names.js'
import type {Paper} from './paper.js'
import {amount, price, status, valuesOf} from './product-columns.js'
import {type Cell, cut, draw, fields, table, width} from './table.js'
import {relative} from './times.js'
import {wrap} from './wrap.js'

/** Attributes beyond so many are counted: `--json` has them. */
const mostAttributes = 12
/** Lines of text are not made longer than people like to read. */
const widest = 100

/** Everything about one product: what it is and costs at the top, what is behind that below. */
export function renderProduct(page: ProductPage, paper: Paper): string {
  const parts = [
    head(page.product, paper),
    fields(facts(page), paper),
    ...section('Stock by place', places(page, paper), paper),
    ...section('Variations', variations(page, paper), paper),
    ...section('Attributes', attributes(page, paper), paper),
    ...section('Last changes', changes(page, paper), paper),
    ...notes(page, paper),
  ]
  return parts.join('\n\n')
}

function head(product: ProductView, paper: Paper): string {
  const {style, columns} = paper
  const state = status(product, paper)
  const title = titleLine(product.title ?? product.id)
  const told = [
    price(product),
    `${amount(product.available_quantity)} in stock`,
    `${amount(product.sold_quantity)} sold`,
  ]
  const lines = wrap(title, Math.min(widest, columns)).map((line) => style.bold(line))
  return [...lines, `${draw(state)} · ${told.join(' · ')}`].join('\n')
}

function facts({product, unanswered_questions: waiting}: ProductPage): Array<readonly [string, Cell]> {
  const listing = [product.listing_type_id, product.condition].filter((each) => each !== null).join(', ')
  return [
    ['Id', product.id],
    ['SKU', product.seller_sku ?? '-'],
    ...(product.user_product_id === null ? [] : [['User product', product.user_product_id] as const]),
    ['Category', product.category_id ?? '-'],
    ['Listing', listing || '-'],
    ['Questions', waiting === 0 ? 'none waiting' : `${counted(waiting, 'question')} without an answer`],
    ['Link', product.permalink ?? '-'],
  ]
}

function places({stock_places: found}: ProductDetails, paper: Paper): string | undefined {
  if (found === null || found.length === 0) return undefined
  const rows = found.map(({type, store_id, quantity}) => [`  ${type}`, store_id ?? '-', amount(quantity)])
  return table(['  PLACE', 'STORE', 'STOCK'], rows, paper)
}

function variations({product, variations: found}: ProductPage, paper: Paper): string | undefined {
  if (found.length === 0) return undefined
  const rows = found.map((each) => [
    `  ${each.id}`,
    each.price === null ? '-' : money(each.price, product.currency_id),
    amount(each.available_quantity),
    each.seller_sku ?? '-',
    each.name ?? '-',
  ])
  return table(['  ID', 'PRICE', 'STOCK', 'SKU', 'WHAT'], rows, paper)
}

function attributes({attributes: all}: ProductDetails, paper: Paper): string | undefined {
  if (all.length === 0) return undefined
  const first = all.slice(0, mostAttributes)
  const room = Math.min(widest, paper.columns) - Math.max(...first.map(({name}) => width(name))) - 4
  const shown = first.map(({name, value}) => [name, cut(value, Math.max(20, room))] as const)
  const more = all.length - shown.length
  const rest = more > 0 ? `\n  ${paper.style.dim(`and ${more} more: see --json`)}` : ''
  return fields(shown, paper) + rest
}

function changes({changes: all}: ProductDetails, paper: Paper): string | undefined {
  if (all.length === 0) return undefined
  const rows = all.map((change) => [
    `  ${relative(change.at, paper.now)}`,
    wordFor(change.field),
    valuesOf(change).join(' -> '),
  ])
  return table(['  SEEN', 'WHAT', 'CHANGE'], rows, paper)
}

function notes({product}: ProductPage, {style, now}: Paper): string[] {
  const ago = (iso: string | null) => (iso === null ? 'at an unknown time' : relative(iso, now))
  const lines = [
    style.dim(`Changed ${ago(product.last_updated)}, fetched ${ago(product.synced_at)}.`),
    ...(product.removed_at === null ? [] : [`${style.symbols.warn} Removed ${ago(product.removed_at)}.`]),
    ...(product.partial ? [`${style.symbols.warn} Parts are missing; the next sync fetches it again.`] : []),
    ...(product.stale ? [`${style.symbols.warn} Marked stale; the next sync fetches it again.`] : []),
  ]
  return [lines.join('\n')]
}

function section(title: string, text: string | undefined, {style}: Paper): string[] {
  return text === undefined ? [] : [`${style.bold(title)}\n${text}`]
}
