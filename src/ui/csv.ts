import type {ProductView} from '../services/catalogue/product-view.js'

export const separators = {',': ',', ';': ';', tab: '\t'} as const
export type Separator = keyof typeof separators

const numbers = ['price', 'available_quantity', 'sold_quantity'] as const
const columns = [
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
  'last_updated',
  'synced_at',
  'removed_at',
] as const satisfies ReadonlyArray<keyof ProductView>

const isNumber: ReadonlySet<string> = new Set(numbers)
/** Spreadsheets take a file without it for one of the local code page. */
const byteOrderMark = '\ufeff'
/** What makes a spreadsheet run a cell as a formula; in full width too. */
const formula = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/** RFC 4180, as spreadsheets read it: header, CRLF. Prices stay exact decimal text. */
export async function* csvLines(products: AsyncIterable<ProductView>, separator: Separator): AsyncGenerator<string> {
  const between = separators[separator]
  yield `${byteOrderMark}${columns.join(between)}\r\n`
  for await (const product of products) yield `${columns.map((name) => cell(product, name)).join(between)}\r\n`
}

export async function* jsonLines(products: AsyncIterable<ProductView>): AsyncGenerator<string> {
  for await (const product of products) yield `${JSON.stringify(product)}\n`
}

function cell(product: ProductView, name: (typeof columns)[number]): string {
  const value = product[name]
  if (value === null) return ''
  const text = String(value)
  return quoted(isNumber.has(name) ? text : harmless(text))
}

/** An apostrophe before it: taken off again by who reads it, also where the text began with one itself. */
function harmless(text: string): string {
  return formula.test(text) ? `'${text}` : text
}

function quoted(text: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
