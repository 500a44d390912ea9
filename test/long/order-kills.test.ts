import {setTimeout as wait} from 'node:timers/promises'
import {describe, expect, it} from '@jest/globals'
import {openWorld, type World} from '../support/world.js'

const orders = 3_000
/** Narrow windows, so that there are many places to be killed at. */
const offsetCap = 150
const kills = [4, 9, 21, 33, 47, 58]
const timeout = 120_000

async function post(world: World, path: string, body: object): Promise<void> {
  const request = {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(body)}
  const answer = await fetch(`${world.emulator.url}/_emulator${path}`, request)
  if (!answer.ok) throw new Error(await answer.text())
}

/** Requests for pages of orders so far. */
function asked({emulator}: World): number {
  return emulator.world.requests.list().filter(({path}) => path === '/orders/search').length
}

describe('a sync of orders that is killed again and again', () => {
  it(
    'ends with what the service has',
    async () => {
      const world = await openWorld({items: 5, itemBytes: 300})
      const {user_id: seller, nickname} = await world.login()
      await post(world, '/orders/settings', {offset_cap: offsetCap})
      await post(world, '/orders', {seller: nickname, buyer: 'CASA_DEL_SUR', count: orders, over: '300d'})
      const paid = world.emulator.world.orders.list().filter(({status}) => status === 'paid')
      for (const [n, {id}] of paid.entries())
        if (n % 40 === 0) await post(world, `/orders/${id}/cancel`, {requested_by: 'buyer', restock: false})

      for (const moment of kills) {
        const {child, ended} = await world.start(['sync', 'orders', '--rate', '10000000'])
        while (child.exitCode === null && asked(world) < moment) await wait(2)
        child.kill('SIGKILL')
        expect(await ended).toMatchObject({status: null})
      }
      const result = await world.json<{complete: boolean}>(['sync', 'orders', '--rate', '10000000'])
      expect(result).toMatchObject({complete: true, resumed: true, listed: orders, missing: []})
      const rows = world.sql('SELECT user_id, id, status FROM seller_order ORDER BY CAST(id AS INTEGER)')
      const expected = world.emulator.world.orders
        .list()
        .map(({id, status}) => ({user_id: seller, id: String(id), status}))
      expect(rows).toEqual(expected.sort((a, b) => Number(a.id) - Number(b.id)))
    },
    timeout,
  )
})
