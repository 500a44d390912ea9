import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import type {Store} from '../../src/services/ports/index.js'
import {Shops} from './shops.js'
import {buyer, minutes, noon, product, seller} from './store-contract.js'

/** What every adapter keeps of the figures for pages and gauges. */
export function describeOverview(name: string, open: () => Promise<Store>): void {
  describe(name, () => {
    let store: Store
    let shops: Shops

    beforeEach(async () => {
      store = await open()
      shops = new Shops(store, noon)
    })
    afterEach(() => store.close())

    it('counts the items of each seller that are live, partial and stale', async () => {
      await shops.items(seller, 10, {partial: 2, stale: 3})
      await shops.items(buyer, 4)
      expect(await store.overview.items([seller, buyer, 1])).toEqual([
        {userId: seller, live: 10, partial: 2, stale: 3},
        {userId: buyer, live: 4, partial: 0, stale: 0},
        {userId: 1, live: 0, partial: 0, stale: 0},
      ])
    })

    it('does not count removed items as live', async () => {
      await shops.items(seller, 3)
      const opened = await store.syncLedger.open({
        ...{resource: 'products', userId: seller, kind: 'full', restart: false, holder: 'elsewhere:1:a', now: noon},
        until: minutes(60),
      })
      if (!opened.opened) throw new Error('busy')
      const run = {runId: opened.run.id, at: noon}
      await store.syncLedger.finish(run.runId, {outcome: 'complete', watermark: null, counts: {}, at: noon})
      const later = await store.syncLedger.open({
        ...{
          resource: 'products',
          userId: seller,
          kind: 'full',
          restart: true,
          holder: 'elsewhere:1:a',
          now: minutes(1),
        },
        until: minutes(60),
      })
      if (!later.opened) throw new Error('busy')
      await store.productSink(seller).removeUnlisted({runId: later.run.id, at: minutes(2)})
      expect(await store.overview.items([seller])).toEqual([{userId: seller, live: 0, partial: 0, stale: 0}])
    })

    it('knows the newest run, and the newest that got through', async () => {
      await shops.run(seller, {hoursAgo: 3, outcome: 'complete'})
      await shops.run(seller, {hoursAgo: 2, outcome: 'incomplete'})
      await shops.run(seller, {hoursAgo: 1, outcome: 'failed'})
      const [own, other] = await store.overview.lastRuns([seller, buyer], 'products')
      expect(own).toMatchObject({userId: seller, newest: {outcome: 'failed'}, through: {outcome: 'incomplete'}})
      expect(other).toEqual({userId: buyer, newest: null, through: null})
    })

    it('knows the runs of each resource by themselves', async () => {
      await shops.run(seller, {hoursAgo: 3, resource: 'orders'})
      await shops.run(seller, {hoursAgo: 2, resource: 'orders', outcome: 'failed', refused: true})
      await shops.run(seller, {hoursAgo: 1})
      const of = async (resource: string) => (await store.overview.lastRuns([seller], resource))[0]
      expect(await of('orders')).toMatchObject({
        newest: {resource: 'orders', outcome: 'failed', counts: {refused: 1}},
        through: {resource: 'orders', outcome: 'complete'},
      })
      expect(await of('products')).toMatchObject({newest: {resource: 'products', outcome: 'complete'}})
      expect(await of('questions')).toEqual({userId: seller, newest: null, through: null})
      const {recent} = store.syncLedger
      const runs = await recent.call(store.syncLedger, {userId: seller, resource: 'orders', limit: 1})
      expect(runs).toMatchObject([{resource: 'orders', outcome: 'failed'}])
    })

    it('sums runs of products by the hour in which they began, and leaves those out that have no end', async () => {
      await shops.run(seller, {hoursAgo: 5, minutes: 2})
      await shops.run(buyer, {hoursAgo: 4.9, minutes: 4})
      await shops.run(seller, {hoursAgo: 4.8, minutes: 1, outcome: 'failed'})
      await shops.run(1, {hoursAgo: 5})
      await shops.run(seller, {hoursAgo: 50})
      await shops.run(seller, {hoursAgo: 4.7, resource: 'orders', minutes: 40})
      await store.syncLedger.open({
        ...{resource: 'products', userId: seller, kind: 'full', restart: true, holder: 'elsewhere:1:a', now: noon},
        until: minutes(60),
      })
      const hour = new Date('2026-03-01T07:00:00Z')
      expect(await store.overview.syncHours([seller, buyer], minutes(-24 * 60))).toEqual([
        {hour, outcome: 'complete', runs: 2, totalMs: 360_000, longestMs: 240_000},
        {hour, outcome: 'failed', runs: 1, totalMs: 60_000, longestMs: 60_000},
      ])
    })

    it('tells what changed last, with the title of today', async () => {
      const sink = store.productSink(seller)
      const versions = ['5.00', '6.00', '7.00'].map((price) =>
        product({price, last_updated: null, title: `At ${price}`, json: `{"price":${price}}`}),
      )
      for (const [index, version] of versions.entries()) await sink.patch([version], minutes(index))
      const prices = (await store.overview.changes(seller, 10)).filter(({field}) => field === 'price')
      expect(prices).toEqual([
        {itemId: 'MEC600000001', title: 'At 7.00', at: minutes(2), field: 'price', before: '6.00', after: '7.00'},
        {itemId: 'MEC600000001', title: 'At 7.00', at: minutes(1), field: 'price', before: '5.00', after: '6.00'},
      ])
      expect(await store.overview.changes(seller, 1)).toHaveLength(1)
      expect(await store.overview.changes(buyer, 10)).toEqual([])
    })
  })
}
