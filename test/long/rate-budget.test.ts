import {afterEach, describe, expect, it} from '@jest/globals'
import type {RateBudget, Store, Wait} from '../../src/services/ports/index.js'
import {openStore} from '../../src/store/open.js'
import {AlarmClock} from '../support/alarm-clock.js'
import fc from '../support/properties.js'
import {noon} from '../support/store-contract.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()
const minute = 60_000

interface Process {
  store: Store
  budget: RateBudget
  /** Times at which a request was let through. */
  grants: number[]
  ask(count: number): void
}

/** Connections of their own, as processes have them, on one database and one clock. */
function machine(perMinute: number, random = () => 0.5) {
  const home = newHome()
  const clock = new AlarmClock(noon)
  const processes: Process[] = []
  const start = async (limit = perMinute): Promise<Process> => {
    const store = await openStore({home})
    const budget = store.rateBudget('4242', {perMinute: limit, clock, random})
    const grants: number[] = []
    const ask = (count: number) => {
      const granted = () => {
        grants.push(clock.now().getTime())
      }
      for (let asked = 0; asked < count; asked += 1) budget.take().then(granted, () => undefined)
    }
    const one = {store, budget, grants, ask}
    processes.push(one)
    return one
  }
  const close = () => Promise.all(processes.map(({store}) => store.close()))
  const all = () => processes.flatMap(({grants}) => grants).sort((a, b) => a - b)
  return {clock, start, close, all}
}

/** The most that fall into any 60 seconds. */
function fullestMinute(times: readonly number[]): number {
  let first = 0
  let most = 0
  for (const [last, time] of times.entries()) {
    while ((times[first] ?? time) <= time - minute) first += 1
    most = Math.max(most, last - first + 1)
  }
  return most
}

const which = fc.nat(2)
const step = fc.oneof(
  {weight: 6, arbitrary: fc.record({do: fc.constant('ask' as const), which, count: fc.integer({min: 1, max: 60})})},
  {weight: 6, arbitrary: fc.record({do: fc.constant('wait' as const), ms: fc.integer({min: 1, max: 30_000})})},
  {weight: 2, arbitrary: fc.record({do: fc.constant('jump' as const), ms: fc.integer({min: 1, max: 5_000})})},
  fc.record({do: fc.constant('throttle' as const), which, ms: fc.option(fc.integer({min: 0, max: 10_000}))}),
  fc.record({do: fc.constant('kill' as const), which}),
  fc.record({do: fc.constant('close' as const), which}),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

async function take(one: Step, clock: AlarmClock, processes: Process[], start: () => Promise<Process>) {
  switch (one.do) {
    case 'wait':
      return clock.advance(one.ms)
    case 'jump':
      return clock.jump(one.ms)
    case 'ask':
      return processes[one.which]!.ask(one.count)
    case 'throttle':
      return processes[one.which]!.budget.throttled(one.ms)
    case 'close':
      await processes[one.which]!.store.close()
      processes[one.which] = await start()
      return undefined
    case 'kill':
      // It neither asks again nor gives back what it holds; what it has asked for already counts all the same.
      processes[one.which] = await start()
      return undefined
  }
}

describe('the rate budget', () => {
  let close: () => Promise<unknown> = async () => undefined
  afterEach(() => close())

  const machineOf = (...args: Parameters<typeof machine>) => {
    const made = machine(...args)
    close = made.close
    return made
  }

  it('lets the first request through at once and spreads the others', async () => {
    const {clock, start} = machineOf(60)
    const {ask, grants} = await start()
    ask(4)
    await clock.advance(0)
    expect(grants).toHaveLength(1)
    await clock.advance(3_100)
    expect(grants.map((at) => at - noon.getTime())).toEqual([0, 1_021, 2_041, 3_062])
  })

  it.each([10, 100, 1_500, 6_000])('uses 95%% of %d a minute, and never more than all of it', async (limit) => {
    const {clock, start, all} = machineOf(limit)
    const {ask} = await start()
    ask(limit * 2)
    await clock.advance(minute)
    const used = all().length
    expect(used).toBeGreaterThanOrEqual(Math.floor(limit * 0.95))
    expect(used).toBeLessThanOrEqual(limit)
  })

  it('is shared by processes in equal parts, however many requests each has waiting', async () => {
    const {clock, start, all} = machineOf(600)
    const [greedy, modest] = [await start(), await start()]
    greedy.ask(1_000)
    modest.ask(400)
    await clock.advance(minute)
    expect(all().length).toBeGreaterThanOrEqual(570)
    expect(Math.abs(greedy.grants.length - modest.grants.length)).toBeLessThanOrEqual(2)
  })

  it('belongs to one application each', async () => {
    const {clock, start} = machineOf(60)
    const {ask, store, grants} = await start()
    ask(5)
    await store.rateBudget('77', {perMinute: 60, clock}).take()
    expect(grants).toHaveLength(1)
  })

  it('makes up for a pause of its users, but not for all of it', async () => {
    const {clock, start, all} = machineOf(1_500)
    const {ask} = await start()
    ask(1)
    await clock.advance(30_000)
    ask(1_500)
    await clock.advance(0)
    expect(all().length).toBeLessThanOrEqual(1 + 16)
    await clock.advance(minute)
    expect(fullestMinute(all())).toBeLessThanOrEqual(1_500)
  })

  it('halves for everybody after a 429, once for all answers to one burst, and climbs back', async () => {
    const {clock, start} = machineOf(1_500)
    const [one, other] = [await start(), await start()]
    await Promise.all(Array.from({length: 8}, () => one.budget.throttled(null)))
    expect(await other.budget.state()).toMatchObject({perMinute: 750, limit: 1_500})
    await clock.advance(4_100)
    expect((await other.budget.state()).perMinute).toBe(825)
    await clock.advance(3_000)
    expect((await other.budget.state()).perMinute).toBe(900)
    await clock.advance(minute)
    expect((await other.budget.state()).perMinute).toBe(1_500)
  })

  it('never falls under a sixteenth', async () => {
    const {clock, start} = machineOf(1_600)
    const {budget} = await start()
    for (let times = 0; times < 9; times += 1) {
      await budget.throttled(null)
      await clock.advance(1_000)
      await clock.advance(8_000 * 0.5)
    }
    expect((await budget.state()).perMinute).toBeGreaterThanOrEqual(100)
    expect((await budget.state()).perMinute).toBeLessThanOrEqual(260)
  })

  it('waits as long as the service asks, also in a process that has a slot already', async () => {
    const {clock, start} = machineOf(600)
    const [one, other] = [await start(), await start()]
    one.ask(3)
    other.ask(3)
    await clock.advance(0)
    await one.budget.throttled(20_000)
    const before = one.grants.length + other.grants.length
    await clock.advance(19_999)
    expect(one.grants.length + other.grants.length).toBe(before)
    await clock.advance(3_000)
    expect([one.grants.length, other.grants.length]).toEqual([3, 3])
  })

  it('waits a random time when the service says nothing', async () => {
    const waits = []
    for (const share of [0, 0.25, 0.999]) {
      const {clock, start, close: done} = machine(600, () => share)
      const {ask, budget, grants} = await start()
      await budget.throttled(null)
      ask(1)
      await clock.advance(minute)
      waits.push((grants[0] ?? 0) - noon.getTime())
      await done()
    }
    expect(waits).toEqual([0, 250, 999])
  })

  it('lets a request leave the queue, and sleeps for nobody', async () => {
    const {clock, start} = machineOf(60)
    const {budget} = await start()
    await budget.take()
    const leaving = new AbortController()
    const left = budget.take(leaving.signal)
    await clock.advance(10)
    expect(clock.sleepers).toBe(1)
    leaving.abort(new Error('enough'))
    await expect(left).rejects.toThrow('enough')
    expect(clock.sleepers).toBe(0)
    await expect(budget.take(AbortSignal.abort(new Error('never')))).rejects.toThrow('never')
    // The slot that it had is still there for the next.
    const next = budget.take()
    await clock.advance(1_011)
    await next
  })

  it('gives back what it did not use', async () => {
    const {clock, start} = machineOf(6_000)
    const [one, other] = [await start(), await start()]
    await one.budget.take()
    const reserved = await other.budget.state()
    await one.store.close()
    expect((await other.budget.state()).left).toBeGreaterThan(reserved.left)
    await clock.advance(11)
    await other.budget.take()
  })

  it('does not give back what lies before the slots of another', async () => {
    const {clock, start} = machineOf(6_000)
    const [one, other, third] = [await start(), await start(), await start()]
    one.ask(1)
    await clock.advance(0)
    other.ask(4)
    await clock.advance(0)
    await one.store.close()
    third.ask(1)
    await clock.advance(1_000)
    // Four slots each, a little more than ten milliseconds apart.
    expect(third.grants[0]).toBeGreaterThan(other.grants[3]!)
  })

  it('says what is left of a minute', async () => {
    const {clock, start} = machineOf(100)
    const {ask, budget} = await start()
    expect(await budget.state()).toEqual({perMinute: 100, limit: 100, left: 1})
    ask(49)
    await clock.advance(30_000)
    expect((await budget.state()).left).toBeCloseTo(0.51)
    await clock.advance(60_000)
    expect((await budget.state()).left).toBeCloseTo(0.755, 2)
    await clock.advance(60_000)
    expect((await budget.state()).left).toBe(1)
  })

  it('does not stand still for hours when the clock was set back', async () => {
    const {clock, start} = machineOf(1_500)
    const {ask, grants} = await start()
    ask(1)
    await clock.advance(1_000)
    await clock.jump(-6 * 60 * minute)
    ask(1)
    await clock.advance(2 * minute)
    expect(grants).toHaveLength(2)
  })

  it('drops what it had reserved when the clock is set back meanwhile', async () => {
    const {clock, start} = machineOf(60_000)
    const {ask, grants} = await start()
    // Some fifty are reserved, of which one is used.
    ask(1)
    await clock.advance(0)
    await clock.jump(-6 * 60 * minute)
    ask(3)
    await clock.advance(2 * minute)
    expect(grants).toHaveLength(4)
  })

  it('tells what a request waits for', async () => {
    const clock = new AlarmClock(noon)
    const store = await openStore({home: newHome()})
    const told: Wait[] = []
    const onWait = (wait: Wait) => void told.push(wait)
    const budget = store.rateBudget('4242', {perMinute: 6, clock, random: () => 0, onWait})
    for (let asked = 0; asked < 2; asked += 1) void budget.take().catch(() => undefined)
    await clock.advance(100)
    expect(told).toEqual([{ms: expect.any(Number), why: 'rate'}])
    expect(Math.round((told[0]?.ms ?? 0) / 1000)).toBe(10)
    await budget.throttled(40_000)
    await clock.advance(100)
    expect(told.at(-1)).toMatchObject({why: 'limited'})
    await store.close()
  })

  it('never lets more through in any 60 seconds than the limit, whatever happens', async () => {
    const limits = fc.constantFrom(1, 7, 60, 99, 100, 101, 500, 3_000)
    await fc.assert(
      fc.asyncProperty(
        limits,
        fc.array(step, {minLength: 5, maxLength: 40}),
        fc.double({min: 0, max: 0.999, noNaN: true}),
        async (limit, steps, random) => {
          const {clock, start, all, close: done} = machine(limit, () => random)
          const processes = [await start(), await start(), await start()]
          for (const one of steps) await take(one, clock, processes, start)
          await clock.advance(minute)
          expect(fullestMinute(all())).toBeLessThanOrEqual(limit)
          await done()
        },
      ),
      {numRuns: 40},
    )
  })
})
