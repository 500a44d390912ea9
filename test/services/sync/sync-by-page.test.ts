import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../src/core/errors.js'
import {type PagedSyncRequest, syncByPage} from '../../../src/services/sync/sync-by-page.js'
import fc from '../../support/properties.js'
import {MemoryLedger} from '../../support/sync/memory-ledger.js'
import {MemorySink} from '../../support/sync/memory-sink.js'
import {Process} from '../../support/sync/process.js'
import {SimClock} from '../../support/sync/sim-clock.js'
import {type PageFault, SimListing} from '../../support/sync/sim-listing.js'
import {SimService} from '../../support/sync/sim-service.js'

class World {
  readonly clock = new SimClock()
  readonly service: SimService
  readonly ledger: MemoryLedger
  readonly sink: MemorySink
  private readonly processes: Process[] = []

  constructor(
    items: number,
    private readonly pageSize = 3,
  ) {
    this.service = new SimService(this.clock).seed(items)
    this.ledger = new MemoryLedger((holder) => this.processes.some((each) => each.holder === holder && each.isAlive))
    this.sink = new MemorySink(this.ledger)
  }

  start(request: Partial<PagedSyncRequest> = {}, prepare: (process: Process, source: SimListing) => void = () => {}) {
    const process = new Process(`here:${this.processes.length}:x`, this.clock)
    this.processes.push(process)
    const source = new SimListing(this.service, process, this.pageSize)
    prepare(process, source)
    const gone: string[] = []
    const parts = {
      ...{source, clock: this.clock, ledger: process.reach(this.ledger), sink: process.reach(this.sink)},
      gone: async (ids: readonly string[]) => gone.push(...ids),
    }
    const report = syncByPage(parts, {
      ...{resource: 'things', userId: 1, full: false, restart: false, dryRun: false, wait: false},
      ...{holder: process.holder, signal: process.signal},
      ...request,
    })
    return {process, source, report, gone}
  }

  async sync(request: Partial<PagedSyncRequest> = {}) {
    const {source, report} = this.start(request)
    return {report: await report, source}
  }

  /** Nobody else is at it once a process has ended. */
  async end({process, report}: {process: Process; report: Promise<unknown>}): Promise<void> {
    await report.catch(() => undefined)
    process.kill()
  }
}

const interrupted = new MeliError('MELI_INTERRUPTED', 'stopped')

describe('a paged sync', () => {
  it('keeps everything, and later what changed since the beginning of the one before', async () => {
    const world = new World(10)
    const {report} = await world.sync()
    expect(report).toMatchObject({kind: 'full', listed: 10, created: 10, complete: true, duplicates: 0})
    world.clock.advance(60_000)
    world.service.create()
    const {report: second, source} = await world.sync()
    expect(second).toMatchObject({kind: 'incremental', listed: 1, created: 1, complete: true})
    expect(source.walks).toEqual([{since: report.startedAt, cursor: null}])
    expect(world.sink.records()).toEqual(world.service.records())
  })

  it('goes on at the cursor when it was cut, and then looks for what changed meanwhile', async () => {
    const world = new World(10)
    const first = world.start({}, (process) => process.at(14, () => process.interrupt(interrupted)))
    await expect(first.report).rejects.toBe(interrupted)
    const before = world.sink.records().length
    expect(before).toBeGreaterThan(0)
    expect(before).toBeLessThan(10)
    const {report, source} = await world.sync()
    expect(report).toMatchObject({kind: 'full', resumed: true, listed: 10, complete: true})
    expect(source.walks).toMatchObject([{since: null, cursor: expect.any(String)}, {since: report.startedAt}])
    expect(world.ledger.twice).toEqual([])
  })

  it('begins again, a few times, when its cursor has expired', async () => {
    const world = new World(10)
    const {report} = world.start({}, (_, source) => source.faults.set(3, 'expired'))
    expect(await report).toMatchObject({complete: true, listed: 10, created: 10})
    const unlucky = world.start({full: true}, (_, source) => {
      for (let request = 2; request < 20; request++) source.faults.set(request, 'expired')
    })
    await expect(unlucky.report).rejects.toMatchObject({code: 'MELI_LISTING_EXPIRED'})
    expect(unlucky.source.walks).toHaveLength(4)
  })

  it('is incomplete, and says of what, when a record or a part could not be had', async () => {
    const world = new World(4)
    const {report} = world.start({}, (_, source) => source.faults.set(1, 'refused').set(2, 'unreachable'))
    const id = world.service.records()[0]!.id
    expect(await report).toMatchObject({
      complete: false,
      created: 3,
      missingCount: 2,
      missing: expect.arrayContaining([
        {id, status: 403, message: 'forbidden'},
        {id: 'window', status: 200, message: 'too many'},
      ]),
    })
    expect((await world.sync()).report).toMatchObject({kind: 'full', complete: true, created: 1})
  })

  it('goes on from a run that lacks what the service lists to nobody, and goes on naming it', async () => {
    const world = new World(7)
    const first = await world.start({}, (_, source) => source.faults.set(2, 'beyond')).report
    const missing = [{id: 'hour', status: 0, message: 'too many for one hour'}]
    expect(first).toMatchObject({kind: 'full', complete: false, created: 7, missing, missingCount: 1})
    for (let times = 0; times < 3; times++) {
      world.clock.advance(60_000)
      world.service.create()
      const {report} = await world.sync()
      expect(report).toMatchObject({kind: 'incremental', complete: false, created: 1, missing, missingCount: 1})
    }
    expect(world.sink.records()).toEqual(world.service.records())
    expect((await world.sync({full: true})).report).toMatchObject({kind: 'full', complete: true, missing: []})
    expect((await world.sync()).report).toMatchObject({kind: 'incremental', complete: true, missing: []})
  })

  it('goes through everything again when something else was not to be had besides', async () => {
    const world = new World(4)
    const {report} = world.start({}, (_, source) => source.faults.set(1, 'refused').set(2, 'beyond'))
    expect(await report).toMatchObject({missingCount: 2})
    expect((await world.sync()).report).toMatchObject({kind: 'full', complete: true, created: 1})
  })

  it('goes back to the last run that can be gone on from when a later one lacks more', async () => {
    const world = new World(4)
    await world.start({}, (_, source) => source.faults.set(1, 'beyond')).report
    world.clock.advance(60_000)
    world.service.create()
    const second = world.start({}, (_, source) => source.faults.set(1, 'refused'))
    expect(await second.report).toMatchObject({kind: 'incremental', created: 0, missingCount: 2})
    const third = await world.sync()
    expect(third.report).toMatchObject({kind: 'incremental', created: 1, missingCount: 1, missing: [{id: 'hour'}]})
    expect(world.sink.records()).toEqual(world.service.records())
  })

  it('says of what is beyond the listing what the process before it said', async () => {
    const world = new World(10)
    const first = world.start({}, (process, source) => {
      source.faults.set(1, 'beyond')
      process.at(16, () => process.interrupt(interrupted))
    })
    await world.end(first)
    const {report} = await world.sync()
    const missing = [{id: 'hour', status: 0, message: 'too many for one hour'}]
    expect(report).toMatchObject({resumed: true, kind: 'full', complete: false, missing, missingCount: 1})
    expect((await world.sync()).report).toMatchObject({kind: 'incremental', missing, missingCount: 1})
  })

  it('names what is beyond the listing in a dry run too', async () => {
    const world = new World(4)
    await world.start({}, (_, source) => source.faults.set(1, 'beyond')).report
    const {report} = await world.sync({dryRun: true})
    expect(report).toMatchObject({kind: 'incremental', complete: false, missing: [{id: 'hour'}]})
  })

  it('stays incomplete when a process before it could not have a record', async () => {
    const world = new World(10)
    const first = world.start({}, (process, source) => {
      source.faults.set(1, 'refused')
      process.at(16, () => process.interrupt(interrupted))
    })
    await world.end(first)
    const {report} = await world.sync()
    expect(report).toMatchObject({resumed: true, complete: false, missingCount: 1})
    expect((await world.sync()).report).toMatchObject({complete: true})
  })

  it('takes what is gone for gone', async () => {
    const world = new World(4)
    const {report, gone} = world.start({}, (_, source) => source.faults.set(1, 'gone'))
    expect(await report).toMatchObject({complete: true, removed: 1, created: 3})
    expect(gone).toHaveLength(1)
  })

  it('counts a record once, however often it comes', async () => {
    const world = new World(4)
    const {report} = world.start({}, (_, source) => source.faults.set(1, 'twice'))
    expect(await report).toMatchObject({listed: 4, created: 4, duplicates: 3, complete: true})
    const foretold = new World(4).start({dryRun: true}, (_, source) => source.faults.set(1, 'twice'))
    expect(await foretold.report).toMatchObject({listed: 4, created: 4})
  })

  it('writes nothing in a dry run', async () => {
    const world = new World(4)
    expect(await world.start({dryRun: true}).report).toMatchObject({created: 4, complete: true})
    expect(world.sink.records()).toEqual([])
    expect(world.ledger.runs).toEqual([])
  })

  it('stops at its time limit, and goes on with the next', async () => {
    const world = new World(10)
    const first = world.start({maxDurationMs: 60_000}, (process) => process.at(12, () => world.clock.advance(60_000)))
    expect(await first.report).toMatchObject({stopped: true, complete: false})
    expect((await world.sync()).report).toMatchObject({resumed: true, complete: true, listed: 10})
  })

  it('refuses to run beside another', async () => {
    const world = new World(4)
    const first = world.start()
    await first.process.step()
    await expect(world.start().report).rejects.toMatchObject({code: 'MELI_SYNC_BUSY'})
    await world.end(first)
  })

  it('has all that the service has, however it was killed, cut and failed before', async () => {
    const attempt = fc.record({
      ending: fc.constantFrom('kill', 'interrupt', 'end'),
      step: fc.integer({min: 1, max: 60}),
      edits: fc.array(fc.nat(20), {maxLength: 3}),
      creates: fc.nat(2),
      full: fc.boolean(),
      restart: fc.constantFrom(false, false, true),
      faults: fc.array(
        fc.tuple(
          fc.integer({min: 1, max: 8}),
          fc.constantFrom<PageFault>('fails', 'expired', 'refused', 'unreachable', 'beyond', 'twice'),
        ),
        {maxLength: 2},
      ),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.nat(14),
        fc.integer({min: 1, max: 5}),
        fc.array(attempt, {maxLength: 5}),
        async (items, pageSize, attempts) => {
          const world = new World(items, pageSize)
          for (const {ending, step, edits, creates, full, restart, faults} of attempts) {
            const run = world.start({full, restart}, (process, source) => {
              for (const [request, fault] of faults) source.faults.set(request, fault)
              process.at(Math.ceil(step / 2), () => {
                for (const at of edits) world.service.edit(at)
                for (let n = 0; n < creates; n++) world.service.create()
              })
              if (ending === 'kill') process.at(step, () => process.kill())
              if (ending === 'interrupt') process.at(step, () => process.interrupt(interrupted))
            })
            await world.end(run)
          }
          // The first ends what was begun, incomplete where a record had been refused; the second is of a piece.
          await world.sync()
          const {report} = await world.sync()
          const beyond = report.missing.filter(({id}) => id === 'hour').length
          expect(report).toMatchObject({complete: beyond === 0, missingCount: beyond})
          expect(world.sink.records()).toEqual(world.service.records())
        },
      ),
      {numRuns: 200},
    )
  })
})
