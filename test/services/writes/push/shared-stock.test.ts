import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../../src/core/errors.js'
import {pushFiles} from '../../../support/push-files.js'
import {itemState, type PushWorld, pushWorlds, variation} from '../../../support/push-world.js'

const file = pushFiles()
const worldWith = pushWorlds()

const shared = {user_product_id: 'MECU7'}
/** More lines than are sent before others are read. */
const between = Array.from({length: 100}, (_, at) => `MEC${at + 10}`)
const others = between.map((id) => itemState(id))
const lines = (...ids: string[]) => file(['id,stock', ...ids.map((id) => `${id},5`)].join('\n'))
const crash = () => new MeliError('MELI_INTERRUPTED', 'crashed')

/** A sale, of all listings that share the stock. */
function sell(world: PushWorld): void {
  for (const id of ['MEC1', 'MEC2']) if (world.items.has(id)) world.set(id, {quantity: 4})
}

describe('the stock of two listings of one user product', () => {
  it('is set once, though it is sold from before the turn of the second one', async () => {
    const world = await worldWith(itemState('MEC1', shared), ...others, itemState('MEC2', shared))
    world.before = (id) => {
      if (id === between[0]) sell(world)
    }
    const result = await world.run(await lines('MEC1', ...between, 'MEC2'))
    expect(result).toMatchObject({ok: true, changed: 102, unchanged: 0})
    expect(world.sent).not.toContain('MEC2')
    expect([world.items.get('MEC2')?.available_quantity, (await world.rows()).at(-1)]).toMatchObject([
      4,
      {itemId: 'MEC2', state: 'done', before: {available_quantity: 1}},
    ])
  })

  it.each([
    ['first', ['MEC1', ...between, 'MEC2']],
    ['second', ['MEC2', 'MEC1', ...between]],
  ])('is not set again by the next process, where the listing that set it is the %s in the file', async (_, ids) => {
    const world = await worldWith(itemState('MEC1', shared), ...others, itemState('MEC2', shared))
    let isDead = false
    world.before = (id) => {
      isDead ||= id === between[50]
      if (isDead) throw crash()
    }
    await expect(world.run(await lines(...ids), {concurrency: 1})).rejects.toThrow()
    const [setter = ''] = ids
    expect(world.sent.filter((id) => /^MEC[12]$/.test(id))).toEqual([setter])
    sell(world)
    world.before = () => undefined
    expect(await world.run(await lines(...ids))).toMatchObject({ok: true, resumed: true, changed: 102})
    expect(world.sent.filter((id) => /^MEC[12]$/.test(id))).toEqual([setter])
  })

  it('is not set again where the process died before it could note so for the line', async () => {
    const world = await worldWith(itemState('MEC1', shared), itemState('MEC2', shared))
    world.settling = (rows) => {
      if (rows.some(({state}) => state === 'done')) throw crash()
    }
    await expect(world.run(await lines('MEC1', 'MEC2'))).rejects.toThrow()
    expect([world.sent, (await world.rows()).map(({state}) => state)]).toEqual([['MEC1'], ['waiting', 'waiting']])
    sell(world)
    world.settling = () => undefined
    expect(await world.run(await lines('MEC1', 'MEC2'))).toMatchObject({resumed: true, changed: 2, unchanged: 0})
    expect(world.sent).toEqual(['MEC1'])
  })

  it('is not set again where neither could be read when all was compared', async () => {
    const world = await worldWith(itemState('MEC1', shared), ...others, itemState('MEC2', shared))
    world.unread.add('MEC1').add('MEC2')
    world.settling = (rows) => {
      if (rows.some(({state}) => state === 'done')) throw crash()
    }
    await expect(world.run(await lines('MEC1', ...between, 'MEC2'), {concurrency: 1})).rejects.toThrow()
    expect(world.sent).toEqual(['MEC1'])
    sell(world)
    world.settling = () => undefined
    expect(await world.run(await lines('MEC1', ...between, 'MEC2'))).toMatchObject({resumed: true, changed: 102})
    expect(world.sent.filter((id) => /^MEC[12]$/.test(id))).toEqual(['MEC1'])
  })

  it.each(['MEC1', 'MEC2'])('is set once where %s could not be read with others', async (id) => {
    const world = await worldWith(itemState('MEC1', shared), itemState('MEC2', shared))
    world.unread.add(id)
    expect(await world.run(await lines('MEC1', 'MEC2'))).toMatchObject({changed: 2})
    expect(world.sent).toHaveLength(1)
  })

  it('is set by the second one where the first is refused', async () => {
    const world = await worldWith(itemState('MEC1', shared), itemState('MEC2', shared))
    world.before = (id) => {
      if (id === 'MEC1') throw new MeliError('MELI_CHANGE_REFUSED', 'no', {details: {rule: 'not_modifiable'}})
    }
    expect(await world.run(await lines('MEC1', 'MEC2'))).toMatchObject({changed: 1, failed: 1})
    expect(world.sent).toEqual(['MEC2'])
  })

  it('is a bad line when they ask for different numbers, and nothing is sent', async () => {
    const world = await worldWith(itemState('MEC1', shared), ...others, itemState('MEC2', shared))
    const table = [...['MEC1', ...between].map((id) => `${id},5`), 'MEC2,6']
    const result = await world.run(await file(['id,stock', ...table].join('\n')))
    expect(result).toMatchObject({refused: true, bad_lines: [{line: 103, message: /user product MECU7.*5 by line 2/}]})
    expect(world.sent).toEqual([])
  })

  it('is refused to the second when one could not be read, and they ask for different numbers', async () => {
    const world = await worldWith(itemState('MEC1', shared), itemState('MEC2', shared))
    world.unread.add('MEC2')
    const result = await world.run(await file('id,stock\nMEC1,5\nMEC2,6\n'))
    expect(result).toMatchObject({changed: 1, failed: 1, failures: [{line: 3, code: 'MELI_LINE_INVALID'}]})
    expect(world.sent).toEqual(['MEC1'])
  })

  it('is one too where a variation of the one is what the other sells', async () => {
    const variations = [variation(7, shared), variation(8, {user_product_id: 'MECU8'})]
    const world = await worldWith(itemState('MEC1', {variations}), itemState('MEC2', shared))
    const result = await world.run(await file('id,variante,stock\nMEC1,7,5\nMEC1,8,6\nMEC2,,5\n'))
    expect([result, world.sent]).toMatchObject([{ok: true, changed: 3}, ['MEC1/7/8']])
  })
})

describe('a push that is gone on with', () => {
  it('keeps what it has set when a line turns out to be bad, and when it is told to leave that out', async () => {
    const world = await worldWith(itemState('MEC1'), itemState('MEC2', {seller_sku: 'A'}))
    const table = () => file('id,sku,stock\nMEC1,,5\n,A,5\n')
    world.before = (id) => {
      if (id === 'MEC2') throw crash()
    }
    await expect(world.run(await table(), {concurrency: 1})).rejects.toThrow()
    sell(world)
    world.before = () => undefined
    world.items.set('MEC2', {...itemState('MEC2', {seller_sku: 'B'})})
    const refused = await world.run(await table())
    expect(refused).toMatchObject({refused: true, resumed: true, bad_lines: [{line: 3}]})
    expect(await world.run(await table(), {skipBad: true})).toMatchObject({resumed: true, changed: 1, failed: 1})
    expect(world.sent).toEqual(['MEC1'])
  })
})
