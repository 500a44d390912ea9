import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {describe, expect, it} from '@jest/globals'
import {openWorld, type World} from '../support/world.js'

interface Entry {
  id: number
  outcome: string
  status: number | null
}

async function shop() {
  const world = await openWorld({items: 1})
  const {user_id, nickname} = await world.login()
  return {world, nickname, item: world.emulator.world.catalogue.listed(user_id)[0]?.id ?? ''}
}

/** Starts a change whose answer takes its time, and resolves once it is written down and has arrived. */
async function underWay(world: World, args: string[]) {
  world.emulator.world.faults.add({method: 'PUT', path: '/items/*', fault: {type: 'delay', ms: 1500}})
  const running = await world.start(args)
  const arrived = () => world.emulator.world.requests.list().some(({method}) => method === 'PUT')
  const written = () => existsSync(join(world.home, 'meli.db')) && world.sql('SELECT 1 FROM write_log').length > 0
  while (!(arrived() && written())) await wait(10)
  return running
}

const history = async (world: World) => (await world.json<{writes: Entry[]}>(['history'])).writes

describe('the log of writes', () => {
  it('is listed since a time as it is shown, wherever the machine stands', async () => {
    const {world, nickname, item} = await shop()
    await world.run(['api', 'PUT', `/items/${item}`, '-F', 'available_quantity:=7', '--live', nickname])
    const shown = (await world.run(['history', 'show', '1'])).stdout
    const [at = ''] = /\d{4}-\d\d-\d\d \d\d:\d\d UTC/.exec(shown) ?? []
    const later = new Date(Date.parse(at) + 3_600_000).toISOString().slice(0, 16).replace('T', ' ')
    for (const [since, total] of [
      [at, 1],
      [at.replace(' UTC', ''), 1],
      [later, 0],
    ] as const) {
      const env = {TZ: 'America/Guayaquil'}
      const {stdout} = await world.run(['history', '--since', since, '--json'], {env})
      expect([since, JSON.parse(stdout).total]).toEqual([since, total])
    }
  })

  it('has the words that were typed as they are, also those that look like a secret', async () => {
    const {world, nickname, item} = await shop()
    const [sku, random] = ['Camisa-Azul-2026-Talla-M', 'x8QvT2mLr94KpZs7WnYb31Hd']
    const change = ['api', 'PUT', `/items/${item}`, '-f', `seller_custom_field=${sku}`, '-f', `nota=${random}`]
    await world.run([...change, '--live', nickname])
    const shown = JSON.stringify(await world.json(['history', 'show', '1']))
    expect(shown).toContain(sku)
    expect(shown).toContain(random)
    const {stderr} = await world.run(['products', 'show', sku])
    expect(stderr).toContain(sku)
    expect((await world.run(['products', 'show', random])).stderr).not.toContain(random)
  })

  it('has a change that was killed under way, and says that nobody knows', async () => {
    const {world, nickname, item} = await shop()
    const change = ['api', 'PUT', `/items/${item}`, '-F', 'available_quantity:=7', '--live', nickname]
    const {child, ended} = await underWay(world, change)
    child.kill('SIGKILL')
    await ended
    expect(await history(world)).toMatchObject([{id: 1, outcome: 'cut_off', status: null}])
    expect((await world.run(['history', 'show', '1'])).stdout).toContain('Nobody knows')
  }, 30_000)

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'has the end of a change during which %s came',
    async (signal) => {
      const {world, nickname, item} = await shop()
      const change = ['api', 'PUT', `/items/${item}`, '-F', 'available_quantity:=7', '--live', nickname]
      const {child, ended} = await underWay(world, change)
      child.kill(signal)
      const {status} = await ended
      expect(await history(world)).toMatchObject([{id: 1, outcome: 'done', status: 200}])
      expect(status).toBe(0)
    },
    30_000,
  )
})
