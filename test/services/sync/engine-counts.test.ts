import {describe, expect, it} from '@jest/globals'
import {SimWorld} from '../../support/sync/world.js'

const hourMs = 3_600_000

describe('a full run', () => {
  it.each([0, 1, 20, 21, 99, 100, 101, 1001, 10_000])('of %i records asks no more than it must', async (items) => {
    const world = new SimWorld({items, concurrency: 8})
    const {report, requests, batches} = await world.sync()
    expect(report).toMatchObject({complete: true, kind: 'full', listed: items, created: items, resumed: false})
    expect(requests).toBeLessThanOrEqual(items / 100 + items / 20 + 2)
    expect(batches.filter((size) => size < 20)).toHaveLength(items % 20 === 0 ? 0 : 1)
    expect(world.sink.records()).toEqual(world.service.records())
  })

  it('removes what is gone, and brings back what is there again', async () => {
    const world = new SimWorld({items: 45})
    await world.sync()
    const [, , third] = world.service.records()
    world.service.items.delete(third!.id)
    expect((await world.sync({full: true})).report).toMatchObject({complete: true, removed: 1, unchanged: 44})
    world.service.items.set(third!.id, third!)
    expect((await world.sync({full: true})).report).toMatchObject({removed: 0, updated: 1, unchanged: 44})
  })
})

describe('an incremental run', () => {
  it.each([0, 1, 100, 10_000, 50_000])(
    'over %i records of which none changed asks three times at most',
    async (items) => {
      const world = new SimWorld({items, concurrency: 8})
      await world.sync()
      world.clock.advance(hourMs)
      const {report, requests} = await world.sync()
      expect(report).toMatchObject({
        complete: true,
        kind: 'incremental',
        created: 0,
        updated: 0,
        removed: 0,
        reason: null,
      })
      expect(requests).toBeLessThanOrEqual(3)
    },
  )

  it('over 50,000 records of which 25 changed asks six times at most', async () => {
    const world = new SimWorld({items: 50_000, concurrency: 8})
    await world.sync()
    world.clock.advance(hourMs)
    for (let n = 0; n < 25; n++) world.service.edit(n * 1_000)
    const {report, requests} = await world.sync()
    expect(report).toMatchObject({complete: true, kind: 'incremental', updated: 25})
    expect(requests).toBeLessThanOrEqual(6)
    expect(world.sink.records()).toEqual(world.service.records())
  })

  it('that cannot reach far enough becomes a full one, and says so', async () => {
    const world = new SimWorld({items: 2_000})
    await world.sync()
    world.clock.advance(hourMs)
    for (let n = 0; n < 1_200; n++) world.service.edit(n)
    const {report} = await world.sync()
    expect(report).toMatchObject({complete: true, kind: 'full', reason: 'more than 1000 records changed'})
    expect(report.updated).toBe(1_200)
    expect(world.sink.records()).toEqual(world.service.records())
  })

  it('that finds another number of records than there are here becomes a full one', async () => {
    const world = new SimWorld({items: 50})
    await world.sync()
    world.clock.advance(hourMs)
    world.service.remove(7)
    const {report} = await world.sync()
    expect(report).toMatchObject({complete: true, kind: 'full', removed: 1})
    expect(report.reason).toBe('the service counts 49 records and 50 are here')
  })

  it('fetches again what came in part and what was marked stale, and nothing else', async () => {
    const world = new SimWorld({items: 300})
    await world.start({}, (_process, source) => source.faults.set(3, 'partial')).report
    world.clock.advance(hourMs)
    const stale = world.sink.records()[200]!
    world.sink.kept.get(stale.id)!.stale = true
    const {report, batches} = await world.sync()
    expect(report).toMatchObject({complete: true, kind: 'incremental', updated: 1, partial: 0})
    expect(batches).toEqual([2, 19])
    expect(world.sink.records()).toEqual(world.service.records())
  })
})
