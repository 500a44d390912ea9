import {once} from 'node:events'
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {describe, expect, it} from '@jest/globals'
import type {SyncResult} from '../../src/services/sync/product-sync.js'
import {parseCsv} from '../support/parse-csv.js'
import {openWorld, type World} from '../support/world.js'

const quick = ['--rate', '1000000']
const timeout = 120_000

async function shop(items: number): Promise<{world: World; userId: number}> {
  const world = await openWorld({items})
  return {world, userId: (await world.login()).user_id}
}

const sync = (world: World, ...args: string[]) => world.json<SyncResult>(['sync', 'products', ...quick, ...args])

/** Requests for items, of the emulator's own count. */
function fetches(world: World): number {
  return world.emulator.world.requests.list().filter(({path}) => path === '/items').length
}

function local(world: World) {
  return world.sql(
    'SELECT id, price, available_quantity AS quantity, status FROM product WHERE removed_at IS NULL ORDER BY id',
  )
}

function remote({emulator}: World, userId: number) {
  const listed = emulator.world.catalogue.listed(userId)
  return listed
    .map(({id, price, quantity, status}) => ({id, price: String(price), quantity, status}))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Starts a sync against a slow service, and resolves once so many products are stored. */
async function halfway(world: World, stored: number) {
  world.emulator.world.settings.latency_ms = 60
  const running = await world.start(['sync', 'products', ...quick, '--concurrency', '2', '--json'])
  const enough = () =>
    existsSync(join(world.home, 'meli.db')) && Number(world.sql('SELECT count(*) AS n FROM product')[0]?.n) >= stored
  while (!enough()) await wait(10)
  return running
}

describe('meli sync products', () => {
  it(
    'reads everything once, then the changes alone',
    async () => {
      const {world, userId} = await shop(1001)
      const full = await sync(world)
      expect(full).toMatchObject({
        kind: 'full',
        complete: true,
        listed: 1001,
        created: 1001,
        missing: [],
        rate_limited: 0,
      })
      expect(full.requests).toBeLessThanOrEqual(11 + 51 + 2)
      const foundation = ['listed', 'created', 'updated', 'unchanged', 'removed', 'failed', 'complete', 'duration_ms']
      const added = ['run_id', 'kind', 'resumed', 'partial', 'duplicates', 'missing', 'requests', 'retries']
      expect(Object.keys(full)).toEqual(expect.arrayContaining([...foundation, ...added, 'rate_limited', 'bytes']))
      expect(local(world)).toEqual(remote(world, userId))

      const idle = await sync(world)
      expect(idle).toMatchObject({kind: 'incremental', complete: true, updated: 0})
      expect(idle.requests).toBeLessThanOrEqual(3)

      const {catalogue} = world.emulator.world
      world.emulator.advance(3_600_000)
      for (const item of catalogue.listed(userId).slice(0, 25)) catalogue.update(item, {price: 7.25})
      const changed = await sync(world)
      expect(changed).toMatchObject({kind: 'incremental', complete: true, updated: 25})
      expect(changed.requests).toBeLessThanOrEqual(6)
      expect(local(world)).toEqual(remote(world, userId))
      const [{id = ''} = {}] = catalogue.listed(userId)
      const {changes} = await world.json<{changes: object[]}>(['products', 'log', id])
      expect(changes).toMatchObject([{field: 'price', after: '7.25'}])
    },
    timeout,
  )

  it(
    'goes on after a SIGKILL, and fetches nothing twice that was stored',
    async () => {
      const {world, userId} = await shop(1001)
      const {child, ended} = await halfway(world, 200)
      child.kill('SIGKILL')
      await ended
      world.emulator.world.settings.latency_ms = 0
      const [{run_id, stored} = {}] = world.sql(
        'SELECT max(id) AS run_id, (SELECT count(*) FROM product) AS stored FROM sync_run',
      )
      const {runs} = await world.json<{runs: object[]}>(['sync', 'status'])
      expect(runs).toMatchObject([{run_id, outcome: 'interrupted', resumable: true}])
      const before = fetches(world)
      const result = await sync(world)
      expect(result).toMatchObject({run_id, resumed: true, complete: true, listed: 1001})
      expect(local(world)).toEqual(remote(world, userId))
      // One more, of the changes behind it.
      expect(fetches(world) - before).toBeLessThanOrEqual(Math.ceil((1001 - Number(stored)) / 20) + 2)
    },
    timeout,
  )

  it(
    'leaves with 130 on Ctrl-C, keeps what it had, and goes on',
    async () => {
      const {world, userId} = await shop(1001)
      const {child, ended} = await halfway(world, 100)
      child.kill('SIGINT')
      const {status, stdout} = await ended
      expect(status).toBe(130)
      expect(JSON.parse(stdout)).toMatchObject({error: {code: 'MELI_INTERRUPTED'}})
      world.emulator.world.settings.latency_ms = 0
      expect(await sync(world)).toMatchObject({resumed: true, complete: true})
      expect(local(world)).toEqual(remote(world, userId))
    },
    timeout,
  )

  it(
    'waits for another sync of the account, or says that there is one',
    async () => {
      const {world} = await shop(301)
      const first = await halfway(world, 20)
      // It must not be over before the others have begun.
      world.emulator.world.settings.latency_ms = 2_000
      const busy = await world.run(['sync', 'products', '--no-wait', '--json'])
      expect(busy.status).toBe(6)
      expect(JSON.parse(busy.stdout)).toMatchObject({error: {code: 'MELI_SYNC_BUSY'}})
      const second = await world.start(['sync', 'products', ...quick, '--json'])
      await once(second.child.stderr, 'data')
      world.emulator.world.settings.latency_ms = 0
      const [one, two] = await Promise.all([first.ended, second.ended])
      expect([one.status, two.status]).toEqual([0, 0])
      expect(two.stderr).toContain(`Waiting for process ${first.child.pid}`)
      expect(JSON.parse(two.stdout)).toMatchObject({kind: 'incremental', complete: true})
    },
    timeout,
  )

  it(
    'asks nothing while the last run is young, unless a product is stale',
    async () => {
      const {world, userId} = await shop(45)
      await sync(world)
      expect(await sync(world, '--if-stale')).toMatchObject({skipped: true, requests: 0, ok: true})
      const [{id = ''} = {}] = world.emulator.world.catalogue.listed(userId)
      const marked = await world.json(['cache', 'invalidate', id, 'MEC1'])
      expect(marked).toMatchObject({known: 1, unknown: ['MEC1'], all: false})
      expect(await sync(world, '--if-stale', '2h')).toMatchObject({skipped: false, kind: 'incremental'})
      expect(await sync(world, '--if-stale=2h')).toMatchObject({skipped: true})
      expect(await world.json(['cache', 'invalidate', '--all'])).toMatchObject({all: true, known: 45})
      expect(await sync(world, '--if-stale')).toMatchObject({skipped: false, kind: 'full'})
    },
    timeout,
  )

  it(
    'plans for one request at most, and tries without writing',
    async () => {
      const {world} = await shop(45)
      const sent = world.emulator.world.requests.list().length
      const plan = await world.json(['sync', 'products', '--plan'])
      expect(plan).toMatchObject({kind: 'full', items: 45, requests: 5, requests_sent: 1})
      expect(world.emulator.world.requests.list().length - sent).toBe(1)
      const env = {MELI_RATE_LIMIT: '90'}
      expect(await world.json(['sync', 'products', '--plan'], {env})).toMatchObject({per_minute: 90})
      expect(await world.json(['sync', 'products', '--plan', '--rate', '60'], {env})).toMatchObject({per_minute: 60})
      expect(await sync(world, '--dry-run')).toMatchObject({dry_run: true, created: 45, complete: true})
      expect(world.sql('SELECT (SELECT count(*) FROM product) + (SELECT count(*) FROM sync_run) AS rows')).toEqual([
        {rows: 0},
      ])
    },
    timeout,
  )

  it(
    'stops at --max-duration with 7',
    async () => {
      const {world} = await shop(1001)
      world.emulator.world.settings.latency_ms = 200
      const {status, stdout} = await world.run([
        'sync',
        'products',
        '--concurrency',
        '1',
        '--max-duration',
        '1s',
        '--json',
      ])
      expect(status).toBe(7)
      expect(JSON.parse(stdout)).toMatchObject({stopped: true, complete: false, error_code: 'MELI_SYNC_INCOMPLETE'})
    },
    timeout,
  )

  it(
    'syncs every store, and one that fails does not stop the rest',
    async () => {
      const {world, userId} = await shop(45)
      const other = world.emulator.world.users.find('CASA_DEL_SUR')
      if (other === undefined) throw new Error('the emulator has no second seller')
      await world.login('CASA_DEL_SUR')
      world.emulator.world.faults.add({path: `/users/${other.id}/items/search`, fault: {type: 'status', status: 403}})
      const {status, stdout} = await world.run(['sync', 'products', '--all', '--json'])
      const result = JSON.parse(stdout)
      expect(result).toMatchObject({ok: false, exit_code: status})
      expect(await world.json(['sync', 'products', '--all', '--plan'])).toMatchObject({
        items: 45,
        requests: 3,
        budget_share: 0,
        plans: expect.arrayContaining([expect.objectContaining({user_id: userId, kind: 'incremental', items: 45})]),
      })
      const {stdout: table} = await world.run(['sync', 'products', '--all', '--plan'])
      expect(table).toMatch(/^Plan for 2 accounts: nothing has been done\nACCOUNT .*\n(.*\n){2}in all +45 +0 +3 /)
      expect(result.syncs).toEqual(
        expect.arrayContaining([
          expect.objectContaining({user_id: userId, complete: true}),
          expect.objectContaining({user_id: other.id, error: expect.objectContaining({code: expect.any(String)})}),
        ]),
      )
    },
    timeout,
  )
})

describe('meli products', () => {
  it(
    'reads the local catalogue without the service, and exports it',
    async () => {
      const {world, userId} = await shop(45)
      await sync(world)
      const wanted = remote(world, userId)
      const sent = world.emulator.world.requests.list().length
      const list = await world.json<{products: {id: string}[]; total: number}>(['products', 'list', '--limit', '3'])
      expect(list).toMatchObject({total: 45, age_seconds: expect.any(Number), synced_at: expect.any(String)})
      expect(list.products.map(({id}) => id)).toEqual(wanted.slice(0, 3).map(({id}) => id))
      const csv = await world.run(['products', 'export', '--separator', ';'])
      const [header = [], ...rows] = parseCsv(csv.stdout, ';')
      // One row for each variation.
      const ids = rows.map((row) => row[header.indexOf('id')])
      expect([...new Set(ids)]).toEqual(wanted.map(({id}) => id))
      const priceOf = new Map(wanted.map(({id, price}) => [id, price]))
      expect(rows.map((row) => row[header.indexOf('price')])).toEqual(ids.map((id) => priceOf.get(id ?? '')))
      expect(csv.stderr).toMatch(/^As of the sync /)
      const file = join(world.home, 'products.jsonl')
      expect(await world.json(['products', 'export', '--jsonl', '-o', file])).toMatchObject({
        ...{file, products: 45, rows: rows.length},
      })
      expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(rows.length)
      expect((await world.run(['products', 'export', '-o', file, '--json'])).status).toBe(2)
      expect((await world.run(['products', 'show', 'MEC1', '--json'])).status).toBe(2)
      expect(world.emulator.world.requests.list()).toHaveLength(sent)
    },
    timeout,
  )
})
