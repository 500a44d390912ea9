import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {Overview} from '../../../../src/services/dashboard/overview/overview.js'
import type {Store} from '../../../../src/services/ports/index.js'
import {SyncRuns} from '../../../../src/services/sync/runs.js'
import {openStore} from '../../../../src/store/open.js'
import {ana, fillShops, Shops} from '../../../support/shops.js'
import {noon} from '../../../support/store-contract.js'
import {tempHomes} from '../../../support/temp-home.js'

const newHome = tempHomes()
const hourMs = 3_600_000
let store: Store
let now = noon

beforeEach(async () => {
  now = noon
  store = await openStore({home: newHome()})
})
afterEach(() => store.close())

function overview(changes: {syncEveryMs?: number; timeZone?: string} = {}): Overview {
  const {accounts, installs, inbox, jobs, journal, syncLedger: ledger} = store
  const clock = {now: () => now}
  const isAlive = () => false
  return new Overview({
    ...{accounts, installs, inbox, jobs, journal, overview: store.overview, clock, isAlive},
    runs: new SyncRuns({accounts, ledger, isAlive, clock}),
    ...{owner: 'root', timeZone: 'UTC', syncEveryMs: 2 * hourMs},
    ...changes,
  })
}

describe('the overview of stores', () => {
  it('shows an operator the stores of that operator, and whoever runs the server all', async () => {
    await fillShops(store, now)
    const names = async (operator: string) =>
      (await overview().dashboard(operator)).stores.map(({nickname}) => nickname)
    expect(await names('berta@example.com')).toEqual(['DE_BERTA'])
    expect((await names(ana)).toSorted()).toEqual(['LOJA_SÃO_PAULO', 'NUEVA', 'TETE9544096', 'TIENDA_QUITO'])
    expect(await names('root')).toHaveLength(5)
    expect(await names('nobody@example.com')).toEqual([])
  })

  it('tells of a store what an operator has to know', async () => {
    const {quito} = await fillShops(store, now)
    const {stores} = await overview().dashboard(ana)
    expect(stores.find(({store_id}) => store_id === quito)).toMatchObject({
      nickname: 'TIENDA_QUITO',
      kind: 'real',
      site_id: 'MEC',
      token: {state: 'valid', valid_until: '2026-03-01T15:20:00.000Z', seconds_left: 12_000},
      sync: {
        state: 'complete',
        last: {kind: 'incremental', outcome: 'complete', duration_ms: 60_000, missing: 0},
        age_seconds: 2_460,
      },
      items: {live: 1_240, partial: 0, stale: 0},
      notifications: {waiting: 3, parked: 0, oldest_seconds: 360},
      next_sync: {state: 'waiting', due_at: '2026-03-01T12:52:00.000Z', failures: 0, error_code: null},
      attention: [],
    })
  })

  it('puts first what somebody has to look at, and says what it is', async () => {
    await fillShops(store, now)
    const {stores, totals} = await overview().dashboard(ana)
    expect(stores.map(({nickname, attention}) => [nickname, attention])).toEqual([
      ['TETE9544096', ['sync_failed', 'parked']],
      ['LOJA_SÃO_PAULO', ['authorization_lost']],
      ['NUEVA', []],
      ['TIENDA_QUITO', []],
    ])
    expect(totals).toEqual({stores: 4, attention: 2, items: 1_590, stale: 7, waiting: 13, parked: 2})
  })

  it.each([
    [10 * 60_000, 'expiring'],
    [-1_000, 'expired'],
    [31 * 60_000, 'valid'],
  ])('calls a token with %p ms left %s', async (left, state) => {
    await new Shops(store, now).connect({userId: 1, nickname: 'A', left, days: 0})
    const {stores} = await overview().dashboard(ana)
    expect(stores[0]?.token.state).toBe(state)
    expect(stores[0]?.attention).toEqual(state === 'valid' ? [] : ['token_expiring'])
  })

  it('calls data old after three times the interval, also of a store that was never synced', async () => {
    const shops = new Shops(store, now)
    await shops.connect({userId: 1, nickname: 'NEVER', days: 1})
    await shops.connect({userId: 2, nickname: 'OLD', days: 1})
    await shops.run(2, {hoursAgo: 7})
    await shops.connect({userId: 3, nickname: 'YOUNG', days: 1})
    await shops.run(3, {hoursAgo: 5})
    const old = (await overview().dashboard(ana)).stores.filter(({attention}) => attention.includes('sync_old'))
    expect(old.map(({nickname}) => nickname)).toEqual(['NEVER', 'OLD'])
  })

  it('tells of questions, orders and shipments beside the products, and mixes none of them', async () => {
    const shops = new Shops(store, now)
    const storeId = await shops.connect({userId: 1, nickname: 'A', days: 9})
    await shops.run(1, {hoursAgo: 1, minutes: 3})
    await shops.run(1, {hoursAgo: 0.9, minutes: 30, resource: 'questions'})
    await shops.run(1, {hoursAgo: 0.3, outcome: 'failed', resource: 'orders', refused: true})
    const history = await overview().store(ana, storeId)
    expect(history?.store).toMatchObject({
      sync: {state: 'complete', last: {duration_ms: 180_000}},
      sold: [
        {resource: 'questions', state: 'complete', through_at: '2026-03-01T11:36:00.000Z', age_seconds: 1_440},
        {resource: 'orders', state: 'refused', through_at: null, age_seconds: null},
        {resource: 'shipments', state: 'never', through_at: null, age_seconds: null},
      ],
      // What the application may not read is told, and is nobody's fault.
      attention: [],
    })
    expect(history?.runs.map(({resource}) => resource)).toEqual(['products'])
    expect(history?.sync_days.at(-1)?.longest_ms).toBe(180_000)
    expect(await overview().gauges()).toMatchObject([
      {
        sync_age_seconds: {products: 3_420, questions: 1_440},
        sync_refused: {questions: false, orders: true, shipments: false},
      },
    ])
  })

  it('calls orders old that got through once and are not brought any more, refused or not', async () => {
    const shops = new Shops(store, now)
    for (const [userId, refused] of [
      [1, true],
      [2, false],
    ] as const) {
      await shops.connect({userId, nickname: `A${userId}`, days: 9})
      await shops.run(userId, {hoursAgo: 8, resource: 'orders'})
      await shops.run(userId, {hoursAgo: 1})
      await shops.run(userId, {hoursAgo: 0.9, outcome: 'failed', resource: 'orders', refused})
    }
    const {stores} = await overview().dashboard(ana)
    expect(Object.fromEntries(stores.map(({nickname, attention}) => [nickname, attention]))).toEqual({
      A1: ['sync_old'],
      A2: ['sync_failed', 'sync_old'],
    })
  })

  it('takes a run for interrupted whose process is gone', async () => {
    const storeId = await new Shops(store, now).connect({userId: 1, nickname: 'A'})
    await store.syncLedger.open({
      ...{resource: 'products', userId: 1, kind: 'full', restart: false, holder: 'elsewhere:1:a', now},
      until: new Date(now.getTime() + hourMs),
    })
    expect((await overview().store(ana, storeId))?.store.sync.state).toBe('interrupted')
  })

  it('gives days and hours without anything too, and leaves out what is older', async () => {
    await new Shops(store, now).connect({userId: 1, nickname: 'A'})
    await new Shops(store, now).run(1, {hoursAgo: 24 * 20})
    const {sync_days: days, notification_hours: hours} = await overview().dashboard(ana)
    expect(days).toHaveLength(14)
    expect([days[0]?.day, days.at(-1)?.day]).toEqual(['2026-02-16', '2026-03-01'])
    expect(days.every(({longest_ms}) => longest_ms === null)).toBe(true)
    expect(hours).toHaveLength(48)
    expect([hours[0]?.hour, hours.at(-1)?.hour]).toEqual(['2026-02-27T13:00:00.000Z', '2026-03-01T12:00:00.000Z'])
  })

  it('counts runs on the day of the zone that was asked for', async () => {
    const shops = new Shops(store, now)
    await shops.connect({userId: 1, nickname: 'A'})
    // 02:00 UTC, which is the evening before in Quito.
    await shops.run(1, {hoursAgo: 10, minutes: 3})
    await shops.run(1, {hoursAgo: 9, minutes: 5, outcome: 'failed'})
    const daysWith = async (timeZone: string) =>
      (await overview({timeZone}).dashboard(ana)).sync_days.filter(({mean_ms}) => mean_ms !== null)
    const runs = {complete: 1, incomplete: 0, failed: 1, interrupted: 0}
    expect(await daysWith('America/Guayaquil')).toEqual([
      {day: '2026-02-28', runs, mean_ms: 240_000, longest_ms: 300_000},
    ])
    expect(await daysWith('UTC')).toEqual([{day: '2026-03-01', runs, mean_ms: 240_000, longest_ms: 300_000}])
  })

  it('shows notifications of strangers to whoever runs the server alone', async () => {
    await new Shops(store, now).connect({userId: 1, nickname: 'A'})
    await store.inbox.count([{outcome: 'unknown', userId: 0, count: 5}], now)
    const dropped = async (operator: string) =>
      (await overview().dashboard(operator)).notification_hours.at(-1)?.outcomes.unknown
    expect([await dropped(ana), await dropped('root')]).toEqual([0, 5])
  })

  it('gives the history of a store, and no secret with it', async () => {
    const {quito = ''} = await fillShops(store, now)
    const history = await overview().store(ana, quito)
    expect(history?.runs).toHaveLength(30)
    expect(history?.changes).toHaveLength(5)
    expect(history?.changes[0]).toEqual({
      ...{at: '2026-03-01T10:00:00.000Z', item_id: 'MEC600000006', title: 'Sombrero 6'},
      ...{field: 'available_quantity', before: '3', after: '5'},
    })
    expect(history?.notifications[0]).toMatchObject({topic: 'items', state: 'waiting'})
    expect(history?.refreshes.map(({outcome}) => outcome)).toEqual(['stored', 'failed', 'stored', 'stored'])
    expect(JSON.stringify(history)).not.toMatch(/TG-|APP_USR|0123456789abcdef|8035443/)
  })

  it("keeps somebody else's store to itself", async () => {
    const {other = ''} = await fillShops(store, now)
    expect(await overview().store(ana, other)).toBeUndefined()
    expect(await overview().store('root', other)).toBeDefined()
  })

  it('reads the same gauges for a second', async () => {
    const shops = new Shops(store, now)
    await shops.connect({userId: 1, nickname: 'A'})
    const {gauges} = overview()
    expect(await gauges()).toHaveLength(1)
    await shops.connect({userId: 2, nickname: 'B'})
    expect(await gauges()).toHaveLength(1)
    now = new Date(now.getTime() + 1_000)
    expect(await gauges()).toHaveLength(2)
  })
})
