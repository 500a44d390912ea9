import {beforeAll, describe, expect, it} from '@jest/globals'
import {renderItem} from '../../src/emulator/model/items/render.js'
import {ensureBuilt} from '../support/build-once.js'
import {openWorld, type World} from '../support/world.js'

beforeAll(ensureBuilt)

interface Shop {
  world: World
  /** Of the test user, and of the real account. */
  items: {test: string; real: string}
  nickname: string
}

async function openShop(): Promise<Shop> {
  const world = await openWorld()
  const {nickname} = await world.login()
  const made = await world.json<{test_users: {nickname: string}[]}>(['create-test-user'])
  await world.login(made.test_users[0]!.nickname)
  const {users, catalogue} = world.emulator.world
  const list = (name: string, isTestUser: boolean) => {
    const userId = users.list().find((user) => user.nickname === name)!.id
    const fields = {title: 'Sombrero', price: 10, available_quantity: 5, condition: 'new'}
    return catalogue.create({userId, siteId: 'MEC', isTestUser}, fields).id
  }
  return {world, nickname, items: {test: list(made.test_users[0]!.nickname, true), real: list(nickname, false)}}
}

const now = ({world}: Shop, id: string) => renderItem(world.emulator.world.catalogue.get(id)!)

describe('a change of an item', () => {
  it('is made, written down and taken back, each with one command', async () => {
    const shop = await openShop()
    const {world, items} = shop
    const set = await world.run(['stock', 'set', items.test.replace('MEC', 'MEC-'), '9', '--sandbox'])
    expect(set).toMatchObject({status: 0, stdout: expect.stringContaining('stock 5 -> 9')})
    const entry = /meli history undo (\d+)/.exec(set.stdout)?.[1] ?? ''
    expect(now(shop, items.test).available_quantity).toBe(9)
    expect((await world.run(['history', '--item', items.test])).stdout).toContain('stock set')
    expect(await world.run(['history', 'undo', entry, '--sandbox'])).toMatchObject({status: 0})
    expect(now(shop, items.test).available_quantity).toBe(5)
    const back = await world.json<{product: object}>(['products', 'show', items.test, '--sandbox'])
    expect(back.product).toMatchObject({available_quantity: 5})
  })

  it('leaves with the status of what stands against it', async () => {
    const shop = await openShop()
    const {world, items} = shop
    const code = async (args: string[]) => {
      const {status, stdout} = await world.run([...args, '--json'])
      return [status, JSON.parse(stdout).error?.code]
    }
    expect(await code(['price', 'set', items.real, '12'])).toEqual([2, 'MELI_LIVE_NEEDED'])
    expect(await code(['price', 'set', items.real, '12', '--live=SOMEBODY'])).toEqual([8, 'MELI_WRONG_ACCOUNT'])
    expect(await code(['price', 'set', items.real, '12', '--sandbox'])).toEqual([5, 'MELI_FORBIDDEN'])
    expect(await code(['price', 'set', items.test, '1.234', '--sandbox'])).toEqual([2, 'MELI_USAGE'])
    expect(now(shop, items.real).price).toBe(10)
    const {write_ids} = await world.json<{write_ids: number[]}>(['price', 'set', items.test, '12,5', '--sandbox'])
    expect(now(shop, items.test).price).toBe(12.5)
    const item = world.emulator.world.catalogue.get(items.test)!
    world.emulator.world.catalogue.update(item, {price: 11})
    expect(await code(['history', 'undo', String(write_ids[0]), '--sandbox'])).toEqual([7, 'MELI_UNDO_OUTDATED'])
    expect(await world.json(['products', 'close', items.real, `--live=${shop.nickname}`])).toMatchObject({
      changed: true,
    })
    expect(await code(['products', 'activate', items.real, `--live=${shop.nickname}`])).toEqual([
      5,
      'MELI_CHANGE_REFUSED',
    ])
  })
})
