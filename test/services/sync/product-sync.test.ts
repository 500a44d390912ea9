import {describe, expect, it} from '@jest/globals'
import type {Item} from '../../../src/emulator/model/items/item.js'
import type {SyncOptions} from '../../../src/services/sync/product-sync.js'
import {refusal, type Toolkit, type ToolkitOptions, toolkit} from '../../support/toolkit.js'

async function shop(items: number, options: ToolkitOptions = {}) {
  const kit = await toolkit({items, itemBytes: 300, ...options})
  const {user_id} = await kit.connect()
  const {catalogue} = kit.emulator.world
  const listed = () => catalogue.listed(user_id)
  return {kit, userId: user_id, catalogue, listed}
}

async function sync(kit: Toolkit, options: Partial<SyncOptions> = {}) {
  const session = await (await kit.app.accounts.sessions()).open({sandbox: false})
  return (await kit.app.sync.products()).run(session, {sandbox: false, statuses: [], dryRun: false, ...options})
}

type Row = {id: string; price: string | null; available_quantity: number | null; status: string}

function rows(kit: Toolkit): Row[] {
  return kit.sql<Row>('SELECT id, price, available_quantity, status FROM product WHERE removed_at IS NULL ORDER BY id')
}

function expected(items: readonly Item[]): Row[] {
  return items
    .map(({id, price, quantity, status}) => ({id, price: String(price), available_quantity: quantity, status}))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

const runs = (kit: Toolkit) => kit.sql('SELECT outcome, counts FROM sync_run ORDER BY started_at, rowid')

describe('a sync', () => {
  it.each([0, 1, 20, 21, 1001, 10_000])(
    'of %i items is complete and equal to the catalogue',
    async (count) => {
      const {kit, userId, listed} = await shop(count)
      const result = await sync(kit)
      expect(result).toMatchObject({
        ok: true,
        complete: true,
        resource: 'products',
        mode: 'production',
        user_id: userId,
        listed: listed().length,
        created: listed().length,
        updated: 0,
        unchanged: 0,
        removed: 0,
        failed: [],
      })
      expect(rows(kit)).toEqual(expected(listed()))
      expect(runs(kit)).toMatchObject([{outcome: 'complete'}])
    },
    60_000,
  )

  it('of nothing new changes nothing', async () => {
    const {kit, listed} = await shop(45)
    await sync(kit)
    const nothing = {ok: true, created: 0, updated: 0, removed: 0}
    expect(await sync(kit)).toMatchObject({...nothing, kind: 'incremental', requests: 2})
    expect(await sync(kit, {full: true})).toMatchObject({...nothing, kind: 'full', unchanged: listed().length})
  })

  it('sees what changed, what went and what came back', async () => {
    const {kit, userId, catalogue, listed} = await shop(45)
    await sync(kit)
    const [changed, gone] = listed() as [Item, Item]
    catalogue.update(changed, {price: 12.5, available_quantity: 3})
    const saved = catalogue.export()
    catalogue.remove(gone.id)
    const total = listed().length
    expect(await sync(kit)).toMatchObject({ok: true, created: 0, updated: 1, unchanged: total - 1, removed: 1})
    expect(rows(kit)).toEqual(expected(listed()))
    expect(kit.sql('SELECT id FROM product WHERE removed_at IS NOT NULL')).toEqual([{id: gone.id}])
    expect(await sync(kit, {full: true})).toMatchObject({updated: 0, removed: 0, unchanged: total})
    catalogue.import(saved)
    expect(await sync(kit)).toMatchObject({
      ok: true,
      kind: 'full',
      created: 0,
      updated: 1,
      unchanged: total,
      removed: 0,
    })
    expect(rows(kit)).toEqual(expected(catalogue.listed(userId)))
  })

  it('keeps the exact text of prices, and the whole answer', async () => {
    const {kit, catalogue, listed} = await shop(5)
    catalogue.update(listed()[0]!, {price: 0.1})
    catalogue.update(listed()[1]!, {price: 123456789.01})
    await sync(kit)
    const found = kit.sql<{id: string; price: string; json: string}>('SELECT id, price, json FROM product')
    expect(found.find((r) => r.id === listed()[0]!.id)?.price).toBe('0.1')
    expect(found.find((r) => r.id === listed()[1]!.id)?.price).toBe('123456789.01')
    for (const {id, json} of found) expect(JSON.parse(json)).toMatchObject({id})
  })

  it('of one status removes nothing of the others', async () => {
    const {kit, listed} = await shop(60)
    await sync(kit)
    const paused = listed().filter((item) => item.status === 'paused')
    expect(paused.length).toBeGreaterThan(0)
    const result = await sync(kit, {statuses: ['paused', 'paused']})
    expect(result).toMatchObject({ok: true, complete: true, listed: paused.length, removed: 0})
    expect(rows(kit)).toHaveLength(listed().length)
  })

  it('adds up several statuses', async () => {
    const {kit, listed} = await shop(60)
    const wanted = listed().filter((item) => ['paused', 'active'].includes(item.status))
    expect(await sync(kit, {statuses: ['active', 'paused']})).toMatchObject({ok: true, created: wanted.length})
  })

  it('in a dry run writes nothing, and foretells the real one', async () => {
    const {kit, catalogue, listed} = await shop(45)
    const first = await sync(kit, {dryRun: true})
    expect(rows(kit)).toEqual([])
    expect(runs(kit)).toEqual([])
    const counts = ({listed: l, created, updated, unchanged, removed, failed, complete}: typeof first) => ({
      ...{l, created, updated, unchanged, removed, failed, complete},
    })
    expect(counts(await sync(kit))).toEqual(counts(first))
    catalogue.update(listed()[3]!, {price: 99})
    catalogue.remove(listed()[7]!.id)
    catalogue.outcomes.add({id: listed()[8]!.id, route: 'bulk', status: 404, times: 2, missing: []})
    const stored = kit.sql('SELECT * FROM product ORDER BY id')
    const foretold = await sync(kit, {dryRun: true})
    expect(kit.sql('SELECT * FROM product ORDER BY id')).toEqual(stored)
    expect(foretold).toMatchObject({dry_run: true, updated: 1, removed: 1, failed: [{status: 404}]})
    expect(counts(await sync(kit))).toEqual(counts(foretold))
  })

  it('tells how far it is', async () => {
    const {kit, listed} = await shop(230)
    const seen: number[] = []
    const total = listed().length
    await sync(kit, {
      onProgress: (progress) => {
        expect(progress).toMatchObject({total, retries: 0, rateLimited: 0})
        seen.push(progress.fetched)
      },
    })
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect(seen.at(-1)).toBe(total)
  })

  it('acts for test users in the sandbox alone', async () => {
    const kit = await toolkit()
    const test = await kit.connectTestUser()
    kit.emulator.world.catalogue.seed({userId: test.user_id, siteId: 'MEC', isTestUser: true}, 3)
    const session = await (await kit.app.accounts.sessions()).open({sandbox: true})
    const options = {sandbox: true, statuses: [], dryRun: false}
    const result = await (await kit.app.sync.products()).run(session, options)
    expect(result).toMatchObject({ok: true, mode: 'sandbox', user_id: test.user_id, created: 3})
  })

  it.each(['both', 'only-old', 'only-new'] as const)('works with the multiget there is: %s', async (bulk) => {
    const {kit, catalogue, listed} = await shop(45)
    catalogue.settings.bulk = bulk
    expect(await sync(kit)).toMatchObject({ok: true, created: listed().length})
    expect(rows(kit)).toEqual(expected(listed()))
  })
})

describe('a sync that is not complete', () => {
  it.each([404, 500])(
    'because an item answers %i stores the rest, and removes nothing that was listed',
    async (status) => {
      const {kit, catalogue, listed} = await shop(45)
      await sync(kit)
      const [item] = listed() as [Item]
      catalogue.outcomes.add({id: item.id, route: 'bulk', status, times: 99, missing: []})
      catalogue.update(listed()[5]!, {price: 77})
      const result = await sync(kit, {full: true})
      expect(result).toMatchObject({ok: false, complete: false, updated: 1, removed: 0, missing_count: 1})
      expect(result.missing).toEqual([{id: item.id, status, message: expect.any(String)}])
      expect(result.failed).toEqual(result.missing)
      expect(rows(kit)).toEqual(expected(listed()))
      expect(runs(kit).at(-1)).toMatchObject({outcome: 'incomplete'})
      catalogue.outcomes.clear()
      expect(await sync(kit, {full: true})).toMatchObject({ok: true, unchanged: listed().length})
    },
  )

  it('never stems from an item that comes in part: that is marked', async () => {
    const {kit, catalogue, listed} = await shop(21)
    const {id} = listed()[0]!
    catalogue.outcomes.add({id, route: 'bulk', status: 206, times: 1, missing: ['seller_address']})
    expect(await sync(kit)).toMatchObject({ok: true, created: listed().length})
    expect(kit.sql('SELECT id FROM product WHERE partial = 1')).toEqual([{id}])
    expect(await sync(kit)).toMatchObject({ok: true, updated: 1})
  })

  it('because the listing lost ids removes nothing', async () => {
    const {kit, userId, listed} = await shop(45)
    await sync(kit)
    const ids = listed().map((item) => item.id)
    const body = {results: ids.slice(0, 40), scroll_id: null, paging: {total: ids.length, limit: 100, offset: 0}}
    const fault = {type: 'status', status: 200, body} as const
    const path = `/users/${userId}/items/search`
    kit.emulator.world.faults.add({path, fault})
    // Once is not enough: the listing is read again.
    expect(await sync(kit, {full: true})).toMatchObject({ok: true, listed: ids.length, removed: 0})
    kit.emulator.world.faults.add({path, fault, times: 99})
    const result = await sync(kit, {full: true})
    expect(result).toMatchObject({ok: false, complete: false, listed: 40, removed: 0})
    const message = `the service counts ${ids.length} and lists 40`
    expect(result.missing).toEqual([{id: 'listing', status: 200, message}])
    expect(result.missing_count).toBe(ids.length - 40)
    expect(rows(kit)).toHaveLength(ids.length)
    expect(runs(kit).at(-1)).toMatchObject({outcome: 'incomplete'})
  })

  it('takes an empty answer for a hiccup when the service says that there is something', async () => {
    const {kit, userId} = await shop(30)
    await sync(kit)
    const body = {seller_id: String(userId), results: null, paging: {total: 30, limit: 100, offset: 0}}
    const path = `/users/${userId}/items/search`
    kit.emulator.world.faults.add({path, times: 1, fault: {type: 'status', status: 200, body}})
    expect(await sync(kit, {full: true})).toMatchObject({ok: true, listed: 30, removed: 0})
    expect(rows(kit)).toHaveLength(30)
  })

  it('loses twenty ids and not the run when one bulk answer is refused', async () => {
    const {kit} = await shop(60)
    kit.emulator.world.faults.add({path: '/items/bulk', times: 1, fault: {type: 'status', status: 400}})
    const result = await sync(kit)
    expect(result).toMatchObject({complete: false, created: 40, removed: 0, error_code: 'MELI_SYNC_INCOMPLETE'})
    expect(result.failed).toHaveLength(20)
    expect(result.failed[0]).toMatchObject({status: 400})
  })

  it('keeps what it has when the service fails half-way', async () => {
    const {kit, listed} = await shop(150)
    kit.emulator.world.faults.add({path: '/items/bulk', after: 5, times: 99, fault: {type: 'status', status: 500}})
    expect(await refusal(sync(kit))).toMatchObject({code: 'MELI_SERVICE_FAILING', exitCode: 6})
    expect(rows(kit)).toHaveLength(100)
    expect(runs(kit)).toMatchObject([{outcome: 'failed', counts: expect.stringContaining('"created":100')}])
    kit.emulator.world.faults.clear()
    const created = listed().length
    expect(await sync(kit)).toMatchObject({ok: true, resumed: true, created, unchanged: 0})
  })

  it('keeps what it has when interrupted, and the run says so', async () => {
    const {kit, listed} = await shop(250)
    const {signal} = kit.interrupts
    const onProgress = ({fetched}: {fetched: number}) => {
      if (fetched >= 100) void kit.interrupts.interrupt()
    }
    expect(await refusal(sync(kit, {signal, onProgress}))).toMatchObject({code: 'MELI_INTERRUPTED', exitCode: 130})
    const kept = rows(kit).length
    expect(kept).toBeGreaterThanOrEqual(100)
    expect(kept).toBeLessThan(listed().length)
    expect(runs(kit)).toMatchObject([{outcome: 'interrupted'}])
    const [first] = kit.sql<{id: string}>('SELECT id FROM sync_run')
    const result = await sync(kit)
    expect(result).toMatchObject({ok: true, resumed: true, kind: 'full', run_id: first!.id, created: listed().length})
  })
})
