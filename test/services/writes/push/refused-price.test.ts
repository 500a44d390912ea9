import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../../src/core/errors.js'
import type {PushRowView} from '../../../../src/services/writes/push/push-result.js'
import {pushFiles} from '../../../support/push-files.js'
import {itemState, pushWorlds, variation} from '../../../support/push-world.js'
import {Stall} from '../../../support/stall.js'

const file = pushFiles()
const openWorld = pushWorlds()

/** What became of each line, at a stall of the emulator. */
async function pushed(stall: Stall, ...lines: string[]) {
  const rows: PushRowView[] = []
  const keep = async (all: AsyncIterable<PushRowView>) => {
    for await (const row of all) rows.push(row)
    return null
  }
  const push = await stall.kit.app.writes.productPush()
  const table = await file(['id,variante,precio,stock,estado', ...lines].join('\n'))
  const rest = {sandbox: true, skipBad: false, restart: false, signal: new AbortController().signal}
  const result = await push.run(table, {...rest, keep})
  return {
    result,
    rows: rows.map(({line, result: became, code, quantity_before: before}) => [line, became, code, before]),
  }
}

async function automated(stall: Stall) {
  const item = stall.list({variations: [2, 3, 4].map((available_quantity) => ({available_quantity}))})
  await stall.set(item.id, {price_automation: true})
  return {id: item.id, ids: item.variations.map(({id}) => id)}
}

describe('a price that price automation does not let in', () => {
  it('costs none of the lines of one request their stock, and is told of each that asked for it', async () => {
    const stall = await Stall.open()
    const {id, ids} = await automated(stall)
    const [first, second, third] = ids
    const {result, rows} = await pushed(stall, `${id},${first},30,5,`, `${id},${second},,6,`, `${id},${third},30,,`)
    expect(rows).toEqual([
      [2, 'failed', 'MELI_CHANGE_REFUSED', 2],
      [3, 'done', null, 3],
      [4, 'failed', 'MELI_CHANGE_REFUSED', null],
    ])
    expect(result.failures.map(({message}) => message)).toEqual([
      expect.stringMatching(
        /is 19\.9 and not 30 \(Mercado Libre: item\.price\.dropped.*; what else the line asks for is as wanted$/,
      ),
      expect.stringMatching(/is 19\.9 and not 30 \(Mercado Libre: item\.price\.dropped[^;]*\)$/),
    ])
    expect(stall.now(id)).toMatchObject({
      price: 19.9,
      variations: [{available_quantity: 5}, {available_quantity: 6}, {available_quantity: 4}],
    })
    expect(stall.sent).toEqual([`/items/${id} 200`])
  })

  it('is refused to lines that ask for nothing else, by one request', async () => {
    const stall = await Stall.open()
    const {id, ids} = await automated(stall)
    const {rows} = await pushed(stall, ...ids.map((each) => `${id},${each},30,,`))
    expect(rows.map(([, became]) => became)).toEqual(['failed', 'failed', 'failed'])
    expect(stall.sent).toEqual([`/items/${id} 400`])
  })

  it('costs a line its stock neither where that goes by its own request', async () => {
    const stall = await Stall.open({siteId: 'MLA', tags: ['user_product_seller']})
    const {id} = stall.list({user_product_id: 'MLAU12', family_name: 'Sombrero de paja'})
    await stall.set(id, {price_automation: true})
    const {rows} = await pushed(stall, `${id},,30,9,paused`)
    expect(rows).toEqual([[2, 'failed', 'MELI_CHANGE_REFUSED', 5]])
    expect(stall.now(id)).toMatchObject({price: 19.9, available_quantity: 9, status: 'paused'})
  })
})

describe('a price that is refused for what it is', () => {
  const refusal = new MeliError('MELI_CHANGE_REFUSED', 'no such price', {details: {rule: 'price_invalid'}})

  async function worldWith(...items: Parameters<typeof itemState>[1][]) {
    const world = await openWorld(...items.map((changes, at) => itemState(`MEC${at + 1}`, changes)))
    world.before = (_, {price}) => {
      if (price !== undefined) throw refusal
    }
    return world
  }

  it('does not keep the stock of its line back, but an activation', async () => {
    const world = await worldWith({status: 'paused'}, {})
    const result = await world.run(await file('id,precio,stock,estado\nMEC1,0.01,5,active\nMEC2,0.01,,paused\n'))
    expect(result).toMatchObject({changed: 0, failed: 2})
    expect([...world.items.values()]).toMatchObject([
      {price: '10', available_quantity: 5, status: 'paused'},
      {price: '10', available_quantity: 1, status: 'paused'},
    ])
  })

  it('keeps no other variation back, all of which go in one more request', async () => {
    const world = await worldWith({variations: [1, 2, 3].map((id) => variation(id))})
    const table = 'id,variante,precio,stock\nMEC1,1,0.01,5\nMEC1,2,,6\nMEC1,3,0.01,\n'
    expect(await world.run(await file(table))).toMatchObject({changed: 1, failed: 2})
    expect(world.sent).toEqual(['MEC1/2/1'])
  })

  it.each([
    ['a line', 'id,stock\nMEC1,5\n', {}, 1],
    ['lines of one request', 'id,variante,stock\nMEC1,1,5\nMEC1,2,6\n', {variations: [variation(1), variation(2)]}, 3],
  ])('is told of %s that asks for none, and nothing is tried without it', async (_, table, changes, requests) => {
    const world = await worldWith(changes)
    let tried = 0
    world.before = () => {
      tried += 1
      throw tried > requests ? new MeliError('MELI_INTERRUPTED', 'tried again and again') : refusal
    }
    const result = await world.run(await file(table))
    expect(result).toMatchObject({changed: 0, failures: result.failures.map(() => ({message: 'no such price'}))})
    expect([tried, result.failed]).toEqual([requests, table.split('\n').length - 2])
  })

  it('is told beside what became of the rest of the line', async () => {
    const world = await worldWith({})
    world.before = (_, {price}) => {
      if (price !== undefined) throw refusal
      throw new MeliError('MELI_CHANGE_REFUSED', 'no such stock', {details: {rule: 'zero_stock'}})
    }
    const {failures} = await world.run(await file('id,precio,stock\nMEC1,0.01,0\n'))
    expect(failures).toMatchObject([{message: 'no such price; no such stock'}])
  })
})
