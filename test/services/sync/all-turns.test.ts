import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../src/core/errors.js'
import type {Account, SyncRunRecord} from '../../../src/services/ports/index.js'
import {SyncAll} from '../../../src/services/sync/all.js'
import type {SyncOptions, SyncProgress, SyncResult} from '../../../src/services/sync/product-sync.js'

const options = {sandbox: false, statuses: [], dryRun: false}
const minuteMs = 60_000

type Run = (userId: number, options: SyncOptions) => Promise<unknown>

/** So many stores, whose syncs do what the test says. */
function stores(count: number, run: Run, touched: Readonly<Record<number, number>> = {}) {
  let time = 0
  const accounts = Array.from({length: count}, (_, at) => ({userId: at, nickname: `T${at}`, isTestUser: false}))
  const all = new SyncAll({
    accounts: {list: async () => accounts as Account[]},
    ledger: {
      recent: async ({userId = -1}) => {
        const at = touched[userId]
        return at === undefined ? [] : [{startedAt: new Date(at), finishedAt: null} as SyncRunRecord]
      },
    },
    sessions: {open: async ({account}) => ({userId: Number(account), api: {} as never})},
    productSync: {
      run: async ({userId}, given) =>
        ({ok: true, user_id: userId, ...((await run(userId, given)) as object)}) as SyncResult,
      plan: () => Promise.reject(new Error('not asked for')),
    },
    clock: {now: () => new Date(time)},
  })
  return {
    all,
    pass: (ms: number) => {
      time += ms
    },
  }
}

const turn = () => new Promise(setImmediate)

describe('a sync of many stores', () => {
  it('has eight of them open at a time, and comes to all', async () => {
    let [open, most] = [0, 0]
    const {all} = stores(50, async () => {
      most = Math.max(most, ++open)
      await turn()
      open -= 1
    })
    const result = await all.run(options)
    expect(most).toBe(8)
    expect(result.syncs.map((each) => each.user_id)).toEqual(Array.from({length: 50}, (_, at) => at))
  })

  it('begins with the stores that were not checked for longest, and tells of them in the usual order', async () => {
    const begun: number[] = []
    const {all} = stores(4, async (userId) => void begun.push(userId), {0: 30, 1: 10, 3: 20})
    const {syncs} = await all.run(options)
    expect(begun).toEqual([2, 1, 3, 0])
    expect(syncs.map((each) => each.user_id)).toEqual([0, 1, 2, 3])
  })

  it('goes on past stores that fail, whatever with', async () => {
    const {all} = stores(20, async (userId) => {
      if (userId % 2 === 0)
        throw userId === 0 ? new MeliError('MELI_FORBIDDEN', 'no') : new TypeError('a fault of ours')
    })
    const result = await all.run(options)
    expect(result.syncs.map((each) => 'error' in each)).toEqual(Array.from({length: 20}, (_, at) => at % 2 === 0))
    expect(result).toMatchObject({ok: false, exit_code: 5})
    expect(result.syncs[2]).toMatchObject({nickname: 'T2', error: {code: 'MELI_UNEXPECTED', exit_code: 1}})
  })

  it('waits for other processes last, so that who need not wait comes first', async () => {
    const begun: string[] = []
    const {all} = stores(12, async (userId, {wait}) => {
      begun.push(`${userId}${wait === true ? ' waits' : ''}`)
      if (userId < 10 && wait !== true) throw new MeliError('MELI_SYNC_BUSY', 'another process')
    })
    const result = await all.run(options)
    expect(begun.slice(0, 12)).toEqual(Array.from({length: 12}, (_, at) => String(at)))
    expect(begun.slice(12)).toEqual(Array.from({length: 10}, (_, at) => `${at} waits`))
    expect(result.ok).toBe(true)
  })

  it('tells of them instead, when it is not to wait', async () => {
    const {all} = stores(2, async (userId) => {
      if (userId === 0) throw new MeliError('MELI_SYNC_BUSY', 'another process')
    })
    const {syncs, exit_code} = await all.run({...options, wait: false})
    expect([syncs.map((each) => 'error' in each), exit_code]).toEqual([[true, false], 6])
  })

  it('gives all stores together the time that --max-duration names', async () => {
    const limits: unknown[] = []
    const world = stores(20, async (_, {maxDurationMs}) => {
      limits.push(maxDurationMs)
      await turn()
      if (limits.length % 8 === 0) world.pass(30 * minuteMs)
    })
    const result = await world.all.run({...options, maxDurationMs: 60 * minuteMs})
    const [first, second] = [60 * minuteMs, 30 * minuteMs]
    expect(limits).toEqual([...Array.from({length: 8}, () => first), ...Array.from({length: 8}, () => second)])
    expect(result.syncs.slice(16)).toMatchObject(
      Array.from({length: 4}, () => ({error: {code: 'MELI_SYNC_INCOMPLETE', exit_code: 7}})),
    )
  })

  it('begins no other store once it was interrupted', async () => {
    const interrupt = new AbortController()
    let begun = 0
    const {all} = stores(50, async () => {
      begun += 1
      await turn()
      interrupt.abort(new MeliError('MELI_INTERRUPTED', 'stopped'))
    })
    await expect(all.run({...options, signal: interrupt.signal})).rejects.toMatchObject({code: 'MELI_INTERRUPTED'})
    expect(begun).toBe(8)
  })

  it('tells how many are done, and how fast all of them together are', async () => {
    const seen: SyncProgress[] = []
    const step = {listed: 10, fetched: 10, total: 10, requests: 2, rateLimited: 0, retries: 0}
    const world = stores(3, async (_, {onProgress}) => {
      world.pass(1_000)
      onProgress?.({...step, perSecond: 10})
    })
    await world.all.run({...options, onProgress: (each) => seen.push(each)})
    expect(seen.at(-1)).toMatchObject({fetched: 30, total: 30, requests: 6, accounts: {begun: 3, of: 3}})
    // Thirty in three seconds, not three times the speed of each.
    expect(seen.at(-1)?.perSecond).toBeLessThanOrEqual(20)
  })
})
