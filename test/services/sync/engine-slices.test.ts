import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../src/core/errors.js'
import fc from '../../support/properties.js'
import type {Process} from '../../support/sync/process.js'
import type {SimSource} from '../../support/sync/sim-source.js'
import {SimWorld, type SimWorldOptions} from '../../support/sync/world.js'

const hourMs = 3_600_000

/** Does something when the listing of a status begins, for the nth time. */
function whenListing(status: string, event: () => void, nth = 1) {
  return (_process: Process, source: SimSource) => {
    const list = source.list.bind(source)
    let times = 0
    source.list = (slice, cursor, signal) => {
      if (slice.status === status && ++times === nth) event()
      return list(slice, cursor, signal)
    }
  }
}

/** A record of one status takes another one, which is a change. */
function move(world: SimWorld, from: string, to: string): string {
  const record = world.service.records().find(({status}) => status === from)
  if (record === undefined) throw new Error(`nothing is ${from}`)
  world.service.items.set(record.id, {...record, status: to, version: 2, changedAt: world.clock.now()})
  return record.id
}

describe('a full run that lists slice by slice', () => {
  it('names what went into a slice that was listed already, and removes nothing that is there', async () => {
    const world = new SimWorld({items: 12, sliced: true})
    await world.sync()
    world.clock.advance(hourMs)
    const {report} = world.start(
      {full: true},
      whenListing('paused', () => move(world, 'paused', 'active')),
    )
    expect(await report).toMatchObject({complete: true, listed: 12, removed: 0, updated: 1, duplicates: 0, missing: []})
    expect(world.sink.records()).toEqual(world.service.records())
  })

  it('brings what it has never met and what went while it was listed', async () => {
    const world = new SimWorld({items: 250, sliced: true})
    const {report} = world.start(
      {},
      whenListing('closed', () => move(world, 'closed', 'active')),
    )
    expect(await report).toMatchObject({complete: true, listed: 250, created: 250, removed: 0})
    expect(world.sink.records()).toEqual(world.service.records())
  })

  it('removes what is gone still', async () => {
    const world = new SimWorld({items: 120, sliced: true})
    await world.sync()
    world.clock.advance(hourMs)
    world.service.remove(5)
    expect((await world.sync({full: true})).report).toMatchObject({complete: true, listed: 119, removed: 1})
    expect(world.sink.records()).toEqual(world.service.records())
  })

  it('asks two things more when nothing changed, however much there is', async () => {
    const world = new SimWorld({items: 2_000, sliced: true})
    const {report, source} = world.start()
    const asked: unknown[] = []
    const recent = source.recent.bind(source)
    source.recent = (page, signal) => {
      asked.push(page)
      return recent(page, signal)
    }
    expect(await report).toMatchObject({complete: true, listed: 2_000})
    expect(asked).toEqual([{offset: 0, limit: 100, slice: {}}])
    expect(source.batches.reduce((sum, size) => sum + size, 0)).toBe(2_001)
  })

  it('is not complete, and removes nothing, when more changed meanwhile than the service lists by change', async () => {
    const world = new SimWorld({items: 60, sliced: true, recentCap: 8})
    await world.sync()
    world.clock.advance(hourMs)
    const editAll = () => {
      for (let at = 0; at < 60; at++) world.service.edit(at)
    }
    const {report} = world.start({full: true}, (process, source) => {
      whenListing('paused', () => {
        move(world, 'paused', 'active')
        editAll()
      })(process, source)
      for (let nth = 1; nth <= 4; nth++) whenListing('closed', editAll, nth)(process, source)
    })
    expect(await report).toMatchObject({complete: false, removed: 0})
    expect(world.sink.records()).toHaveLength(60)
  })

  it.each(['MELI_API_REJECTED', 'MELI_ANSWER_UNUSABLE'] as const)(
    'does without when the service does not list by change: %s',
    async (code) => {
      const world = new SimWorld({items: 60, sliced: true})
      const {report} = world.start({}, (_process, source) => {
        source.recent = () => Promise.reject(new MeliError(code, 'no such order'))
      })
      expect(await report).toMatchObject({complete: true, listed: 60})
    },
  )

  it('of chosen slices names what went from one to another, and nothing of the rest', async () => {
    const world = new SimWorld({items: 30})
    const slices = [{status: 'active'}, {status: 'paused'}]
    const wanted = () => world.service.records().filter(({status}) => status !== 'closed')
    const {report} = world.start(
      {scope: {resource: 'things[active,paused]', userId: 1, slices}},
      whenListing('paused', () => move(world, 'paused', 'active')),
    )
    expect(await report).toMatchObject({complete: true, listed: wanted().length, removed: 0})
    expect(world.sink.records()).toEqual(wanted())
  })

  it('never removes what is there, nor claims to be complete without it, whatever moves meanwhile', async () => {
    const options: fc.Arbitrary<SimWorldOptions> = fc.record({
      items: fc.integer({min: 3, max: 40}),
      sliced: fc.constant(true),
      pageSize: fc.constantFrom(2, 4, 7),
      batchSize: fc.constantFrom(1, 3, 5),
      recentCap: fc.constantFrom(8, 20, 1_000),
      concurrency: fc.constantFrom(1, 3),
      skewMs: fc.constantFrom(0, -8 * 60_000, 8 * 60_000),
      scrolls: fc.constantFrom('positions', 'snapshot', 'live-total', 'live'),
    })
    const moves = fc.array(
      fc.record({at: fc.nat(50), step: fc.integer({min: 1, max: 200}), kind: fc.constantFrom('move', 'edit')}),
      {maxLength: 12},
    )
    await fc.assert(
      fc.asyncProperty(options, fc.boolean(), moves, async (world, isKnown, moves) => {
        const sim = new SimWorld(world)
        if (isKnown) await sim.sync()
        sim.clock.advance(hourMs)
        const {report} = sim.start({full: true}, (process) => {
          for (const {at, step, kind} of moves)
            process.at(step, () => (kind === 'move' ? sim.service.move(at) : sim.service.edit(at)))
        })
        const {complete, removed} = await report
        expect(removed).toBe(0)
        const ids = (records: Array<{id: string}>) => records.map(({id}) => id)
        if (complete) expect(ids(sim.sink.records())).toEqual(ids(sim.service.records()))
      }),
      {numRuns: 500},
    )
  })
})

describe('a listing whose count changes', () => {
  it('is not read again for records that were asked for again', async () => {
    const world = new SimWorld({items: 500, scrolls: 'live-total'})
    const {report, source} = world.start({}, (_process, its) => {
      const fetch = its.fetch.bind(its)
      its.fetch = (ids, signal) => {
        its.traffic.retries += 1
        return fetch(ids, signal)
      }
      const list = its.list.bind(its)
      its.list = async function* (...asked) {
        for await (const page of list(...asked)) {
          if (its.pages === 1) world.service.create()
          if (its.pages === 3) world.service.remove(500)
          yield page
        }
      }
    })
    expect(await report).toMatchObject({complete: true, listed: 500})
    expect(source.pages).toBe(6)
  })
})
