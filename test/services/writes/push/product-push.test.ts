import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../../src/core/errors.js'
import type {ItemState} from '../../../../src/services/ports/index.js'
import {pushFiles} from '../../../support/push-files.js'
import {itemState, pushWorlds, variation} from '../../../support/push-world.js'

const file = pushFiles()
const worldWith = pushWorlds()

const many = (count: number, changes: Partial<ItemState> = {}) =>
  Array.from({length: count}, (_, at) => itemState(`MEC${at + 1}`, changes))
const stocks = (count: number, quantity = 5) =>
  file(['id,stock', ...Array.from({length: count}, (_, at) => `MEC${at + 1},${quantity}`)].join('\n'))
const broken = () => new MeliError('MELI_SERVICE_FAILING', 'it answered with 503')

describe('a push', () => {
  it('asks with the figures and the first changes', async () => {
    const world = await worldWith(...many(30))
    const table = Array.from({length: 14}, (_, at) => `MEC${at + 1};12,50;;`)
    await world.run(
      await file(['id;price;stock;status', ...table, 'MEC20;;3;', 'MEC21;;;paused', 'MEC99;;1;'].join('\n')),
    )
    expect(world.asked).toEqual([
      {
        title: expect.stringMatching(/^Change 16 of 17 lines of \d+-changes\.csv$/),
        severe: false,
        lines: expect.arrayContaining([
          '14 prices, 1 stock, 1 status',
          'line 2: MEC1 price 10.00 -> 12.50 USD (Item MEC1)',
          'and 6 more; --dry-run shows all',
          '1 line cannot be carried out, and will fail',
        ]),
      },
    ])
  })

  it.each([
    [1, 1, 'Change 1 line of '],
    [3, 3, 'Change 3 lines of '],
    [1, 3, 'Change 1 of 3 lines of '],
  ])('asks about %d of %d lines in so many words', async (differing, all, words) => {
    const world = await worldWith(...many(differing), ...many(all, {available_quantity: 5}).slice(differing))
    await world.run(await stocks(all))
    expect(world.asked[0]?.title.replace(/\d+-changes\.csv/, '')).toBe(words)
  })

  it('says before anything is sent which columns it does not know', async () => {
    const world = await worldWith(...many(1))
    await world.run(await file('id,precio %,stock,title\nMEC1,15,5,x\n'))
    expect(world.asked[0]?.lines.at(-1)).toBe('unknown columns: precio %')
  })

  it('has the name typed where it closes something', async () => {
    const world = await worldWith(...many(1))
    await world.run(await file('id,estado\nMEC1,finalizada\n'))
    expect(world.asked).toEqual([expect.objectContaining({severe: true})])
    expect(world.items.get('MEC1')?.status).toBe('closed')
  })

  it('has the name typed too where what it closes could not be read', async () => {
    const world = await worldWith(...many(1))
    world.unread.add('MEC1')
    await world.run(await file('id,estado\nMEC1,finalizada\n'))
    expect(world.asked).toEqual([expect.objectContaining({severe: true})])
  })

  it('takes two lines about the only variation of an item for two about the same', async () => {
    const world = await worldWith(itemState('MEC1', {variations: [variation(7)]}))
    const result = await world.run(await file('id,variante,stock\nMEC1,,5\nMEC1,7,6\n'))
    expect(result).toMatchObject({refused: true, bad_lines: [{line: 3, message: /same listing is in line 2/}]})
    expect(world.sent).toEqual([])
  })

  it('asks nobody when everything is as wanted', async () => {
    const world = await worldWith(...many(3, {available_quantity: 5}))
    expect(await world.run(await stocks(3))).toMatchObject({ok: true, unchanged: 3, changed: 0})
    expect([world.asked, world.sent]).toEqual([[], []])
  })

  it('sends nothing when the answer is no, and looks at every line again the next time', async () => {
    const world = await worldWith(...many(2), itemState('MEC3', {available_quantity: 5}))
    world.confirm = async () => {
      throw new MeliError('MELI_NOT_CONFIRMED', 'no')
    }
    await expect(world.run(await stocks(4))).rejects.toMatchObject({code: 'MELI_NOT_CONFIRMED'})
    expect(world.sent).toEqual([])
    world.confirm = async () => undefined
    // One is sold, and the one that was not there is published.
    world.set('MEC3', {quantity: 4})
    world.items.set('MEC4', itemState('MEC4'))
    expect(await world.run(await stocks(4))).toMatchObject({ok: true, changed: 4, resumed: false})
  })

  it('sends so many at a time, and the lines of one item in one request', async () => {
    const varied = itemState('MEC1', {variations: [1, 2, 3, 4, 5, 6].map((id) => variation(id))})
    const world = await worldWith(varied)
    await world.run(await file(['id,variante,stock', ...[3, 1, 2, 6].map((id) => `MEC1,${id},7`)].join('\n')))
    expect([world.most, world.sent]).toEqual([1, ['MEC1/3/1/2/6']])
    expect((await world.rows()).map(({state, before}) => [state, before])).toEqual(Array(4).fill(['done', {}]))
    const wide = await worldWith(...many(40))
    await wide.run(await stocks(40), {concurrency: 3})
    expect([wide.most, new Set(wide.sent).size]).toEqual([3, 40])
  })
})

describe('a SKU', () => {
  it('leads to the open listing, whatever closed ones have it', async () => {
    const sku = {seller_sku: 'A-1'}
    const world = await worldWith(itemState('MEC1', {...sku, status: 'closed'}), itemState('MEC2', sku))
    expect(await world.run(await file('sku,stock\nA-1,5\n'))).toMatchObject({ok: true, changed: 1})
    expect(world.sent).toEqual(['MEC2'])
  })

  it('with a comma is a bad line: the service may look for two', async () => {
    const world = await worldWith(itemState('MEC1', {seller_sku: 'A'}))
    const result = await world.run(await file('sku;stock\nA,B;5\n'))
    expect(result).toMatchObject({refused: true, bad_lines: [{line: 2, message: /cannot be searched/}]})
  })

  it('leads to the variation that has it', async () => {
    const variations = [variation(7, {seller_sku: 'ROJO'}), variation(8, {seller_sku: 'AZUL'})]
    const world = await worldWith(itemState('MEC1', {variations}))
    await world.run(await file('sku,stock\nAZUL,5\nROJO,6\n'))
    expect(world.items.get('MEC1')?.variations.map((each) => each.available_quantity)).toEqual([6, 5])
  })

  it.each([
    ['of another listing', 'MEC2,,A,5', 'A is not the SKU of MEC2: that has B'],
    ['of another variation', 'MEC1,7,V8,5', 'V8 is not the SKU of variation 7 of MEC1: variation 8 has it'],
    ['nobody knows, where the listing has others', 'MEC1,,X,5', 'X is not the SKU of MEC1: that has V7, V8'],
  ])('beside an id is a bad line when it is one %s', async (_, line, why) => {
    const variations = [variation(7, {seller_sku: 'V7'}), variation(8, {seller_sku: 'V8'})]
    const world = await worldWith(itemState('MEC1', {variations}), itemState('MEC2', {seller_sku: 'B'}))
    const result = await world.run(await file(`id,variante,sku,stock\n${line}\n`))
    expect(result).toMatchObject({refused: true, bad_lines: [{line: 2, message: why}]})
    expect(world.sent).toEqual([])
  })

  it('beside an id may be one that the service does not know, and in other letters', async () => {
    const world = await worldWith(itemState('MEC1'), itemState('MEC2', {seller_sku: 'Rojo-1'}))
    const result = await world.run(await file('id,sku,stock\nMEC1,MINE,5\nMEC2,ROJO-1,5\n'))
    expect(result).toMatchObject({ok: true, changed: 2})
  })

  it.each([
    ['nobody has', [], 'no listing has the SKU A'],
    ['two listings have', [itemState('MEC1', {seller_sku: 'A'}), itemState('MEC2', {seller_sku: 'A'})], 'MEC1, MEC2'],
    [
      'two variations have',
      [itemState('MEC1', {variations: [variation(1, {seller_sku: 'A'}), variation(2, {seller_sku: 'A'})]})],
      '2 variations of MEC1 have the SKU A',
    ],
  ])('is a bad line when %s it', async (_, items, why) => {
    const world = await worldWith(...items, itemState('MEC9'))
    const table = await file('sku,id,stock\nA,,5\n,MEC9,5\n')
    const refused = await world.run(table)
    expect(refused).toMatchObject({
      ok: false,
      refused: true,
      bad_lines: [{line: 2, message: expect.stringContaining(why)}],
    })
    expect(world.sent).toEqual([])
    expect(await world.run(table, {skipBad: true})).toMatchObject({ok: false, refused: false, changed: 1, failed: 1})
    expect(world.sent).toEqual(['MEC9'])
  })
})

describe('what goes wrong under way', () => {
  it('fails the line alone when the service refuses it, with the rule', async () => {
    const world = await worldWith(...many(3))
    world.before = (id) => {
      if (id === 'MEC2') throw new MeliError('MELI_CHANGE_REFUSED', 'price automation')
    }
    const result = await world.run(await stocks(3))
    expect(result).toMatchObject({ok: false, changed: 2, failed: 1})
    const failed = {
      line: 3,
      item_id: 'MEC2',
      variation_id: null,
      seller_sku: null,
      code: 'MELI_CHANGE_REFUSED',
      message: 'price automation',
    }
    expect(result.failures).toEqual([failed])
  })

  it('refuses an item of somebody else', async () => {
    const world = await worldWith(itemState('MEC1', {seller_id: 4}))
    const result = await world.run(await stocks(1))
    expect(result.failures).toMatchObject([{code: 'MELI_CHANGE_REFUSED', message: /belongs to another seller/}])
    expect(world.sent).toEqual([])
  })

  it('fails lines that alone meet a failing service, and sends the others', async () => {
    const world = await worldWith(...many(40))
    world.before = (id) => {
      if (Number(id.slice(3)) % 4 === 0) throw broken()
    }
    expect(await world.run(await stocks(40))).toMatchObject({changed: 30, failed: 10})
  })

  it('ends when the service fails for everything, and goes on with every line later', async () => {
    const world = await worldWith(...many(40))
    world.before = (id) => {
      if (Number(id.slice(3)) > 10) throw broken()
    }
    await expect(world.run(await stocks(40))).rejects.toMatchObject({code: 'MELI_SERVICE_FAILING'})
    expect(world.sent).toHaveLength(10)
    world.before = () => undefined
    expect(await world.run(await stocks(40))).toMatchObject({ok: true, resumed: true, changed: 40, failed: 0})
    expect(new Set(world.sent).size).toBe(world.sent.length)
  })

  it('ends at once when the login is lost', async () => {
    const world = await worldWith(...many(40))
    world.before = () => {
      throw new MeliError('MELI_AUTHORIZATION_LOST', 'connect again')
    }
    await expect(world.run(await stocks(40))).rejects.toMatchObject({code: 'MELI_AUTHORIZATION_LOST'})
    expect((await world.rows()).every(({state}) => state === 'waiting')).toBe(true)
  })

  it('stops when it is told to, keeps what was done, and goes on', async () => {
    const world = await worldWith(...many(40))
    const stop = new AbortController()
    world.before = () => {
      if (world.sent.length === 7) stop.abort(new MeliError('MELI_INTERRUPTED', 'interrupted'))
    }
    const stopped = world.run(await stocks(40), {signal: stop.signal})
    await expect(stopped).rejects.toMatchObject({code: 'MELI_INTERRUPTED'})
    const sent = world.sent.length
    expect(sent).toBeLessThan(15)
    world.before = () => undefined
    expect(await world.run(await stocks(40))).toMatchObject({ok: true, resumed: true, changed: 40})
    expect(world.sent).toHaveLength(40)
  })

  it('counts as changed what was sent before a crash, and is there now', async () => {
    const world = await worldWith(...many(3))
    world.before = (id) => {
      if (id === 'MEC2') throw new MeliError('MELI_INTERRUPTED', 'crashed')
    }
    await expect(world.run(await stocks(3), {concurrency: 1})).rejects.toThrow()
    expect(world.sent).toEqual(['MEC1'])
    // The answer to this one was lost.
    world.set('MEC2', {quantity: 5})
    world.before = () => undefined
    expect(await world.run(await stocks(3))).toMatchObject({ok: true, changed: 3, unchanged: 0})
    expect(world.sent).toEqual(['MEC1', 'MEC3'])
  })

  it('looks again at lines that had to be sent nothing, and leaves alone what it sent', async () => {
    const world = await worldWith(...many(3), itemState('MEC4', {available_quantity: 5}))
    world.before = (id) => {
      if (id === 'MEC2') throw new MeliError('MELI_AUTHORIZATION_LOST', 'connect again')
    }
    await expect(world.run(await stocks(4), {concurrency: 1})).rejects.toThrow()
    world.before = () => undefined
    // Both are sold from meanwhile: one is not to have its stock back, of the other nothing was set yet.
    world.set('MEC1', {quantity: 4})
    world.set('MEC4', {quantity: 4})
    expect(await world.run(await stocks(4))).toMatchObject({ok: true, resumed: true, changed: 4})
    expect(world.sent).toEqual(['MEC1', 'MEC2', 'MEC3', 'MEC4'])
  })

  it('fails the line alone that a rule is against, of those that went in one request', async () => {
    const varied = itemState('MEC1', {variations: [1, 2, 3].map((id) => variation(id))})
    const world = await worldWith(varied)
    world.before = (_, {quantity, quantities}) => {
      const isNone = quantity === 0 || [...(quantities?.values() ?? [])].includes(0)
      const about = {details: {rule: 'zero_stock'}}
      if (isNone) throw new MeliError('MELI_CHANGE_REFUSED', 'no stock 0', about)
    }
    const result = await world.run(await file('id,variante,stock\nMEC1,1,5\nMEC1,2,0\nMEC1,3,6\n'))
    expect(result).toMatchObject({changed: 2, failed: 1, failures: [{line: 3, message: 'no stock 0'}]})
    expect(world.sent).toEqual(['MEC1/1/3'])
  })

  it('tries each line by itself where nobody can tell which was refused, and none where all are', async () => {
    const varied = itemState('MEC1', {variations: [1, 2, 3].map((id) => variation(id))})
    const world = await worldWith(varied)
    const table = () => file('id,variante,stock\nMEC1,1,5\nMEC1,2,9\nMEC1,3,6\n')
    let tries = 0
    world.before = () => {
      tries += 1
      throw new MeliError('MELI_ITEM_BUSY', 'busy', {details: {rule: 'item_busy'}})
    }
    expect(await world.run(await table())).toMatchObject({failed: 3})
    expect(tries).toBe(1)
    world.before = (_, {variationId, quantities}) => {
      if (variationId === 2 || quantities?.has(2)) throw new MeliError('MELI_API_REJECTED', 'no')
    }
    expect(await world.run(await table(), {restart: true})).toMatchObject({changed: 2, failed: 1})
    expect(world.sent).toEqual(['MEC1/1', 'MEC1/3'])
  })

  it('sends the lines of an item together wherever they stand', async () => {
    const varied = itemState('MEC999', {variations: [1, 2].map((id) => variation(id))})
    const world = await worldWith(...many(200), varied)
    const others = Array.from({length: 200}, (_, at) => `MEC${at + 1},,5`)
    await world.run(await file(['id,variante,stock', 'MEC999,1,5', ...others, 'MEC999,2,6'].join('\n')))
    expect(world.sent.filter((each) => each.startsWith('MEC999'))).toEqual(['MEC999/1/2'])
  })

  it('is kept for another try when its results could not be written', async () => {
    const world = await worldWith(...many(2))
    const table = await stocks(2)
    const full = async (rows: AsyncIterable<unknown>) => {
      for await (const _ of rows) throw new MeliError('MELI_STORAGE_FULL', 'there is no room')
      return 'never'
    }
    const error = {code: 'MELI_STORAGE_FULL', message: 'there is no room'}
    expect(await world.run(table, {keep: full})).toMatchObject({ok: true, changed: 2, result_file_error: error})
    const seen: unknown[] = []
    const keep = async (rows: AsyncIterable<{line: number; result: string}>) => {
      for await (const {line, result} of rows) seen.push([line, result])
      return 'b.csv'
    }
    const again = await world.run(table, {keep})
    expect(again).toMatchObject({ok: true, resumed: true, changed: 2, result_file: 'b.csv', result_file_error: null})
    expect([seen, world.sent]).toEqual([
      [
        [2, 'done'],
        [3, 'done'],
      ],
      ['MEC1', 'MEC2'],
    ])
    expect(await world.run(table, {keep})).toMatchObject({resumed: false, unchanged: 2})
  })

  it('does not overtake another process with the same file', async () => {
    const world = await worldWith(...many(2))
    const table = await stocks(2)
    world.confirm = async () => {
      await expect(world.run(table)).rejects.toMatchObject({code: 'MELI_PUSH_BUSY', exitCode: 6})
    }
    expect(await world.run(table)).toMatchObject({ok: true, changed: 2})
    expect(world.asked).toHaveLength(1)
  })
})
