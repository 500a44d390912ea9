import {mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from '@jest/globals'
import CacheInvalidate from '../../src/commands/cache/invalidate.js'
import ProductsExport from '../../src/commands/products/export.js'
import ProductsList from '../../src/commands/products/list.js'
import ProductsLog from '../../src/commands/products/log.js'
import ProductsShow from '../../src/commands/products/show.js'
import SyncProducts from '../../src/commands/sync/products.js'
import SyncStatus from '../../src/commands/sync/status.js'
import {recorder} from '../support/asked.js'
import {runCommand} from '../support/run-command.js'
import {tempHomes} from '../support/temp-home.js'
import {aProduct} from '../ui/products.js'

const newHome = tempHomes()
const freshness = {synced_at: '2026-03-01T10:00:00.000Z', age_seconds: 7200, invalidated: false, connected: true}
const listed = {user_id: 1, products: [aProduct()], total: 1, ...freshness}

function fakes(answers: Record<string, unknown> = {}) {
  const {asked, said, method, terminal} = recorder()
  async function* products() {
    yield aProduct()
  }
  async function* offers() {
    yield {...aProduct(), variation_id: null, variation_name: null}
    for (const variation_id of [7, 8]) yield {...aProduct({id: 'MEC2'}), variation_id, variation_name: 'Color: Rojo'}
  }
  const catalogue = {
    list: method('list', listed),
    stream: async (query: unknown) => {
      asked.push(['stream', query])
      return {freshness, rows: products()}
    },
    streamOffers: async (query: unknown) => {
      asked.push(['streamOffers', query])
      return {freshness, rows: offers()}
    },
    show: method('show', {user_id: 1, product: aProduct(), ...freshness}),
    log: method('log', {user_id: 1, id: 'MEC1', title: 'Remera', changes: [], ...freshness}),
  }
  const services = {
    catalogue: {
      products: async () => catalogue,
      invalidate: async () => ({run: method('invalidate', {user_id: 1, all: false, known: 1, unknown: []})}),
    },
    sync: {runs: async () => ({list: method('runs', {runs: []})})},
    terminal,
    ...answers,
  }
  return {asked, said, services}
}

describe('products list', () => {
  it('hands the filters on, and says how old the copy is', async () => {
    const {asked, said, services} = fakes()
    const argv = ['--sandbox', '--status', 'active', '--search', 'rem', '--changed-since', '2026-02-01', '--removed']
    const {stdout, status} = await runCommand(ProductsList, argv, services)
    const changedSince = new Date('2026-02-01T00:00:00Z')
    const query = {account: undefined, sandbox: true, site: undefined, status: 'active', search: 'rem', changedSince}
    expect(asked).toEqual([['list', {...query, removed: true, limit: 50}]])
    expect(stdout).toContain('Remera')
    expect(said).toEqual(['As of the sync 2 h ago'])
    expect(status).toBe(0)
  })

  it('keeps quiet beside --json, and writes a line each with --jsonl', async () => {
    const quiet = fakes()
    const {stdout} = await runCommand(ProductsList, ['--json'], quiet.services)
    expect(JSON.parse(stdout)).toEqual(listed)
    expect(quiet.said).toEqual([])
    const lines = await runCommand(ProductsList, ['--jsonl'], fakes().services)
    expect(JSON.parse(lines.stdout)).toEqual(aProduct())
  })

  it.each(['yesterday', '2026', '5', '2026-13-01'])('refuses to change since %j', async (since) => {
    expect((await runCommand(ProductsList, ['--changed-since', since], fakes().services)).status).toBe(2)
  })
})

describe('products show and log', () => {
  it('take an id as it stands in links', async () => {
    const {asked, services} = fakes()
    await runCommand(ProductsShow, ['mec-12', '--account', 'A'], services)
    await runCommand(ProductsLog, ['MEC12'], services)
    const choice = {account: 'A', sandbox: false, site: undefined}
    expect(asked).toEqual([
      ['show', choice, 'MEC12'],
      ['log', {...choice, account: undefined}, 'MEC12'],
    ])
  })
})

describe('products export', () => {
  it('writes CSV to stdout, and refuses --json without a file', async () => {
    const {stdout} = await runCommand(ProductsExport, ['--separator', 'tab'], fakes().services)
    expect(stdout).toMatch(/^\ufeffid\tvariation_id\tvariation_name\ttitle\tprice\t.*\r\nMEC1\t\t\tRemera\t12\.50\t/)
    expect(stdout).toMatch(/\r\nMEC2\t8\tColor: Rojo\tRemera\t.*\r\n$/)
    expect((await runCommand(ProductsExport, ['--json'], fakes().services)).status).toBe(2)
  })
})

describe('products export into a file', () => {
  it('counts products, and rows of variations beside them', async () => {
    const folder = newHome()
    mkdirSync(folder)
    const file = join(folder, 'products.csv')
    const {stdout} = await runCommand(ProductsExport, ['-o', file, '--json'], fakes().services)
    expect(JSON.parse(stdout)).toMatchObject({file, format: 'csv', products: 2, rows: 3})
    const shown = await runCommand(ProductsExport, ['-o', file, '--force'], fakes().services)
    expect(shown.stdout).toContain('2 products, 3 rows with their variations, written to')
  })
})

describe('cache invalidate', () => {
  it('takes items or everything, and not both', async () => {
    const {asked, services} = fakes()
    await runCommand(CacheInvalidate, ['MEC-1', 'mec2', '--json'], services)
    await runCommand(CacheInvalidate, ['--all', '--json'], services)
    expect(asked.map((each) => (each as unknown[])[2])).toEqual([['MEC1', 'MEC2'], undefined])
    for (const argv of [[], ['MEC1', '--all'], ['https://www.mercadolibre.com.ec/x/p/MEC15']]) {
      expect((await runCommand(CacheInvalidate, argv, services)).status).toBe(2)
    }
  })
})

describe('sync', () => {
  it('status asks for the account that is named', async () => {
    const {asked, services} = fakes()
    const {stdout} = await runCommand(SyncStatus, ['--limit', '3'], services, {MELI_ACCOUNT: 'A'})
    expect(asked).toEqual([['runs', {account: 'A', sandbox: false, limit: 3}]])
    expect(stdout).toContain('meli sync products')
  })

  it.each([[['--all', '--account', 'A']], [['--plan', '--dry-run']], [['--rate', '0']], [['--if-stale', 'soon']]])(
    'products refuses %j',
    async (argv) => {
      expect((await runCommand(SyncProducts, argv, fakes().services)).status).toBe(2)
    },
  )
})
