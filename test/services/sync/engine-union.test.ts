import {describe, expect, it} from '@jest/globals'
import fc from '../../support/properties.js'
import type {Process} from '../../support/sync/process.js'
import type {SimSource} from '../../support/sync/sim-source.js'
import {SimWorld, type SimWorldOptions} from '../../support/sync/world.js'

const minuteMs = 60_000

/** Kills the process when it has asked for so many pages, with the last of them on its way back. */
function killAtPage(page: number) {
  return (process: Process, source: SimSource) => {
    const list = source.list.bind(source)
    source.list = async function* (...asked) {
      for await (const each of list(...asked)) {
        if (source.pages === page) process.kill()
        yield each
      }
    }
  }
}

/** Runs that are killed at these pages; gives how many pages they asked for. */
async function killed(world: SimWorld, pages: readonly number[], between: () => void = () => {}): Promise<number> {
  let sum = 0
  for (const page of pages) {
    const {report, source} = world.start({}, killAtPage(page))
    await report.catch(() => undefined)
    sum += source.pages
    between()
  }
  return sum
}

describe('a listing that lost pages to kills', () => {
  it('is made up for by one more, as far as the last of them', async () => {
    const world = new SimWorld({items: 2_000})
    const before = await killed(world, [4, 3, 6])
    expect(before).toBe(13)
    const {report, source} = world.start()
    expect(await report).toMatchObject({complete: true, resumed: true, listed: 2_000, created: 2_000, duplicates: 0})
    const [rest, endOfList] = [20 - 13, 1]
    expect(source.pages).toBe(rest + endOfList + 13)
    expect(world.ledger.twice).toEqual([])
    expect(world.sink.records()).toEqual(world.service.records())
  })

  it('is made up for though the one that does so is killed too', async () => {
    const world = new SimWorld({items: 2_000})
    await killed(world, [5, 20])
    const {report, source} = world.start()
    expect(await report).toMatchObject({complete: true, listed: 2_000})
    // The second process had come to page 4 of the second listing: it is gone on with.
    expect(source.pages).toBeLessThanOrEqual(2)
    expect(world.sink.records()).toEqual(world.service.records())
  })

  it('is read again as a whole when anything has changed since the run began', async () => {
    const world = new SimWorld({items: 2_000})
    await killed(world, [4])
    world.service.edit(7)
    const {report, source} = world.start()
    expect(await report).toMatchObject({complete: true, listed: 2_000})
    expect(source.pages).toBe(20 - 4 + 1 + 20 + 1)
    expect(world.sink.records()).toEqual(world.service.records())
  })

  it('is read again as a whole when the service does not tell what changed last', async () => {
    const world = new SimWorld({items: 500})
    await killed(world, [2])
    const {report, source} = world.start({}, (_process, its) => {
      const recent = its.recent.bind(its)
      its.recent = async (page, signal) => (page.limit === 1 ? {ids: [], total: 0} : recent(page, signal))
    })
    expect(await report).toMatchObject({complete: true, listed: 500})
    expect(source.pages).toBe(5 - 2 + 1 + 5 + 1)
  })

  it('is not made up for by what came for something else that went', async () => {
    const world = new SimWorld({items: 8, pageSize: 2, batchSize: 2})
    // The second process has fetched what it lists, and is killed when it begins to list again.
    await killed(world, [2, 4])
    expect(world.sink.kept.size).toBe(6)
    const [first, , , lost, ...rest] = world.service.records()
    // The second listing names the new one, and then as much as is missing, half a page before all of it.
    world.service.items.delete(rest.at(-1)!.id)
    world.service.items.set('A', {...first!, id: 'A', changedAt: world.clock.now()})
    const {report} = await world.sync()
    expect(report.complete).toBe(true)
    expect(world.sink.kept.has(lost!.id)).toBe(true)
    expect(world.sink.records()).toEqual(world.service.records())
  })

  it('is never called complete when records came and went between the kills, as many as before', async () => {
    const options: fc.Arbitrary<SimWorldOptions> = fc.record({
      items: fc.integer({min: 2, max: 30}),
      pageSize: fc.constantFrom(1, 2, 3),
      batchSize: fc.constantFrom(2, 5),
      concurrency: fc.constantFrom(1, 3),
      skewMs: fc.constantFrom(0, -8 * minuteMs, 8 * minuteMs),
      scrolls: fc.constantFrom('snapshot', 'live-total', 'live'),
    })
    const swaps = fc.array(fc.nat(60), {maxLength: 3})
    const attempts = fc.array(fc.record({page: fc.integer({min: 1, max: 12}), swaps}), {minLength: 1, maxLength: 5})
    await fc.assert(
      fc.asyncProperty(options, attempts, async (world, all) => {
        const sim = new SimWorld(world)
        for (const {page, swaps} of all) {
          await killed(sim, [page], () => {
            for (const at of swaps) {
              sim.service.remove(at)
              sim.service.create()
            }
          })
        }
        const {report} = await sim.sync()
        expect(report.complete).toBe(true)
        expect(sim.sink.records()).toEqual(sim.service.records())
        expect(sim.ledger.twice).toEqual([])
      }),
      {numRuns: 500},
    )
  })
})
