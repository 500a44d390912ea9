import {describe, expect, it} from '@jest/globals'
import {FairSemaphore} from '../../../src/services/sync/fair-semaphore.js'
import type {SyncProgress} from '../../../src/services/sync/product-sync.js'
import {refusal, toolkit} from '../../support/toolkit.js'

const options = {sandbox: false, statuses: [], dryRun: false}

/** Three stores with catalogues of their own. */
async function stores(sizes: readonly number[]) {
  const kit = await toolkit()
  const {users, siteId: home} = kit.emulator.world
  const sellers = sizes.map((_, at) => users.addReal({siteId: home, nickname: `TIENDA_${at}`}))
  for (const [at, {id, siteId}] of sellers.entries()) {
    await kit.connect(String(id))
    const {catalogue} = kit.emulator.world
    catalogue.seed({userId: id, siteId, isTestUser: false}, sizes[at] ?? 0)
  }
  return {kit, ids: sellers.map(({id}) => id)}
}

describe('a sync of all stores', () => {
  it('brings each of them in step', async () => {
    const {kit, ids} = await stores([30, 0, 250])
    const seen: SyncProgress[] = []
    const result = await (await kit.app.sync.productsOfAllAccounts()).run({
      ...options,
      onProgress: (each) => seen.push(each),
    })
    expect(result).toMatchObject({ok: true, mode: 'production'})
    expect(result.syncs.map((each) => [each.user_id, 'created' in each ? each.created : null])).toEqual(
      [30, 0, 250].map((count, at) => [ids[at], count]),
    )
    expect(kit.sql('SELECT count(*) AS n FROM product')).toEqual([{n: 280}])
    expect(seen.at(-1)).toMatchObject({fetched: 280, total: 280})
  })

  it('is not stopped by a store that fails', async () => {
    const {kit, ids} = await stores([30, 40, 50])
    const path = `/users/${ids[1]}/items/search`
    kit.emulator.world.faults.add({path, times: 99, fault: {type: 'status', status: 403}})
    const result = await (await kit.app.sync.productsOfAllAccounts()).run(options)
    expect(result.ok).toBe(false)
    expect(result.syncs.map((each) => 'error' in each)).toEqual([false, true, false])
    expect(result.syncs[1]).toMatchObject({
      error: {code: 'MELI_FORBIDDEN', exit_code: 5, retryable: false, suggestions: expect.any(Array)},
    })
    expect(result.syncs[2]).toMatchObject({complete: true, created: 50})
  })

  it('ends with the interrupt when it is interrupted, and keeps what each has', async () => {
    const {kit} = await stores([300, 300, 300])
    const {signal} = kit.interrupts
    const onProgress = ({fetched}: SyncProgress) => {
      if (fetched >= 200) void kit.interrupts.interrupt()
    }
    const all = await kit.app.sync.productsOfAllAccounts()
    expect(await refusal(all.run({...options, signal, onProgress}))).toMatchObject({code: 'MELI_INTERRUPTED'})
    const outcomes = kit.sql<{outcome: string}>('SELECT outcome FROM sync_run').map(({outcome}) => outcome)
    expect(outcomes).toEqual(['interrupted', 'interrupted', 'interrupted'])
    expect((await all.run(options)).ok).toBe(true)
  })
})

describe('a plan for all stores', () => {
  it('says what each would cost and all of them together', async () => {
    const {kit} = await stores([30, 0, 250])
    const all = await kit.app.sync.productsOfAllAccounts()
    const plan = await all.plan(options)
    expect(plan.plans).toMatchObject([
      {nickname: 'TIENDA_0', kind: 'full', items: 30, requests: 4},
      {nickname: 'TIENDA_1', items: 0, requests: 1},
      {nickname: 'TIENDA_2', items: 250, requests: 17},
    ])
    expect(plan).toMatchObject({ok: true, exit_code: 0, items: 280, fetches: 280, requests: 22, requests_sent: 3})
    expect(plan.minutes).toBeCloseTo(22 / (plan.per_minute ?? 0), 2)
    expect(plan.budget_share).toBeCloseTo(plan.minutes / 60, 3)
    expect(kit.sql('SELECT (SELECT count(*) FROM product) + (SELECT count(*) FROM sync_run) AS n')).toEqual([{n: 0}])
    await all.run(options)
    expect(await all.plan(options)).toMatchObject({requests_sent: 0, fetches: 0, items: 280})
    expect(await all.plan({...options, ifStaleMs: 60_000})).toMatchObject({
      requests: 0,
      plans: [{skipped: true}, {}, {}],
    })
  })

  it('plans the others when one fails, and leaves with its status', async () => {
    const {kit, ids} = await stores([30, 40])
    const path = `/users/${ids[0]}/items/search`
    kit.emulator.world.faults.add({path, times: 99, fault: {type: 'status', status: 403}})
    const plan = await (await kit.app.sync.productsOfAllAccounts()).plan(options)
    expect(plan).toMatchObject({
      ok: false,
      exit_code: 5,
      items: 40,
      plans: [{error: {code: 'MELI_FORBIDDEN'}}, {items: 40}],
    })
  })

  it('says what to do when no account is connected', async () => {
    const kit = await toolkit()
    expect(await refusal((await kit.app.sync.productsOfAllAccounts()).plan(options))).toMatchObject({
      code: 'MELI_NO_ACCOUNT',
    })
  })
})

describe('Turns', () => {
  it('serves whoever waits in turn, not who asks most', async () => {
    const turns = new FairSemaphore(1)
    const served: string[] = []
    const ask = (account: string) =>
      turns.run(account, async () => {
        served.push(account)
        await new Promise(setImmediate)
      })
    await Promise.all([ask('a'), ask('a'), ask('a'), ask('a'), ask('b'), ask('b'), ask('c')])
    expect(served.join('')).toBe('aabcaba')
  })

  it('has as many under way as there are places, and gives back the place of what failed', async () => {
    const turns = new FairSemaphore(2)
    let underway = 0
    let most = 0
    const work = async () => {
      underway += 1
      most = Math.max(most, underway)
      await new Promise(setImmediate)
      underway -= 1
      throw new Error('no')
    }
    await Promise.allSettled(Array.from({length: 9}, (_, at) => turns.run(String(at % 3), work)))
    expect(most).toBe(2)
    await expect(turns.run('x', async () => 'free')).resolves.toBe('free')
  })
})
