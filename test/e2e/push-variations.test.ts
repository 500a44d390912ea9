import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from '@jest/globals'
import type {PushResult} from '../../src/services/writes/push/push-result.js'
import {openWorld, type World} from '../support/world.js'

const several = 3
const sizes = ['S', 'M', 'L']

/** Items with three variations each, whose SKUs stand in attributes that the service shows only when it is asked for them. */
async function opened() {
  const world = await openWorld({items: 5})
  const {user_id: userId} = await world.login()
  const {catalogue, siteId} = world.emulator.world
  const ids = Array.from({length: several}, (_, n) => {
    const skus = sizes.map((size) => `REM-${n}-${size}`)
    const {id} = catalogue.create(
      {userId, siteId, isTestUser: false},
      {
        title: `Remera ${n}`,
        category_id: 'MEC1055',
        buying_mode: 'buy_it_now',
        condition: 'new',
        price: 50,
        currency_id: 'USD',
        listing_type_id: 'gold_special',
        variations: skus.map((sku) => ({
          available_quantity: 2,
          price: 50,
          attributes: [{id: 'SELLER_SKU', value_name: sku}],
        })),
      },
    )
    return id
  })
  return {world, ids}
}

async function push(world: World, lines: readonly string[]): Promise<PushResult> {
  const file = join(world.home, 'remeras.csv')
  writeFileSync(file, ['sku,stock', ...lines].join('\n'))
  return world.json<PushResult>(['products', 'push', file, '--live', 'TIENDA_ANDINA'])
}

const sentBy = ({emulator}: World, method: string) =>
  emulator.world.requests.list().flatMap((request) => (request.method === method ? [request.path] : []))

describe('a push of a sheet of variations by SKU', () => {
  it('changes each variation with one request for each item, and has nothing to do the second time', async () => {
    const {world, ids} = await opened()
    const lines = ids.flatMap((_, n) => sizes.map((size, at) => `REM-${n}-${size},${10 * n + at + 3}`))
    expect(await push(world, lines)).toMatchObject({ok: true, changed: lines.length})
    expect(sentBy(world, 'PUT').sort()).toEqual(ids.map((id) => `/items/${id}`).sort())
    const stock = ids.map((id) => world.emulator.world.catalogue.get(id)!.variations.map(({quantity}) => quantity))
    expect(stock).toEqual(ids.map((_, n) => sizes.map((_size, at) => 10 * n + at + 3)))

    world.emulator.world.requests.clear()
    expect(await push(world, lines)).toMatchObject({ok: true, changed: 0})
    expect(sentBy(world, 'PUT')).toEqual([])
  })
})
