import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import type {Product, RecordPatch, RecordSink, Store} from '../../src/services/ports/index.js'
import {openStore} from '../../src/store/open.js'
import {minutes, noon, product, seller} from '../support/store-contract.js'
import {checkpoint, openRun} from '../support/store-contract-sync.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()

describe('a product that is written beside syncs', () => {
  let store: Store
  let sink: RecordSink<Product> & RecordPatch<Product>

  beforeEach(async () => {
    store = await openStore({home: newHome()})
    sink = store.productSink(seller)
  })

  afterEach(() => store.close())

  const find = (id: string) => store.catalogue.find(seller, id)

  it('has its history, and belongs to no run', async () => {
    expect(await sink.patch([product({id: 'MEC1', price: '1'})], noon)).toMatchObject({created: 1})
    expect(await sink.patch([product({id: 'MEC1', price: '2'})], minutes(1))).toMatchObject({updated: 1})
    expect(await sink.patch([product({id: 'MEC1', price: '2'})], minutes(2))).toMatchObject({unchanged: 1})
    expect(await find('MEC1')).toMatchObject({price: '2', synced_at: minutes(2)})
    expect(await store.catalogue.history(seller, 'MEC1')).toEqual([
      {at: minutes(1), field: 'price', before: '1', after: '2'},
    ])
    expect(await store.syncLedger.recent({limit: 9})).toEqual([])
  })

  it('has no change where the service writes the same price in another way', async () => {
    const written = (price: string) =>
      product({
        id: 'MEC1',
        price,
        json: `{"id":"MEC1","title":"2.0","price":${price},"variations":[{"price":${price}}]}`,
      })
    await sink.patch([written('50000.0')], noon)
    for (const price of ['50000', '50000.00', '5e4'])
      expect(await sink.patch([written(price)], minutes(1))).toMatchObject({unchanged: 1})
    expect(await store.catalogue.history(seller, 'MEC1')).toEqual([])
    // Another field changed: the price did not.
    await sink.patch([{...written('50000'), status: 'paused'}], minutes(2))
    expect(await store.catalogue.history(seller, 'MEC1')).toMatchObject([{field: 'status'}])
    expect(await sink.patch([{...written('50000.1'), status: 'paused'}], minutes(3))).toMatchObject({updated: 1})
    expect(await store.catalogue.history(seller, 'MEC1')).toHaveLength(2)
  })

  it('has a change where a text of its document is another number', async () => {
    const titled = (title: string) => product({id: 'MEC1', json: `{"id":"MEC1","name":"${title}"}`})
    await sink.patch([titled('2.0')], noon)
    expect(await sink.patch([titled('2')], minutes(1))).toMatchObject({updated: 1})
  })

  it('is known from then on, also when it was removed', async () => {
    await sink.patch([product({id: 'MEC1'})], noon)
    expect(await sink.known(['MEC1', 'MEC2'])).toEqual(new Set(['MEC1']))
    const {run} = await openRun(store, {now: minutes(1)})
    await sink.removeUnlisted({runId: run.id, at: minutes(2)})
    expect(await sink.countLive()).toBe(0)
    expect(await sink.known(['MEC1'])).toEqual(new Set(['MEC1']))
    expect(await store.productSink(seller + 1).known(['MEC1'])).toEqual(new Set())
  })

  it('is not replaced by an older one', async () => {
    await sink.patch([product({price: '2', last_updated: minutes(2)})], noon)
    expect(await sink.patch([product({price: '1', last_updated: minutes(1)})], minutes(1))).toMatchObject({
      unchanged: 1,
    })
    expect(await sink.patch([product({price: '3', last_updated: null})], minutes(1))).toMatchObject({updated: 1})
  })

  it('is not replaced by a run that asked before it was written', async () => {
    const {run} = await openRun(store, {now: noon})
    const seen = {runId: run.id, at: minutes(3)}
    const old = product({id: 'MEC1', price: '1', last_updated: minutes(1)})
    await store.syncLedger.note(run.id, ['MEC1'], checkpoint())
    await sink.patch([product({id: 'MEC1', price: '2', last_updated: minutes(2)})], minutes(2))
    expect(await sink.save([old], seen)).toEqual({created: 0, updated: 0, unchanged: 1, partial: 0})
    expect(await find('MEC1')).toMatchObject({price: '2', last_updated: minutes(2), synced_at: minutes(2)})
    expect(await store.catalogue.history(seller, 'MEC1')).toEqual([])
    // The run has dealt with it, and does not remove it.
    expect(await sink.removeUnlisted({...seen, at: minutes(4)})).toBe(0)
  })

  it('comes back when a run lists it, whatever was known of it', async () => {
    await sink.patch([product({id: 'MEC1', price: '2', last_updated: minutes(2)})], noon)
    const {run} = await openRun(store, {now: minutes(3)})
    await sink.removeUnlisted({runId: run.id, at: minutes(4)})
    const old = product({id: 'MEC1', price: '1', last_updated: minutes(1)})
    expect(await sink.patch([old], minutes(5))).toMatchObject({unchanged: 1})
    expect(await sink.save([old], {runId: run.id, at: minutes(6)})).toMatchObject({updated: 1})
    expect(await find('MEC1')).toMatchObject({price: '1', removed_at: null})
  })

  it('is fresh again when it was marked stale', async () => {
    await sink.patch([product({id: 'MEC1'})], noon)
    await store.cache.invalidate({resource: 'products', userId: seller}, ['MEC1'], noon)
    expect(await sink.stale(9)).toEqual(['MEC1'])
    await sink.patch([product({id: 'MEC1'})], minutes(1))
    expect(await sink.stale(9)).toEqual([])
  })

  it('is not taken for removed by a run that began before it', async () => {
    await sink.patch([product({id: 'MEC1'}), product({id: 'MEC2'})], noon)
    const {run} = await openRun(store, {now: minutes(1)})
    await store.syncLedger.note(run.id, ['MEC4'], checkpoint())
    await sink.save([product({id: 'MEC4'}), product({id: 'MEC5'})], {runId: run.id, at: minutes(1)})
    // One that is new, one that was here; the run has listed neither.
    await sink.patch([product({id: 'MEC2'}), product({id: 'MEC3'})], minutes(2))
    expect(await sink.removeUnlisted({runId: run.id, at: minutes(3)})).toBe(2)
    const removed = await Promise.all(['MEC1', 'MEC2', 'MEC3', 'MEC4', 'MEC5'].map(find))
    expect(removed.map((each) => each?.removed_at !== null)).toEqual([true, false, false, false, true])
  })
})
