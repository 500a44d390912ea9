import type {ProductList, ProductLog, ProductPage} from '../services/catalogue/catalogue.js'
import type {Freshness} from '../services/catalogue/freshness.js'
import type {InvalidateResult} from '../services/catalogue/invalidate.js'
import type {ChangeView, ProductView} from '../services/catalogue/product-view.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {type Cell, fields, pad, table, width} from './table.js'
import {count, counted, relative, span} from './times.js'

export function renderProducts({products, total}: ProductList, paper: Paper): string {
  if (products.length === 0) return 'No product fits.'
  const {now} = paper
  const prices = rightAligned(products.map(price))
  const stocks = rightAligned(products.map(({available_quantity}) => amount(available_quantity)))
  const rows = products.map((product, at): Cell[] => [
    product.id,
    prices[at] ?? '',
    stocks[at] ?? '',
    status(product, paper),
    product.last_updated === null ? '-' : relative(product.last_updated, now),
    product.seller_sku ?? '-',
    product.title ?? '-',
  ])
  const shown = table(['ID', 'PRICE', 'STOCK', 'STATUS', 'CHANGED', 'SKU', 'TITLE'], rows, paper)
  if (products.length === total) return shown
  return `${shown}\n\n${paper.style.dim(`${count(products.length)} of ${counted(total, 'product')}: --limit shows more`)}`
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

/** For stderr: how old is what was read. */
export function ageLine({age_seconds, invalidated, connected}: Freshness, sandbox: boolean): string {
  if (!connected) return disconnectedLine(age_seconds)
  const sync = `meli sync products${sandbox ? ' --sandbox' : ''}`
  if (age_seconds === null) return `No complete sync yet. Next: ${sync}`
  const age = `As of the sync ${span(age_seconds * 1000)} ago`
  return invalidated ? `${age}, marked stale since. Next: ${sync}` : age
}

function disconnectedLine(ageSeconds: number | null): string {
  const age = ageSeconds === null ? 'Never synced whole' : `As of the sync ${span(ageSeconds * 1000)} ago`
  return `${age}. The account is disconnected; to go on with it: meli auth login`
}

function spoken({field}: ChangeView): string {
  return field === 'available_quantity' ? 'stock' : field
}

function price({price, currency_id}: ProductView): string {
  return price === null ? '-' : `${price} ${currency_id ?? ''}`.trimEnd()
}

function amount(value: number | null): string {
  return value === null ? '-' : count(value)
}

function status({status, removed_at}: ProductView, {style}: Paper): Cell {
  if (removed_at !== null) return {text: 'removed', paint: style.fail}
  if (status === null) return '-'
  return status === 'active' ? {text: status, paint: style.ok} : {text: status, paint: style.warn}
}

function rightAligned(texts: readonly string[]): string[] {
  const widest = Math.max(...texts.map(width))
  return texts.map((text) => pad('', widest - width(text)) + text)
}

export function renderExported({file, products}: {file: string; products: number}, {style}: Paper): string {
  return `${style.symbols.ok} ${counted(products, 'product')} written to ${printable(file)}`
}
