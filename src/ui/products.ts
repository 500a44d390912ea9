import {wordFor} from '../core/format-change.js'
import {counted} from '../core/format-number.js'
import type {ProductList, ProductLog} from '../services/catalogue/catalogue.js'
import type {InvalidateResult} from '../services/catalogue/invalidate.js'
import {type Asked, renderListing} from './listing.js'
import {titleLine} from './names.js'
import type {Paper} from './paper.js'
import {productColumns, valuesOf} from './product-columns.js'
import {printable} from './style.js'
import {table} from './table.js'
import {relative} from './times.js'

export function renderProducts({products, total}: ProductList, paper: Paper, {some}: Asked): string {
  const hasVariations = products.some((each) => each.variation_count > 0)
  const columns = productColumns.filter(({name}) => hasVariations || name !== 'variation_count')
  return renderListing(products, columns, {noun: 'product', total, some, none: 'No product here.'}, paper)
}

export function renderLog({id, title, changes}: ProductLog, paper: Paper): string {
  const head = paper.style.bold(titleLine(title ?? id))
  if (changes.length === 0) return `${head}\nNothing changed since the first sync that saw it.`
  const rows = changes.map((change) => {
    const [before, after] = valuesOf(change)
    return [relative(change.at, paper.now), wordFor(change.field), before, '->', after]
  })
  return `${head}\n${table(['SEEN', 'WHAT', 'BEFORE', '', 'AFTER'], rows, paper)}`
}

export function renderInvalidated({all, known, unknown}: InvalidateResult, {style}: Paper): string {
  const next = all ? 'the next sync reads the whole catalogue' : 'the next sync fetches them'
  const one = known === 1 && !all ? 'the next sync fetches it' : next
  return [
    `${style.symbols.ok} ${counted(known, 'product')} marked stale: ${one}`,
    ...unknown.map((id) => `${style.symbols.warn} ${id} is not in the local catalogue`),
  ].join('\n')
}

interface Exported {
  file: string
  products: number
  rows: number
}

export function renderExported({file, products, rows}: Exported, {style}: Paper): string {
  const all = rows === products ? '' : `, ${counted(rows, 'row')} with their variations,`
  return `${style.symbols.ok} ${counted(products, 'product')}${all} written to ${printable(file)}`
}
