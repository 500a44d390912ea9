import {once} from 'node:events'
import {afterEach, expect} from '@jest/globals'
import type {Sale} from './sale.js'
import {type ServingCli, startServing} from './serving.js'

const topics = ['items', 'items_prices', 'questions', 'orders_v2', 'shipments', 'stock-locations']

const running: Array<Pick<ServingCli, 'child' | 'ended'>> = []
afterEach(async () => {
  for (const {child, ended} of running.splice(0)) {
    child.kill('SIGKILL')
    await ended
  }
})

export type Shop = Awaited<ReturnType<typeof openShop>>

/** `meli serve`, to which the service tells everything from now on, and `meli listen` beside it. */
export async function openShop(sale: Sale) {
  const server = await startServing(sale.world, ['--sync-every', '24h'])
  running.push(server)
  // Whoever has just connected is synced once, all three of them.
  await server.logged(() => server.log().filter(isSynced).length >= 3)
  const runs = () => sale.world.sql('SELECT id FROM sync_run ORDER BY id')
  const synced = runs()
  const heard = await listening(sale)
  const {applications, notifications} = sale.world.emulator.world
  notifications.subscribe(applications.first().id, {url: `${server.url}/notifications`, topics})
  return {sale, server, heard, topics, runs, synced}
}

const isSynced = ({job, msg}: Record<string, unknown>) => String(job).startsWith('sync:') && msg === 'job done'

/** `meli listen --json`, once it follows. */
async function listening({world}: Sale) {
  const {child, ended} = await world.start(['listen', '--json'])
  running.push({child, ended})
  let told = ''
  while (!told.includes('Ctrl-C')) told += String((await once(child.stderr, 'data'))[0])
  return {
    async stop(): Promise<Array<{topic: string; resource: string; user_id: number}>> {
      child.kill('SIGINT')
      const {status, stdout} = await ended
      expect(status).toBe(0)
      return stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    },
  }
}
