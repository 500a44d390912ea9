import {describe, expect, it} from '@jest/globals'
import type {Fields} from '../../../../src/emulator/model/json.js'
import {csvLines, jsonLines} from '../../../../src/ui/csv.js'
import {offerFileColumns} from '../../../../src/ui/product-columns.js'
import {parseCsv} from '../../../support/parse-csv.js'
import fc from '../../../support/properties.js'
import {pushFiles} from '../../../support/push-files.js'
import {Stall} from '../../../support/stall.js'

const file = pushFiles()
const sku = (value_name: string) => [{id: 'SELLER_SKU', value_name}]
const coloured = (name: string) => [{id: 'COLOR', name: 'Color', value_name: name}]

/** Every kind of item there is, with what makes trouble in files. */
const kinds: readonly Fields[] = [
  {title: 'Sombrero "fino"; azul, 2 m', attributes: sku('A-1')},
  {title: '=2+2', attributes: sku('-A,2'), price: 1500},
  {price: 1199.5, available_quantity: 0, seller_custom_field: '=C-3'},
  {status: 'paused', price: 0.07},
  {status: 'closed'},
  {status: 'active', user_product_id: 'MECU77', family_name: 'Familia'},
  {status: 'active', user_product_id: 'MECU77', family_name: 'Familia', attributes: sku('UP-2')},
  {variations: [{available_quantity: 2, attributes: sku('V-1'), attribute_combinations: coloured('Azul')}]},
  {
    variations: [
      {available_quantity: 2, attributes: sku('V-2'), attribute_combinations: coloured('Azul; "mar"')},
      {available_quantity: 0, attributes: sku('V-3'), attribute_combinations: coloured('Rojo')},
      {available_quantity: 9, attribute_combinations: coloured('Verde')},
    ],
  },
  {attributes: sku('BOTH'), variations: [{available_quantity: 1, attributes: sku('BOTH-1')}, {available_quantity: 4}]},
  // Each variation has a price of its own, as old listings do.
  {variations: [10, 12.5, 1500].map((price, at) => ({price, available_quantity: at, attributes: sku(`P-${at}`)}))},
]

class Shop {
  constructor(readonly stall: Stall) {}

  static async open(items: readonly Fields[] = kinds, settings: Fields = {}): Promise<Shop> {
    const stall = await Stall.open()
    await stall.control('/items/settings', {lock_window_ms: 0, ...settings})
    for (const fields of items) stall.list(fields)
    return new Shop(stall)
  }

  async sync(): Promise<void> {
    const {app} = this.stall.kit
    const session = await (await app.accounts.sessions()).open({sandbox: true})
    const result = await (await app.sync.products()).run(session, {sandbox: true, statuses: [], dryRun: false})
    expect(result).toMatchObject({ok: true, complete: true})
  }

  async export(format: 'csv' | 'jsonl' = 'csv', separator: ',' | ';' | 'tab' = ','): Promise<string> {
    const {rows} = await (await this.stall.kit.app.catalogue.products()).streamOffers({sandbox: true})
    const lines = format === 'csv' ? csvLines(rows, offerFileColumns, separator) : jsonLines(rows)
    let text = ''
    for await (const line of lines) text += line
    return text
  }

  async push(text: string, {name = 'products.csv', dryRun = false} = {}) {
    const options = {sandbox: true, skipBad: false, restart: false, signal: new AbortController().signal}
    const table = await file(text, name)
    if (dryRun) return (await this.stall.kit.app.writes.pushDryRun()).run(table, options)
    return (await this.stall.kit.app.writes.productPush()).run(table, options)
  }
}

type Row = Record<string, string>

function rowsOf(text: string): Row[] {
  const [names = [], ...rows] = parseCsv(text, ',')
  return rows.map((cells) => Object.fromEntries(names.map((name, at) => [name, cells[at] ?? ''])))
}

/** Stock of a user product is that of all its items. */
function setStock(rows: readonly Row[], row: Row, stock: number): void {
  const {user_product_id: shared} = row
  for (const each of rows)
    if (each === row || (shared !== '' && each.user_product_id === shared)) each.available_quantity = String(stock)
}

function setPrice(rows: readonly Row[], id: string | undefined, price: string): void {
  for (const row of rows) if (row.id === id) row.price = price
}

const amountsOf = (rows: readonly Row[]) =>
  rows.map((row) => [row.id, row.variation_id, Number(row.price), Number(row.available_quantity)])

const csvOf = (rows: readonly Row[]) => {
  const names = Object.keys(rows[0] ?? {})
  const cell = (text = '') => `"${text.replaceAll('"', '""')}"`
  return [names, ...rows.map((row) => names.map((name) => row[name]))]
    .map((cells) => cells.map((each) => cell(each)).join(','))
    .join('\r\n')
}

describe('a file of products export', () => {
  it.each([
    ['csv', ','],
    ['csv', ';'],
    ['csv', 'tab'],
    ['jsonl', ','],
  ] as const)('changes nothing when it is pushed as it is: %s with %s', async (format, separator) => {
    const shop = await Shop.open()
    await shop.sync()
    const text = await shop.export(format, separator)
    const name = `products.${format}`
    expect(await shop.push(text, {name, dryRun: true})).toMatchObject({
      ...{ok: true, changes: 0, failed: 0, requests: [], unknown_columns: []},
    })
    const result = await shop.push(text, {name})
    expect(result).toMatchObject({ok: true, changed: 0, failed: 0, unchanged: 16, lines: 16, unknown_columns: []})
    expect(shop.stall.sent).toEqual([])
  })

  it.each(['heeded', 'ignored'])('changes nothing of a whole shop either, its SKUs %s in bulk', async (heeded) => {
    const shop = await Shop.open([], {bulk_include_attributes: heeded})
    const {userId, siteId} = shop.stall.actor.identity
    shop.stall.world.catalogue.seed({userId, siteId, isTestUser: true}, 400)
    await shop.sync()
    const result = await shop.push(await shop.export())
    expect(result).toMatchObject({ok: true, changed: 0, failed: 0})
    expect(result.lines).toBeGreaterThan(400)
    expect(shop.stall.sent).toEqual([])
  })

  it('has one row for each variation, with its own id, price, stock and SKU', async () => {
    const shop = await Shop.open(kinds.slice(8, 9))
    await shop.sync()
    const rows = rowsOf(await shop.export())
    const [item] = shop.stall.world.catalogue.listed(shop.stall.actor.identity.userId)
    expect(rows).toMatchObject(
      [
        ['Color: Azul; "mar"', '2', 'V-2'],
        ['Color: Rojo', '0', 'V-3'],
        ['Color: Verde', '9', ''],
      ].map(([variation_name, available_quantity, seller_sku], at) => ({
        ...{id: item?.id, variation_id: String(item?.variations[at]?.id), variation_name},
        ...{price: '19.9', available_quantity, seller_sku, variation_count: '3'},
      })),
    )
  })

  it('is a round trip for any change of prices and stock', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({at: fc.nat({max: 30}), stock: fc.integer({min: 1, max: 99})}), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.constantFrom('21', '21.50', '1234.5'),
        async (changes, price) => {
          const shop = await Shop.open(kinds.filter(({status}) => status !== 'closed'))
          await shop.sync()
          const rows = rowsOf(await shop.export())
          for (const {at, stock} of changes) setStock(rows, rows[at % rows.length]!, stock)
          for (const at of [0, 8]) setPrice(rows, rows[at]?.id, price)
          expect(await shop.push(csvOf(rows))).toMatchObject({ok: true, failed: 0})
          await shop.sync()
          expect(amountsOf(rowsOf(await shop.export()))).toEqual(amountsOf(rows))
        },
      ),
      {numRuns: 8},
    )
  })

  it('leaves the prices of variations apart when their stock alone is changed', async () => {
    const shop = await Shop.open(kinds.slice(10))
    await shop.sync()
    const rows = rowsOf(await shop.export()).map((row) => ({...row, available_quantity: '7'}))
    expect(await shop.push(csvOf(rows))).toMatchObject({ok: true, changed: 3})
    const [item] = shop.stall.world.catalogue.listed(shop.stall.actor.identity.userId)
    expect(shop.stall.now(item?.id ?? '')).toMatchObject({
      variations: [10, 12.5, 1500].map((price) => ({price, available_quantity: 7})),
    })
  })

  it('is refused where it asks for two prices of one item, by the ids of item and variation', async () => {
    for (const dryRun of [false, true]) {
      const shop = await Shop.open(kinds.slice(8, 9))
      await shop.sync()
      const rows = rowsOf(await shop.export())
      rows[1]!.price = '25'
      const result = await shop.push(csvOf(rows), {dryRun})
      const {id, variation_id} = rows[1]!
      const message = expect.stringContaining(`${id} variation ${variation_id}`)
      expect(result.bad_lines[0]).toEqual({line: 3, message})
      expect(shop.stall.sent).toEqual([])
    }
  })
})

describe('a sheet of variations by SKU', () => {
  it.each(['heeded', 'ignored'])('is pushed at once, the bulk answer having its SKUs: %s', async (heeded) => {
    const shop = await Shop.open(kinds, {bulk_include_attributes: heeded})
    const text = 'sku,stock\nV-1,11\nV-2,12\nV-3,13\nBOTH-1,14\nP-2,15\nA-1,16\n'
    expect(await shop.push(text)).toMatchObject({ok: true, changed: 6, failed: 0, lines: 6})
    await shop.stall.control('/items/settings', {bulk_include_attributes: 'heeded'})
    await shop.sync()
    const rows = rowsOf(await shop.export())
    const stockOf = (wanted: string) => rows.find(({seller_sku}) => seller_sku === wanted)?.available_quantity
    expect(['V-1', 'V-2', 'V-3', 'BOTH-1', 'P-2', 'A-1'].map(stockOf)).toEqual(['11', '12', '13', '14', '15', '16'])
    expect(await shop.push(text.replace('11', '12'), {dryRun: true})).toMatchObject({ok: true, changes: 1})
  })

  it('is compared with the same file, and sends nothing twice', async () => {
    const shop = await Shop.open()
    const text = 'sku,price,stock\nV-2,30,12\nV-3,30,13\n'
    expect(await shop.push(text)).toMatchObject({ok: true, changed: 2})
    const sent = shop.stall.sent.length
    expect(await shop.push(text)).toMatchObject({ok: true, changed: 0, unchanged: 2})
    expect(shop.stall.sent).toHaveLength(sent)
  })

  it('names the SKUs that nothing has, and reads the listings once for all of them', async () => {
    const shop = await Shop.open()
    const result = await shop.push('sku,stock\nV-1,1\nNONE-1,1\nNONE-2,1\n')
    expect(result.bad_lines).toEqual([
      {line: 3, message: 'no listing has the SKU NONE-1'},
      {line: 4, message: 'no listing has the SKU NONE-2'},
    ])
    // A search by each of two filters for both, one for the SKU that is there, and one page of the listing.
    const paths = shop.stall.world.requests.list().map(({path}) => path)
    expect(paths.filter((path) => path.endsWith('/items/search'))).toHaveLength(2 * 2 + 1 + 1)
  })
})
