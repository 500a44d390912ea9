import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../../src/core/errors.js'
import {pushFiles} from '../../../support/push-files.js'
import {itemState, type PushWorld, pushWorlds, variation} from '../../../support/push-world.js'

const file = pushFiles()
const worldWith = pushWorlds()

const varied = (id: string, first: number, skus: ReadonlyArray<string | null>) =>
  itemState(id, {variations: skus.map((sellerSku, at) => variation(first + at, {seller_sku: sellerSku}))})

/** Three listings, of two of which the multiget shows no SKU of a variation, and searches know none. */
async function open(): Promise<PushWorld> {
  const world = await worldWith(
    itemState('MEC1', {seller_sku: 'PLAIN'}),
    varied('MEC2', 21, ['A-1', 'A-2', null]),
    varied('MEC3', 31, ['B-1', 'B-2']),
  )
  for (const id of ['MEC2', 'MEC3']) world.hidden.add(id)
  return world
}

describe('SKUs of variations that the multiget leaves out', () => {
  it('are found, and each item is read singly once to find them', async () => {
    const world = await open()
    const result = await world.run(await file('sku,stock\nA-2,7\nB-1,8\nPLAIN,9\n'))
    expect(result).toMatchObject({ok: true, changed: 3})
    expect(world.sent.sort()).toEqual(['MEC1', 'MEC2/22', 'MEC3/31'])
    expect(world.items.get('MEC2')?.variations.map((each) => each.available_quantity)).toEqual([1, 7, 1])
  })

  it('are read where a line names the item as well', async () => {
    const world = await open()
    const result = await world.run(await file('id,sku,stock\nMEC2,A-2,7\nMEC3,B-2,8\nMEC1,PLAIN,1\n'))
    expect(result).toMatchObject({ok: true, changed: 2, unchanged: 1})
    expect(world.sent.sort()).toEqual(['MEC2/22', 'MEC3/32'])
    expect(world.readSingly.sort()).toEqual(['MEC2', 'MEC3'])
  })

  it('are not read where the multiget shows what the lines need', async () => {
    const world = await open()
    world.hidden.clear()
    expect(await world.run(await file('id,sku,stock\nMEC2,A-2,7\nMEC3,B-2,8\n'))).toMatchObject({ok: true, changed: 2})
    expect(world.readSingly).toEqual([])
  })

  it('tell an id and a SKU that do not belong together', async () => {
    const world = await open()
    const result = await world.run(await file('id,variation,sku,stock\nMEC2,21,A-2,7\nMEC3,31,B-1,8\n'))
    expect(result.bad_lines).toEqual([
      {line: 2, message: 'A-2 is not the SKU of variation 21 of MEC2: variation 22 has it'},
    ])
  })

  it('are unknown rather than missing where not all listings could be read', async () => {
    const world = await open()
    world.unread.add('MEC1')
    const result = await world.run(await file('sku,stock\nA-2,7\n'))
    expect(result.bad_lines).toMatchObject([{line: 2, message: /no search finds the SKU A-2.*name an item id/}])
    expect(world.sent).toEqual([])
  })

  it('lead to several where two listings have them', async () => {
    const world = await open()
    world.items.set('MEC4', varied('MEC4', 41, ['A-2', 'C']))
    world.hidden.add('MEC4')
    const result = await world.run(await file('sku,stock\nA-2,7\n'))
    expect(result.bad_lines).toMatchObject([{message: /2 listings have the SKU A-2: MEC2, MEC4/}])
  })

  it.each(['MELI_TIMED_OUT', 'MELI_RATE_LIMITED', 'MELI_API_REJECTED'] as const)(
    'are done without where the read of the one item ends with %s, for the rest is known',
    async (code) => {
      const world = await open()
      world.failSingly = new MeliError(code, 'No answer')
      const result = await world.run(await file('id,variation,sku,stock\nMEC2,22,A-2,7\nMEC1,,PLAIN,9\n'))
      expect(result).toMatchObject({ok: true, changed: 2})
      expect(world.readSingly).toEqual(['MEC2'])
      expect(world.sent.sort()).toEqual(['MEC1', 'MEC2/22'])
    },
  )

  it('end the push where the token is refused', async () => {
    const world = await open()
    world.failSingly = new MeliError('MELI_TOKEN_REJECTED', 'No token')
    const run = world.run(await file('id,variation,sku,stock\nMEC2,22,A-2,7\n'))
    await expect(run).rejects.toMatchObject({code: 'MELI_TOKEN_REJECTED'})
  })

  it('lead to their listing in any case, as SKUs that are compared do', async () => {
    const world = await open()
    expect(await world.run(await file('sku,stock\na-2,7\n'))).toMatchObject({ok: true, changed: 1})
    expect(world.sent).toEqual(['MEC2/22'])
  })
})

describe('a listing of all items that is read for SKUs', () => {
  /** Twenty lines are enough to read the listing before anything is searched for. */
  const many = (skus: readonly string[]) => file(['sku,stock', ...skus.map((sku) => `${sku},7`)].join('\n'))
  const skus = Array.from({length: 20}, (_, at) => `S-${at}`)
  const plain = skus.map((sellerSku, at) => itemState(`MEC${at + 1}`, {seller_sku: sellerSku}))
  const ids = plain.map(({id}) => id)

  it('finds SKUs in any case', async () => {
    const world = await worldWith(...plain)
    expect(await world.run(await many(skus.map((sku) => sku.toLowerCase())))).toMatchObject({ok: true, changed: 20})
  })

  function* endless(pages: readonly (readonly string[])[], total: number) {
    for (let at = 0; ; at++) yield {ids: pages[at % pages.length] ?? [], total, cursor: 'more'}
  }

  it.each([
    ['stands still', [ids], 20, 2],
    ['goes round', [ids.slice(0, 10), ids.slice(10)], 20, 3],
  ] as const)('ends where its scroll %s, and is whole by its total', async (_name, pages, total, listed) => {
    const world = await worldWith(...plain)
    world.pages = () => endless(pages, total)
    // A SKU that no search finds shows that the listing answered for it.
    const result = await world.run(await many([...skus.slice(1), 'GONE']))
    expect(result.bad_lines).toMatchObject([{message: /no listing has the SKU GONE/}])
    expect(world.listed).toBe(listed)
  })

  it.each([0, 40])('is not whole where its scroll stands still and its total is %i', async (total) => {
    const world = await worldWith(...plain)
    world.pages = () => endless([ids], total)
    const result = await world.run(await many([...skus.slice(1), 'GONE']))
    expect(result.bad_lines).toMatchObject([{message: /not all listings could be read/}])
  })

  it('costs no more requests than searches would, whatever its total says', async () => {
    const world = await worldWith(...plain)
    world.pages = function* () {
      for (let at = 0; ; at++) yield {ids: [`MEC9${at}`], total: 0, cursor: 'more'}
    }
    expect(await world.run(await many(skus))).toMatchObject({ok: true, changed: 20})
    // Each page is a request, and so are the reads of what it lists.
    expect(world.listed).toBe(19)
  })
})
