import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../src/core/errors.js'
import type {Progress} from '../../../src/services/sync/active-run.js'
import {SimWorld} from '../../support/sync/world.js'

const minuteMs = 60_000
const interrupted = new MeliError('MELI_INTERRUPTED', 'stopped')

describe('a run that is interrupted', () => {
  it('keeps what it has, and the next one goes on without asking for it again', async () => {
    const world = new SimWorld({items: 500})
    const first = world.start({}, (process) => process.at(60, () => process.interrupt(interrupted)))
    await expect(first.report).rejects.toBe(interrupted)
    const kept = world.sink.records().length
    expect(kept).toBeGreaterThan(0)
    expect(world.ledger.runs).toMatchObject([{outcome: 'interrupted'}])
    const {report, batches} = await world.sync()
    expect(report).toMatchObject({
      complete: true,
      kind: 'full',
      resumed: true,
      runId: 'run-1',
      listed: 500,
      created: 500,
    })
    const caughtUp = 20
    // One alone proves a listing that may have lost a page.
    const fetched = batches.filter((size) => size > 1).reduce((sum, size) => sum + size, 0)
    expect(fetched).toBe(500 - kept + caughtUp)
  })

  it('begins anew when it is told to', async () => {
    const world = new SimWorld({items: 100})
    await world.start({}, (process) => process.at(40, () => process.kill())).report.catch(() => undefined)
    world.ledger.runs[0]!.until = world.clock.now()
    const {report} = await world.sync({restart: true})
    expect(report).toMatchObject({complete: true, resumed: false, runId: 'run-2'})
    expect(world.ledger.runs).toMatchObject([{outcome: 'interrupted'}, {outcome: 'complete'}])
  })

  it('sees what changed after it was interrupted in what it had fetched', async () => {
    const world = new SimWorld({items: 300})
    await world
      .start({}, (process) => process.at(45, () => process.interrupt(interrupted)))
      .report.catch(() => undefined)
    world.clock.advance(30 * minuteMs)
    const [{id} = {id: ''}] = world.sink.records()
    const record = world.service.items.get(id)!
    world.service.items.set(id, {...record, version: 2, changedAt: world.clock.now()})
    expect((await world.sync()).report).toMatchObject({complete: true, resumed: true, updated: 1})
    expect(world.sink.records()).toEqual(world.service.records())
  })

  it('leaves a run that failed to be gone on with, and says what failed', async () => {
    const world = new SimWorld({items: 100})
    const first = world.start({}, (_process, source) => source.faults.set(3, 'fails'))
    await expect(first.report).rejects.toMatchObject({code: 'MELI_SERVICE_FAILING', exitCode: 6})
    expect(world.ledger.runs).toMatchObject([{outcome: 'failed'}])
    expect((await world.sync()).report).toMatchObject({complete: true, resumed: true})
  })
})

describe('a run with a time limit', () => {
  it('stops in time with what it has, and the next one goes on', async () => {
    const world = new SimWorld({items: 2_000, pageMs: 30_000})
    const {report} = await world.sync({maxDurationMs: 2 * minuteMs})
    expect(report).toMatchObject({complete: false, stopped: true})
    expect(report.listed).toBeLessThan(2_000)
    expect(world.ledger.runs).toMatchObject([{outcome: 'interrupted'}])
    const next = await world.sync()
    expect(next.report).toMatchObject({complete: true, resumed: true, listed: 2_000, created: 2_000})
  })
})

describe('two runs of one account', () => {
  it('tells the second who is at it', async () => {
    const world = new SimWorld({items: 200})
    const first = world.start()
    await expect(world.start().report).rejects.toMatchObject({
      code: 'MELI_SYNC_BUSY',
      details: {run_id: 'run-1', holder: 'here:0:x'},
    })
    expect(await first.report).toMatchObject({complete: true})
  })

  it('lets the second wait, and do no more than is left to do', async () => {
    const world = new SimWorld({items: 2_000})
    const first = world.start()
    const waited: string[] = []
    const second = world.start({wait: true, onWaiting: (holder) => waited.push(holder)})
    expect(await first.report).toMatchObject({complete: true, kind: 'full', created: 2_000})
    expect(await second.report).toMatchObject({complete: true, kind: 'incremental', created: 0})
    expect(waited).toEqual(['here:0:x'])
    expect(second.source.traffic.requests).toBeLessThanOrEqual(3)
  })

  it('gives up waiting when it is interrupted or out of time', async () => {
    const world = new SimWorld({items: 2_000})
    const first = world.start({}, (process, source) => {
      process.at(10, () => source.faults.set(4, 'fails'))
    })
    const second = world.start({wait: true}, (process) => process.at(1, () => process.interrupt(interrupted)))
    await expect(second.report).rejects.toBe(interrupted)
    await first.report.catch(() => undefined)
  })

  it('goes on with the run of a process that died', async () => {
    const world = new SimWorld({items: 300})
    const first = world.start({}, (process) => process.at(60, () => process.kill()))
    await first.report.catch(() => undefined)
    expect(world.ledger.runs).toMatchObject([{outcome: null}])
    expect((await world.sync()).report).toMatchObject({complete: true, resumed: true, created: 300})
    expect(world.ledger.twice).toEqual([])
  })

  it('stops the first when its lease went to the second', async () => {
    const world = new SimWorld({items: 300})
    const first = world.start({}, (process) =>
      process.at(40, () => {
        const [run] = world.ledger.runs
        run!.holder = 'elsewhere:1:y'
        world.clock.advance(6 * minuteMs)
      }),
    )
    await expect(first.report).rejects.toMatchObject({code: 'MELI_SYNC_BUSY'})
    expect(world.ledger.runs).toMatchObject([{outcome: null, holder: 'elsewhere:1:y'}])
  })
})

describe('a listing that takes longer than its scroll lives', () => {
  it('is read again without fetching again', async () => {
    const world = new SimWorld({items: 900})
    const {report, source} = world.start({}, (_process, its) => its.faults.set(5, 'expired'))
    expect(await report).toMatchObject({complete: true, listed: 900, created: 900})
    expect(source.batches.reduce((sum, size) => sum + size, 0)).toBe(900)
  })

  it('is read in slices when it never ends', async () => {
    const world = new SimWorld({items: 600})
    const expired = new Set<number>()
    const {report, source} = world.start({}, (process, its) => {
      // The whole has six pages, a slice two: a scroll here lives for three.
      const pages = its.list.bind(its)
      its.list = async function* (slice, cursor, signal) {
        let seen = 0
        for await (const page of pages(slice, cursor, signal)) {
          seen += 1
          if (seen > 3) {
            expired.add(process.age)
            throw new MeliError('MELI_LISTING_EXPIRED', 'the scroll is gone')
          }
          yield page
        }
      }
    })
    expect(await report).toMatchObject({complete: true, listed: 600, created: 600})
    expect(expired.size).toBe(3)
    const proof = 1
    expect(source.batches.reduce((sum, size) => sum + size, 0)).toBe(600 + proof)
    expect(world.sink.records()).toEqual(world.service.records())
  })

  it('goes up when there is nothing left to slice', async () => {
    const world = new SimWorld({items: 600})
    const scope = {resource: 'things[active]', userId: 1, slices: [{status: 'active'}]}
    const {report} = world.start({scope}, (_process, its) => {
      its.list = () => {
        throw new MeliError('MELI_LISTING_EXPIRED', 'the scroll is gone')
      }
    })
    await expect(report).rejects.toMatchObject({code: 'MELI_LISTING_EXPIRED'})
    expect(world.ledger.runs).toMatchObject([{outcome: 'failed'}])
  })
})

describe('a catalogue that changes under the scan', () => {
  it.each(['positions', 'snapshot', 'live-total', 'live'] as const)(
    'ends right after one more run: %s',
    async (scrolls) => {
      const world = new SimWorld({items: 1_000, scrolls})
      const {service} = world
      const first = world.start({}, (process) => {
        for (let at = 5; at < 200; at += 10) {
          process.at(at, () => [service.create(), service.remove(at * 3), service.edit(at * 7), service.move(at * 11)])
        }
      })
      await first.report
      world.clock.advance(30 * minuteMs)
      expect((await world.sync()).report).toMatchObject({complete: true})
      expect(world.sink.records()).toEqual(service.records())
    },
  )

  it('does not keep the run from ending', async () => {
    const world = new SimWorld({items: 300, scrolls: 'live-total'})
    const {report} = world.start({}, (process) => {
      for (let at = 1; at < 2_000; at++) process.at(at, () => world.service.create())
    })
    expect(await report).toMatchObject({complete: false, removed: 0})
  })

  it('counts what is gone since it was listed as gone, and not as missing', async () => {
    const world = new SimWorld({items: 300})
    const [, second] = world.service.records()
    const {report} = world.start({}, (process) => {
      process.at(5, () => world.service.items.delete(second!.id))
    })
    expect(await report).toMatchObject({complete: true, missing: [], listed: 299})
    expect(world.sink.records()).toEqual(world.service.records())
  })

  it('names what could not be had', async () => {
    const world = new SimWorld({items: 50})
    const {report} = world.start({}, (_process, source) => source.faults.set(2, 'refused'))
    const {missing, ...rest} = await report
    expect(rest).toMatchObject({complete: false, failed: 1, missingCount: 1, created: 49, removed: 0})
    expect(missing).toEqual([{id: world.service.records()[0]!.id, status: 500, message: 'internal error'}])
  })
})

describe('a dry run', () => {
  it('foretells what a run does, and leaves no trace', async () => {
    const world = new SimWorld({items: 300})
    await world.sync()
    world.service.remove(3)
    world.service.create()
    world.clock.advance(30 * minuteMs)
    world.service.edit(9)
    world.service.remove(11)
    const before = JSON.stringify([...world.sink.kept])
    const foretold = (await world.sync({dryRun: true})).report
    expect(JSON.stringify([...world.sink.kept])).toBe(before)
    expect(world.ledger.runs).toHaveLength(1)
    const {created, updated, removed} = (await world.sync()).report
    expect(foretold).toMatchObject({complete: true, kind: 'full', created, updated, removed})
    expect({created, updated, removed}).toEqual({created: 1, updated: 1, removed: 2})
  })

  it('of a large catalogue meets every record once, those that cannot be had too', async () => {
    const world = new SimWorld({items: 25_000, concurrency: 1})
    const {report, source} = world.start({dryRun: true}, (_process, its) => its.faults.set(300, 'refused'))
    expect(await report).toMatchObject({complete: false, listed: 25_000, created: 24_999, failed: 1, missingCount: 1})
    expect(source.batches.reduce((sum, size) => sum + size, 0)).toBe(25_000)
  })
})

describe('progress', () => {
  it('grows to the total, and tells what it costs', async () => {
    const world = new SimWorld({items: 450})
    const seen: Progress[] = []
    await world.sync({onProgress: (progress) => seen.push(progress)})
    expect(seen.at(-1)).toMatchObject({listed: 450, fetched: 450, total: 450, requests: 28, retries: 0, rateLimited: 0})
    expect(seen.at(-1)?.perSecond).toBeGreaterThan(0)
    const fetched = seen.map((progress) => progress.fetched)
    expect(fetched).toEqual([...fetched].sort((a, b) => a - b))
  })
})

describe('an empty answer', () => {
  it('has to come twice before everything is taken for removed', async () => {
    const world = new SimWorld({items: 50})
    await world.sync()
    const {report} = world.start({full: true}, (_process, source) => {
      const pages = source.list.bind(source)
      let asked = 0
      source.list = async function* (slice, cursor, signal) {
        asked += 1
        if (asked === 1) yield {ids: [], total: 0, cursor: null}
        else yield* pages(slice, cursor, signal)
      }
    })
    expect(await report).toMatchObject({complete: true, removed: 0, unchanged: 50})
    for (const {id} of world.service.records()) world.service.items.delete(id)
    expect((await world.sync({full: true})).report).toMatchObject({complete: true, removed: 50})
  })

  it('to the question for the newest is no answer when the count says otherwise', async () => {
    const world = new SimWorld({items: 50})
    await world.sync()
    world.service.edit(3)
    const {report} = world.start({}, (_process, source) => {
      source.recent = async () => ({ids: [], total: 50})
    })
    expect(await report).toMatchObject({complete: true, kind: 'full', updated: 1})
  })
})
