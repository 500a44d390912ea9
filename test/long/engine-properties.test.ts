import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../src/core/errors.js'
import fc from '../support/properties.js'
import type {Process} from '../support/sync/process.js'
import type {Fault, SimSource} from '../support/sync/sim-source.js'
import {SimWorld, type SimWorldOptions} from '../support/sync/world.js'

type Change = {kind: 'create' | 'edit' | 'move' | 'remove' | 'replace' | 'expire' | 'stale'; at: number}
type Ending = 'kill' | 'interrupt' | 'end'

interface Attempt {
  /** Before the run, after so many minutes. */
  minutes: number
  before: Change[]
  /** While it is under way, at a step. */
  during: Array<Change & {step: number}>
  faults: Array<{request: number; fault: Fault}>
  ending: Ending
  step: number
  full: boolean
  restart: boolean
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('create', 'edit', 'move', 'remove', 'replace', 'expire', 'stale'),
  at: fc.nat(50),
})
const step = fc.integer({min: 1, max: 150})

function attempt(withChanges: boolean): fc.Arbitrary<Attempt> {
  return fc.record({
    minutes: fc.constantFrom(0, 1, 4, 6, 45),
    before: fc.array(change, {maxLength: 6}),
    during: withChanges
      ? fc.array(
          fc.tuple(change, step).map(([what, when]) => ({...what, step: when})),
          {maxLength: 6},
        )
      : fc.constant([]),
    faults: fc.array(
      fc.record({
        request: fc.integer({min: 1, max: 25}),
        fault: fc.constantFrom<Fault>('fails', 'lost', 'missing', 'refused', 'partial', 'expired'),
      }),
      {maxLength: 4},
    ),
    ending: fc.constantFrom<Ending>('kill', 'interrupt', 'end'),
    step,
    full: fc.boolean(),
    restart: fc.constantFrom(false, false, false, true),
  })
}

const anyOptions: fc.Arbitrary<SimWorldOptions> = fc.record({
  sliced: fc.boolean(),
  items: fc.nat(40),
  batchSize: fc.constantFrom(1, 3, 5),
  pageSize: fc.constantFrom(2, 4, 7),
  recentCap: fc.constantFrom(8, 20, 1_000),
  concurrency: fc.constantFrom(1, 2, 4),
  skewMs: fc.constantFrom(0, -8 * 60_000, 8 * 60_000),
  scrolls: fc.constantFrom('positions', 'snapshot', 'live-total', 'live'),
  load: fc.constantFrom(
    undefined,
    () => 0,
    () => 0.8,
    () => 1,
  ),
})
/** A listing in slices is complete only while what changed meanwhile is within reach. */
function withinReach(options: SimWorldOptions, attempts: readonly Attempt[]): SimWorldOptions {
  const mayBeSliced = options.sliced === true || expiriesOf(attempts) >= 2
  return mayBeSliced ? {...options, recentCap: 1_000} : options
}

function expiriesOf(attempts: readonly Attempt[]): number {
  const all = attempts.flatMap(({before, during, faults}) => [
    ...[...before, ...during].map(({kind}) => kind === 'expire'),
    ...faults.map(({fault}) => fault === 'expired'),
  ])
  return all.filter(Boolean).length
}

function apply(world: SimWorld, {kind, at}: Change): void {
  const {service, sink} = world
  if (kind === 'create') service.create()
  else if (kind === 'edit') service.edit(at)
  else if (kind === 'move') service.move(at)
  else if (kind === 'remove') service.remove(at)
  else if (kind === 'replace') {
    service.remove(at)
    service.create()
  } else if (kind === 'expire') service.expireScrolls()
  else {
    const kept = [...sink.kept.values()]
    if (kept.length > 0) kept[at % kept.length]!.stale = true
  }
}

/** One run that ends as it will; says whether it claimed to be complete. */
async function live(world: SimWorld, {minutes, before, during, faults, ending, step, full, restart}: Attempt) {
  world.clock.advance(minutes * 60_000)
  for (const each of before) apply(world, each)
  const prepare = (process: Process, source: SimSource) => {
    for (const each of during) process.at(each.step, () => apply(world, each))
    for (const {request, fault} of faults) source.faults.set(request, fault)
    if (ending === 'kill') process.at(step, () => process.kill())
    if (ending === 'interrupt') process.at(step, () => process.interrupt(new MeliError('MELI_INTERRUPTED', 'stopped')))
  }
  const {report, process} = world.start({full, restart}, prepare)
  const complete = await report.then(
    (result) => result.complete,
    () => false,
  )
  process.kill()
  return complete
}

describe('the engine, whatever happens', () => {
  it('ends with what the service has, after one run that nothing disturbs, and fetches nothing twice in a run', async () => {
    await fc.assert(
      fc.asyncProperty(anyOptions, fc.array(attempt(true), {maxLength: 5}), async (world, attempts) => {
        const sim = new SimWorld(withinReach(world, attempts))
        for (const each of attempts) await live(sim, each)
        const {report} = await sim.sync()
        expect(sim.sink.records()).toEqual(sim.service.records())
        expect(report).toMatchObject({complete: true, missing: [], missingCount: 0, failed: 0})
        expect(sim.ledger.twice).toEqual([])
      }),
      {numRuns: 300},
    )
  })

  it('is never called complete when it is not', async () => {
    await fc.assert(
      fc.asyncProperty(anyOptions, fc.array(attempt(false), {minLength: 1, maxLength: 5}), async (world, attempts) => {
        const sim = new SimWorld(world)
        for (const each of attempts) {
          if (!(await live(sim, each))) continue
          const whole = (record: {partial: boolean}) => ({...record, partial: false})
          expect(sim.sink.records().map(whole)).toEqual(sim.service.records())
        }
      }),
      {numRuns: 300},
    )
  })
})
