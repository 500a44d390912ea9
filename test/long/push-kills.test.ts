import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {describe, expect, it} from '@jest/globals'
import type {Item} from '../../src/emulator/model/items/item.js'
import type {PushResult} from '../../src/services/writes/push/push-result.js'
import {openWorld, type World} from '../support/world.js'

const items = 400
const kills = 12
const seed = 20_261_122
const timeout = 240_000

/** Numbers from 0 to less than 1; the same ones every time. */
function randomly(): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function requestsOf({emulator}: World, method: string) {
  return emulator.world.requests.list().filter((request) => request.method === method)
}

/** Listings of one user product have one stock. */
const stockOf = ({id, userProductId}: Item) => userProductId ?? id

/** Listings without variations; half of them share their stock with one that comes much earlier or later. */
function listings({emulator}: World, user: number): Item[] {
  const {catalogue} = emulator.world
  const plain = [...catalogue.listed(user)].filter(
    ({status, variations}) => status === 'active' && variations.length === 0,
  )
  const half = Math.floor(plain.length / 2)
  for (let at = 0; at < half; at += 2)
    for (const item of [plain[at]!, plain[at + half]!])
      catalogue.update(item, {user_product_id: `MECUS${at}`, available_quantity: 5})
  return plain
}

/** A piece of some stocks that were set, as far as the log of writes knows. */
function sellSome(world: World, sold: Set<string>, random: () => number): void {
  const done = world.sql<{subject: string}>(
    `SELECT subject FROM write_log JOIN write_outcome ON write_id = write_log.id WHERE outcome = 'done'`,
  )
  for (const {subject} of done) {
    const item = world.emulator.world.catalogue.get(subject)!
    if (sold.has(stockOf(item)) || random() > 0.5) continue
    sold.add(stockOf(item))
    world.emulator.world.catalogue.update(item, {available_quantity: item.quantity - 1})
  }
}

/** Kills it at that time; false when it had ended by itself. */
async function killed(world: World, args: readonly string[], isTime: () => boolean): Promise<boolean> {
  const {child, ended} = await world.start(args)
  let over = false
  void ended.then(() => {
    over = true
  })
  while (!over && !isTime()) await wait(2)
  const isAlive = !over
  child.kill('SIGKILL')
  await ended
  return isAlive
}

describe('a push that is killed a dozen times', () => {
  it(
    'ends with every listing as wanted, and set each stock once, whatever was sold in between',
    async () => {
      const world = await openWorld({items})
      const {user_id: user} = await world.login()
      const plain = listings(world, user)
      const wanted = new Map(plain.map((item) => [stockOf(item), item.quantity + 1] as const))
      const file = join(world.home, 'stock.csv')
      writeFileSync(file, ['id;stock', ...plain.map((item) => `${item.id};${wanted.get(stockOf(item))}`)].join('\n'))
      const args = ['products', 'push', file, '--live', 'TIENDA_ANDINA', '--rate', '10000000', '--json']

      const [random, sold] = [randomly(), new Set<string>()]
      let deaths = 0
      for (let at = 0; at < kills; at++) {
        const [writes, reads] = [requestsOf(world, 'PUT').length, requestsOf(world, 'GET').length]
        // Mostly while it writes, now and then while it still compares; a third of the work is left for the last run.
        const most = (wanted.size * (at + 1)) / (kills * 1.5)
        const enough = Math.min(writes + random() * (wanted.size / kills) * 2, Math.max(most, writes))
        const isWriting = () => requestsOf(world, 'PUT').length > enough
        const isComparing = () => requestsOf(world, 'GET').length > reads + 3
        if (await killed(world, args, at % 4 === 3 ? isComparing : isWriting)) deaths += 1
        sellSome(world, sold, random)
      }
      expect(sold.size).toBeGreaterThan(0)
      expect(deaths).toBeGreaterThan(kills / 2)

      const {status, stdout} = await world.run(args)
      const result = JSON.parse(stdout) as PushResult
      expect({status, ...result}).toMatchObject({status: 0, ok: true, resumed: true, failed: 0, lines: plain.length})
      expect(result.changed + result.unchanged).toBe(plain.length)
      const left = (item: Item) => wanted.get(stockOf(item))! - (sold.has(stockOf(item)) ? 1 : 0)
      expect(plain.map(({quantity}) => quantity)).toEqual(plain.map(left))
      const {catalogue} = world.emulator.world
      const set = requestsOf(world, 'PUT').map(({path}) => stockOf(catalogue.get(path.slice('/items/'.length))!))
      expect(set).toHaveLength(wanted.size)
      expect(new Set(set).size).toBe(wanted.size)
    },
    timeout,
  )
})

describe('a push that is killed between an answer and its line', () => {
  it(
    'does not send that line again, whatever was sold since',
    async () => {
      const world = await openWorld({items: 60})
      const {user_id: user} = await world.login()
      const {catalogue} = world.emulator.world
      const listed = [...catalogue.listed(user)].filter(({status}) => status === 'active')
      const plain = listed.find(({variations}) => variations.length === 0)!
      const varied = listed.find(({variations, userProductId}) => variations.length > 1 && userProductId === null)!
      const [one, other] = varied.variations.map(({id}) => id)
      const [first, second] = listed.filter(({variations}) => variations.length === 0).slice(-2)
      for (const item of [first!, second!]) catalogue.update(item, {user_product_id: 'MECU77', available_quantity: 5})
      for (const [sold, lines] of [
        [plain, [`${plain.id},,77`]],
        [varied, [`${varied.id},${one},77`, `${varied.id},${other},78`]],
        // One user product, whose stock is that of both.
        [first!, [`${first!.id},,77`, `${second!.id},,77`]],
      ] as const) {
        const file = join(world.home, 'stock.csv')
        writeFileSync(file, ['id,variante,stock', ...lines].join('\n'))
        const args = ['products', 'push', file, '--live', 'TIENDA_ANDINA', '--json']
        // The line takes so long to be settled that there is time for the kill.
        world.sql(`CREATE TRIGGER slow BEFORE UPDATE ON push_row WHEN NEW.state = 'done' BEGIN
          SELECT max(n) FROM (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1e9) SELECT n FROM c);
        END`)
        const written = requestsOf(world, 'PUT').length
        const {child, ended} = await world.start(args)
        const outcomes = () => world.sql(`SELECT 1 FROM write_outcome WHERE outcome = 'done'`).length
        while (outcomes() <= written) await wait(5)
        child.kill('SIGKILL')
        await ended
        world.sql('DROP TRIGGER slow')
        expect(world.sql(`SELECT state FROM push_row WHERE state != 'waiting' AND item_id IS NOT NULL`)).toEqual([])
        sell(sold)
        const {status, stdout} = await world.run(args)
        const result = JSON.parse(stdout) as PushResult
        expect({status, ...result}).toMatchObject({status: 0, resumed: true, changed: lines.length, unchanged: 0})
        expect(requestsOf(world, 'PUT')).toHaveLength(written + 1)
        expect(readFileSync(`${file}.result.csv`, 'utf8')).toContain('77,,done,,')
        world.sql('DELETE FROM push_row')
      }
      expect(plain.quantity).toBe(76)
      expect(varied.variations.map(({quantity}) => quantity).slice(0, 2)).toEqual([76, 78])
      expect([first!.quantity, second!.quantity]).toEqual([76, 76])

      function sell(item: typeof plain) {
        const variations = item.variations.map((each, at) => ({
          id: each.id,
          available_quantity: each.quantity - (at === 0 ? 1 : 0),
        }))
        catalogue.update(item, variations.length > 0 ? {variations} : {available_quantity: item.quantity - 1})
      }
    },
    timeout,
  )
})
