import {describe, expect, it} from '@jest/globals'
import type {ProductView} from '../../src/services/catalogue/product-view.js'
import {csvLines, type Separator, separators} from '../../src/ui/csv.js'
import {productFileColumns} from '../../src/ui/product-columns.js'
import {parseCsv} from '../support/parse-csv.js'
import fc from '../support/properties.js'
import {aProduct} from './products.js'

async function written(products: ProductView[], separator: Separator = ','): Promise<string> {
  async function* all() {
    yield* products
  }
  let text = ''
  for await (const line of csvLines(all(), productFileColumns, separator)) text += line
  return text
}

/** What a reader does with the apostrophe that keeps a spreadsheet from running a cell. */
function plain(cell: string): string {
  return /^'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(cell) ? cell.slice(1) : cell
}

const anyText = fc.oneof(
  fc.string({unit: 'binary'}),
  fc.string({unit: fc.constantFrom('"', ',', ';', '\t', '\r', '\n', "'", '=', '+', '-', '@', ' ', 'ñ', '😀')}),
)

describe('the CSV', () => {
  it('begins with a byte order mark and a header, and ends lines with CRLF', async () => {
    const text = await written([aProduct()])
    expect(text.startsWith('\ufeffid,title,price,currency_id,')).toBe(true)
    expect(text.split('\r\n')).toHaveLength(3)
  })

  it('gives any title back to a strict reader, whatever the separator', async () => {
    const separator = fc.constantFrom(...(Object.keys(separators) as Separator[]))
    const check = fc.asyncProperty(
      fc.array(anyText, {maxLength: 5}),
      anyText,
      separator,
      async (titles, sku, between) => {
        const products = titles.map((title) => aProduct({title, seller_sku: sku}))
        const [header = [], ...rows] = parseCsv(await written(products, between), separators[between])
        const at = (name: string) => header.indexOf(name)
        expect(rows.map((row) => plain(row[at('title')] ?? ''))).toEqual(titles)
        expect(rows.every((row) => row.length === header.length && plain(row[at('seller_sku')] ?? '') === sku)).toBe(
          true,
        )
      },
    )
    await fc.assert(check, {numRuns: 300})
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', "'=1", '＝1'])('takes the harm out of %j', async (title) => {
    const [, row = []] = parseCsv(await written([aProduct({title})]), ',')
    expect(row[1]).toBe(`'${title}`)
  })

  it('leaves numbers as they are, exact and negative ones too', async () => {
    const [, row = []] = parseCsv(await written([aProduct({price: '99999999.99', available_quantity: -3})]), ',')
    expect([row[2], row[4]]).toEqual(['99999999.99', '-3'])
  })
})
