import {describe, expect, it} from '@jest/globals'
import fc from '../support/properties.js'
import type {Process} from '../support/sync/process.js'
import type {SimSource} from '../support/sync/sim-source.js'
import {SimWorld, type SimWorldOptions} from '../support/sync/world.js'

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

describe('a listing that is cut by kills', () => {
  it('asks again for the pages that were lost with them, and for no others', async () => {
    const world = new SimWorld({items: 2_000})
    const before = await killed(world, [4, 3, 6])
    const {report, source} = world.start()
    expect(await report).toMatchObject({complete: true, resumed: true, listed: 2_000, created: 2_000, duplicates: 0})
    const [whole, endOfList, lost] = [20, 1, 3]
    expect(before + source.pages).toBe(whole + endOfList + lost)
    expect(world.ledger.twice).toEqual([])
    expect(world.sink.records()).toEqual(world.service.records())
  })

  it.each([350, 1_000])('has all of %i records, each once, wherever the kill falls', async (items) => {
    for (let page = 1; page <= items / 100 + 1; page++) {
      const world = new SimWorld({items, pageSize: 50})
      await killed(world, [page])
      const {report} = world.start()
      expect(await report).toMatchObject({complete: true, listed: items, created: items, duplicates: 0, missing: []})
      expect(world.ledger.twice).toEqual([])
      expect(world.sink.records()).toEqual(world.service.records())
    }
  })

  it('begins anew when the scroll is lost meanwhile, and fetches nothing again', async () => {
    const world = new SimWorld({items: 900})
    await killed(world, [4])
    const kept = world.sink.records().length
    world.service.expireScrolls()
    const {report, source} = world.start()
    expect(await report).toMatchObject({complete: true, listed: 900, created: 900})
    expect(source.pages).toBe(1 + 9 + 1)
    expect(source.batches.reduce((sum, size) => sum + size, 0)).toBe(900 - kept + 20)
  })

  it.each(['snapshot', 'live'] as const)('begins anew where the scroll is a handle: %s', async (scrolls) => {
    const world = new SimWorld({items: 900, scrolls})
    await killed(world, [4])
    const {report, source} = world.start()
    expect(await report).toMatchObject({complete: true, listed: 900, created: 900, duplicates: 0})
    expect(source.pages).toBe(9 + 1)
    expect(world.ledger.twice).toEqual([])
  })

  it('of one slice has what came into the part that was listed', async () => {
    const world = new SimWorld({items: 90, pageSize: 5, batchSize: 5})
    const scope = {resource: 'things[active]', userId: 1, slices: [{status: 'active'}]}
    const {report} = world.start({scope}, killAtPage(4))
    await report.catch(() => undefined)
    const [first, last] = [
      world.service.records().find(({status}) => status === 'closed'),
      world.service.records().findLast(({status}) => status === 'active'),
    ]
    const now = world.clock.now()
    world.service.items.set(first!.id, {...first!, status: 'active', version: 2, changedAt: now})
    world.service.items.set(last!.id, {...last!, status: 'closed', version: 2, changedAt: now})
    expect((await world.sync({scope})).report).toMatchObject({complete: true, resumed: true})
    expect(world.sink.kept.has(first!.id)).toBe(true)
  })

  it('is never called complete when records came and went between the kills, as many as before', async () => {
    const options: fc.Arbitrary<SimWorldOptions> = fc.record({
      items: fc.integer({min: 2, max: 30}),
      pageSize: fc.constantFrom(1, 2, 3),
      batchSize: fc.constantFrom(2, 5),
      concurrency: fc.constantFrom(1, 3),
      skewMs: fc.constantFrom(0, -8 * minuteMs, 8 * minuteMs),
      scrolls: fc.constantFrom('positions', 'snapshot', 'live-total', 'live'),
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

describe('a scroll that has no end', () => {
  it.each([1, 2, 3])('is cut when it stands still or goes round, and the run is incomplete: %i', async (pages) => {
    const world = new SimWorld({items: 500})
    const ids = world.service.records().map(({id}) => id)
    const {report, source} = world.start({}, (_process, its) => {
      its.list = async function* () {
        for (let page = 0; page < 100; page++) {
          its.pages += 1
          const from = 100 * (page % pages)
          yield {ids: ids.slice(from, from + 100), total: 500, cursor: `${page}`}
        }
      }
    })
    expect(await report).toMatchObject({
      complete: false,
      removed: 0,
      missing: [{id: 'listing', message: `the service counts 500 and lists ${pages * 100}`}],
      missingCount: 500 - pages * 100,
    })
    expect(source.pages).toBe(2 * (pages + 1))
  })
})
