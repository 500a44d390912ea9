import {describe, expect, it} from '@jest/globals'
import HistoryUndo from '../../src/commands/history/undo.js'
import PriceSet from '../../src/commands/price/set.js'
import ProductsActivate from '../../src/commands/products/activate.js'
import ProductsClose from '../../src/commands/products/close.js'
import ProductsPause from '../../src/commands/products/pause.js'
import StockSet from '../../src/commands/stock/set.js'
import type {ChangeResult} from '../../src/services/writes/selling/item-changes.js'
import {runCommand} from '../support/run-command.js'

const result: ChangeResult = {
  ...{user_id: 8_035_443, nickname: 'TIENDA_QUITO', item_id: 'MEC1', title: 'Sombrero', currency_id: 'USD'},
  ...{variation_id: null, before: {available_quantity: 5}, after: {available_quantity: 9}, changed: true},
  ...{requests: [], attempts: 1, write_ids: [17], notes: [], warnings: []},
}

function fakes() {
  const asked: unknown[] = []
  const run = async (request: unknown) => {
    asked.push(request)
    return result
  }
  return {asked, services: {writes: {changeItem: async () => ({run}), undo: async () => ({run})}}}
}

const choice = {account: undefined, sandbox: false, site: undefined, live: undefined}

describe('the commands that change an item', () => {
  it.each([
    [StockSet, ['mec-1', '9'], {wanted: {quantity: 9}, command: 'stock set'}],
    [StockSet, ['MEC1', '9', '--variation', '77'], {wanted: {quantity: 9, variationId: 77}}],
    [StockSet, ['MEC1', '9', '--place', '88'], {wanted: {quantity: 9, place: '88'}}],
    [PriceSet, ['MEC1', '19,90'], {wanted: {price: '19,90'}, command: 'price set'}],
    [ProductsPause, ['MEC1'], {wanted: {status: 'paused'}, command: 'products pause'}],
    [ProductsActivate, ['MEC1'], {wanted: {status: 'active'}, command: 'products activate'}],
    [ProductsClose, ['MEC1'], {wanted: {status: 'closed'}, command: 'products close'}],
  ] as const)('ask for it: %p %j', async (Command, argv, request) => {
    const {asked, services} = fakes()
    const {status, stdout} = await runCommand(Command, argv, services)
    expect(status).toBe(0)
    expect(asked).toEqual([expect.objectContaining({item: 'MEC1', choice, dryRun: false, ...request})])
    expect(stdout).toContain('stock 5 -> 9')
    expect(stdout).toContain('meli history undo 17')
  })

  it('hand over who acts, and whether anything is sent', async () => {
    const {asked, services} = fakes()
    await runCommand(StockSet, ['MEC1', '9', '--live', 'TIENDA_QUITO', '--dry-run'], services)
    await runCommand(StockSet, ['MEC1', '9', '--sandbox', '--site', 'mlb', '--account', 'TETE1'], services)
    expect(asked).toMatchObject([
      {choice: {live: 'TIENDA_QUITO', sandbox: false}, dryRun: true},
      {choice: {account: 'TETE1', sandbox: true, site: 'MLB'}, dryRun: false},
    ])
  })

  it.each([
    [['MEC1', '-1']],
    [['MEC1', '1.5']],
    [['MEC1', 'many']],
    [['https://www.mercadolibre.com.ec/x/p/MEC15', '1']],
    [['MEC1', '1', '--variation', '0']],
    [['MEC1', '1', '--live', 'X', '--sandbox']],
    [['MEC1']],
  ])('refuse %j as usage', async (argv) => {
    const {asked, services} = fakes()
    expect(await runCommand(StockSet, argv, services)).toMatchObject({status: 2, stdout: ''})
    expect(asked).toEqual([])
  })

  it('print the result as it is under --json', async () => {
    const {stdout} = await runCommand(PriceSet, ['MEC1', '5', '--json'], fakes().services)
    expect(JSON.parse(stdout)).toEqual(result)
  })
})

describe('meli history undo', () => {
  it('takes an entry back, or only shows how', async () => {
    const {asked, services} = fakes()
    await runCommand(HistoryUndo, ['17', '--force', '--sandbox'], services)
    await runCommand(HistoryUndo, ['17', '--dry-run'], services)
    expect(asked).toEqual([
      {choice: {...choice, sandbox: true}, id: 17, force: true, dryRun: false},
      {choice: {...choice, onActor: expect.any(Function)}, id: 17, force: false, dryRun: true},
    ])
    expect(await runCommand(HistoryUndo, ['x'], services)).toMatchObject({status: 2})
  })
})
