import {afterEach, describe, expect, it} from '@jest/globals'
import {MeliError} from '../../src/core/errors.js'
import {never} from '../../src/services/sync/schedule/backoff.js'
import fc from '../support/properties.js'
import {type Attempt, account, hour, minute, type Process, sold, start, World} from './simulation.js'

let world: World | undefined

async function build(stores: number, prepare: (world: World) => void = () => undefined): Promise<World> {
  world = new World(Array.from({length: stores}, (_, number) => account(number)))
  prepare(world)
  return world.open()
}

afterEach(async () => {
  await world?.close()
  world = undefined
})

/** Pairs of tries of one job that were under way at the same time. */
function overlaps(attempts: readonly Attempt[]): Array<[Attempt, Attempt]> {
  return attempts.flatMap((one, index) =>
    attempts
      .slice(index + 1)
      .filter((other) => other.name === one.name)
      .filter((other) => one.begin < (other.end ?? Infinity) && other.begin < (one.end ?? Infinity))
      .map((other): [Attempt, Attempt] => [one, other]),
  )
}

const done = (attempts: readonly Attempt[]) => attempts.filter(({outcome}) => outcome === 'done')

interface Happening {
  after: number
  what: string
  who: number
}

async function happen(world: World, processes: Process[], {after, what, who}: Happening): Promise<void> {
  await world.clock.advance(after * minute + who * 1_234)
  const one = processes[who % processes.length]
  if (what === 'launch' || one === undefined) {
    processes.push(world.launch(who / 6))
    return
  }
  processes.splice(processes.indexOf(one), 1)
  if (what === 'kill') one.kill()
  else await one.stop()
}

describe('the schedule over two days', () => {
  it('does each job as often as it should with two processes, and never twice at once', async () => {
    const world = await build(12, (each) => {
      each.pollMs = 5 * minute
    })
    world.launch(0.1)
    world.launch(0.9)
    await world.clock.advance(48 * hour)

    expect(overlaps(world.attempts)).toEqual([])
    for (const {storeId} of world.accounts) {
      const syncs = world.of('sync', storeId)
      expect(done(syncs)).toHaveLength(syncs.length)
      // Every two hours, once for each of two nights, and once at the beginning.
      expect(syncs.length).toBeGreaterThanOrEqual(26)
      expect(syncs.length).toBeLessThanOrEqual(28)
      const nights = syncs.filter(({full}) => full === true).map(({begin}) => new Date(begin))
      expect(nights).toHaveLength(3)
      for (const night of nights.slice(1)) expect([6, 7, 8]).toContain(night.getUTCHours())
      const gaps = syncs.slice(1).map(({begin}, index) => begin - (syncs[index]?.begin ?? 0))
      expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * hour + 2 * minute)
      // A token of six hours, an hour to an hour and twenty minutes ahead of its end.
      expect(world.of('token', storeId).length).toBeGreaterThanOrEqual(8)
      expect(world.of('token', storeId).length).toBeLessThanOrEqual(11)
    }
    expect([48, 49, 50]).toContain(world.of('recover').length)
    // Both took part.
    expect(new Set(world.attempts.map(({process}) => process))).toEqual(new Set([0, 1]))
  }, 120_000)

  it('spreads the stores over the interval', async () => {
    const world = await build(40)
    world.launch()
    await world.clock.advance(6 * hour)
    const within = (from: number, to: number) =>
      world.attempts.filter(
        ({name, begin}) => name.startsWith('sync:') && begin >= start.getTime() + from && begin < start.getTime() + to,
      ).length
    // 40 stores in two hours are ten in half an hour, more or less.
    for (let at = 2 * hour; at < 6 * hour; at += hour / 2) {
      expect(within(at, at + hour / 2)).toBeGreaterThanOrEqual(3)
      expect(within(at, at + hour / 2)).toBeLessThanOrEqual(20)
    }
    // When they are served for the first time, within ten minutes, and not at once.
    const begun = world.attempts.filter(({begin}) => begin < start.getTime() + 11 * minute).map(({name}) => name)
    expect(new Set(begun.filter((name) => name.startsWith('sync:'))).size).toBe(40)
    expect(within(0, minute)).toBeLessThan(15)
  }, 60_000)

  it('lists everything once a night, however often it syncs', async () => {
    const world = await build(1, (each) => {
      each.everyMs = 10 * minute
      each.pollMs = 5 * minute
    })
    world.launch(0)
    await world.clock.advance(36 * hour)
    const syncs = done(world.of('sync', world.accounts[0]?.storeId))
    expect(syncs.length).toBeGreaterThan(200)
    // The first one, and that of the night.
    expect(syncs.filter(({full}) => full)).toHaveLength(2)
  })

  it('looks at once when it is told of something new', async () => {
    const world = await build(1)
    const {schedule} = world.launch(0)
    await world.clock.advance(minute)
    const fresh = account(7, {createdAt: world.clock.now(), updatedAt: world.clock.now()})
    world.accounts.push(fresh)
    await world.clock.advance(1_000)
    expect(world.of('sync', fresh.storeId)).toEqual([])
    schedule.look()
    await world.clock.advance(1_000)
    expect(world.of('sync', fresh.storeId)).toHaveLength(1)
  })

  it('goes on whatever is killed, stopped and started, and never does a job twice at once', async () => {
    const event = fc.record({
      after: fc.integer({min: 1, max: 90}),
      what: fc.constantFrom('kill', 'stop', 'launch', 'launch'),
      who: fc.nat(5),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(event, {minLength: 3, maxLength: 12}), async (events) => {
        const world = await build(4, (each) => each.lasts.set(each.accounts[0]?.storeId ?? '', 25 * minute))
        try {
          const processes = [world.launch(0.3)]
          for (const each of events) await happen(world, processes, each)
          if (processes.length === 0) world.launch(0)
          const before = world.clock.now().getTime()
          await world.clock.advance(3 * hour)
          expect(overlaps(world.attempts)).toEqual([])
          // However it went, everything is in step again afterwards.
          for (const {storeId} of world.accounts)
            expect(done(world.of('sync', storeId)).some(({end}) => (end ?? 0) > before)).toBe(true)
        } finally {
          await world.close()
        }
      }),
      {numRuns: 8},
    )
  }, 240_000)
})

describe('a schedule', () => {
  it('hands what a killed process had to another one, at its next look', async () => {
    const world = await build(1, (each) => each.lasts.set(each.accounts[0]?.storeId ?? '', hour))
    const first = world.launch(0)
    await world.clock.advance(15 * minute)
    expect(world.of('sync', world.accounts[0]?.storeId)).toMatchObject([{process: 0, end: null}])
    const second = world.launch(0)
    await world.clock.advance(5 * minute)
    expect(world.of('sync', world.accounts[0]?.storeId)).toHaveLength(1)
    first.kill()
    await world.clock.advance(minute)
    expect(world.of('sync', world.accounts[0]?.storeId)[1]).toMatchObject({process: second.number, end: null})
  })

  it('gives back what is under way when it is stopped, due as before and without a failure', async () => {
    const world = await build(1, (each) => each.lasts.set(each.accounts[0]?.storeId ?? '', hour))
    const first = world.launch(0)
    await world.clock.advance(15 * minute)
    await first.stop()
    const [, job] = await world.jobs.list()
    expect(job).toMatchObject({name: expect.stringMatching(/^sync:/), holder: null, outcome: null, failures: 0})
    expect(world.of('sync', world.accounts[0]?.storeId)).toMatchObject([{outcome: 'stopped'}])
    expect(first.schedule.health().alive).toBe(false)
    world.launch(0)
    await world.clock.advance(minute)
    expect(world.of('sync', world.accounts[0]?.storeId)).toHaveLength(2)
  })

  it('lets one store fail without holding up another, and tries it less and less often', async () => {
    const unreachable = () => new MeliError('MELI_UNREACHABLE', 'no connection')
    const world = await build(3, (each) => each.failing.set(each.accounts[0]?.storeId ?? '', unreachable))
    world.launch(0)
    await world.clock.advance(12 * hour)
    const [failing, ...others] = world.accounts.map(({storeId}) => world.of('sync', storeId))
    for (const other of others) expect(done(other).length).toBeGreaterThanOrEqual(6)
    const gaps = (failing ?? []).slice(1).map(({begin}, index) => begin - (failing?.[index]?.begin ?? 0))
    expect(gaps.slice(0, 6).map((gap) => Math.round(gap / minute))).toEqual([1, 2, 4, 8, 16, 32])
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * hour + minute)
    expect((await world.jobs.list()).filter(({failures}) => failures > 5)).toHaveLength(1)

    world.failing.clear()
    await world.clock.advance(3 * hour)
    expect((await world.jobs.list()).filter(({failures}) => failures > 0)).toEqual([])
  })

  it('tries an account that needs a login only when its row has changed', async () => {
    const lost = () => new MeliError('MELI_AUTHORIZATION_LOST', 'log in again')
    const world = await build(2, (each) => each.failing.set(each.accounts[0]?.storeId ?? '', lost))
    const [first] = world.accounts
    if (first === undefined) throw new Error('no account')
    world.launch(0)
    await world.clock.advance(hour)
    first.status = 'invalid'
    first.updatedAt = world.clock.now()
    await world.clock.advance(30 * hour)
    expect(world.of('sync', first.storeId)).toHaveLength(1)
    const parked = (await world.jobs.list()).find(({name}) => name === `sync:${first.storeId}`)
    expect(parked).toMatchObject({outcome: 'failed', errorCode: 'MELI_AUTHORIZATION_LOST', dueAt: never})

    world.failing.clear()
    Object.assign(first, {status: 'active', updatedAt: world.clock.now()})
    await world.clock.advance(2 * minute)
    expect(world.of('sync', first.storeId)).toMatchObject([{outcome: 'failed'}, {outcome: 'done'}])
  })

  it('begins with a store that was just connected, and forgets one that was disconnected', async () => {
    const world = await build(1)
    world.launch(0)
    await world.clock.advance(hour)
    const fresh = account(7, {createdAt: world.clock.now(), updatedAt: world.clock.now()})
    world.accounts.push(fresh)
    await world.clock.advance(2 * minute)
    expect(done(world.of('sync', fresh.storeId))).toHaveLength(1)
    world.accounts.pop()
    await world.clock.advance(2 * minute)
    expect((await world.jobs.list()).map(({name}) => name)).not.toContain(`sync:${fresh.storeId}`)
  })

  it('leaves accounts of other applications alone', async () => {
    const world = await build(1)
    world.accounts.push(account(8, {clientId: '9999'}))
    world.launch(0)
    await world.clock.advance(3 * hour)
    expect(world.of('sync', world.accounts[1]?.storeId)).toEqual([])
    expect(world.of('token', world.accounts[1]?.storeId)).toEqual([])
  })

  it('comes sooner when it is told to, though the jobs were planned by another interval', async () => {
    const world = await build(1, (each) => {
      each.everyMs = 24 * hour
    })
    await (async () => {
      const slow = world.launch(0)
      await world.clock.advance(hour)
      await slow.stop()
    })()
    world.everyMs = 10 * minute
    world.launch(0)
    await world.clock.advance(hour)
    expect(world.of('sync', world.accounts[0]?.storeId).length).toBeGreaterThanOrEqual(6)
  })

  it('works again when the database was in the way for a while, and writes what it could not', async () => {
    const world = await build(1)
    const process = world.launch(0)
    await world.clock.advance(30 * minute)
    const spoiled = new Error('disk I/O error')
    const jobs = Object.getPrototypeOf(world.jobs)
    const finish = jobs.finish
    jobs.finish = async () => Promise.reject(spoiled)
    try {
      await world.clock.advance(2 * hour)
    } finally {
      jobs.finish = finish
    }
    const before = world.of('sync', world.accounts[0]?.storeId).length
    await world.clock.advance(2 * minute)
    expect((await world.jobs.list()).every(({holder}) => holder === null)).toBe(true)
    await world.clock.advance(4 * hour)
    expect(world.of('sync', world.accounts[0]?.storeId).length).toBeGreaterThan(before)
    expect(process.schedule.health().alive).toBe(true)
  })
})

const refused = () =>
  new MeliError('MELI_FORBIDDEN', 'Mercado Libre answered 403: At least one policy returned UNAUTHORIZED.')
const unreachable = () => new MeliError('MELI_UNREACHABLE', 'no connection')

/** A world of one store, and what stands for its resources. */
async function shop(): Promise<{world: World; storeId: string; of: (resource: string) => Attempt[]}> {
  const world = await build(1)
  const storeId = world.accounts[0]?.storeId ?? ''
  return {world, storeId, of: (resource) => world.of(resource, storeId)}
}

function gapsOf(attempts: readonly Attempt[]): number[] {
  return attempts.slice(1).map(({begin}, index) => (begin - (attempts[index]?.begin ?? 0)) / minute)
}

describe('what is sold', () => {
  it('comes with the products, behind them and as often, with two processes and never twice at once', async () => {
    const world = await build(6)
    world.launch(0.1)
    world.launch(0.9)
    await world.clock.advance(24 * hour)
    expect(overlaps(world.attempts)).toEqual([])
    for (const {storeId} of world.accounts) {
      const [products, ...others] = ['sync', ...sold].map((kind) => world.of(kind, storeId))
      for (const syncs of others) {
        expect(done(syncs)).toHaveLength(syncs.length)
        expect(syncs.length).toBeGreaterThanOrEqual(12)
        // A night's listing of the products brings nothing else along.
        expect(syncs.length).toBeLessThanOrEqual(products?.length ?? 0)
        expect(Math.max(...gapsOf(syncs))).toBeLessThanOrEqual(122)
      }
      const firsts = [products, ...others].map((syncs) => syncs?.[0]?.begin ?? 0)
      expect(firsts).toEqual(firsts.toSorted((one, other) => one - other))
    }
  })

  it('is synced without orders where the application may not read them, and nothing fails or is told twice', async () => {
    const {world, storeId, of} = await shop()
    world.failing.set(`${storeId} orders`, refused)
    world.launch(0)
    await world.clock.advance(24 * hour)
    for (const resource of ['sync', 'questions', 'shipments']) {
      expect(done(of(resource))).toHaveLength(of(resource).length)
      expect(of(resource).length).toBeGreaterThanOrEqual(12)
    }
    // Asked for at each turn, so that a permission is noticed, and no more often.
    expect(of('orders').length).toBeLessThanOrEqual(14)
    expect(done(of('orders'))).toEqual([])
    expect((await world.jobs.list()).find(({name}) => name.startsWith('sync:'))).toMatchObject({
      ...{outcome: 'done', failures: 0, errorCode: null},
    })
    const told = () => world.log.filter(({resource}) => resource === 'orders')
    expect(told()).toMatchObject([{level: 'warn', error_code: 'MELI_FORBIDDEN', job: `sync:${storeId}`}])

    world.failing.clear()
    await world.clock.advance(2 * hour)
    expect(done(of('orders'))).toHaveLength(1)
    expect(told().at(-1)).toMatchObject({level: 'info', message: 'orders are up to date again'})
  })

  it('is tried again less and less often where it fails, without the products and what else is in step', async () => {
    const {world, storeId, of} = await shop()
    world.launch(0)
    await world.clock.advance(3 * hour)
    const [products, questions] = [of('sync').length, of('questions').length]
    const from = world.clock.now().getTime()
    world.failing.set(`${storeId} orders`, unreachable)
    await world.clock.advance(12 * hour)
    const tries = of('orders').filter(({begin}) => begin >= from)
    expect(
      gapsOf(tries)
        .slice(0, 5)
        .map((gap) => Math.round(gap)),
    ).toEqual([1, 2, 4, 8, 16])
    // As often as if nothing failed.
    expect(of('sync').length - products).toBeGreaterThanOrEqual(6)
    expect(of('sync').length - products).toBeLessThanOrEqual(7)
    expect(of('questions').length - questions).toBeLessThanOrEqual(7)
    expect(Math.max(...gapsOf(of('sync')))).toBeLessThanOrEqual(122)
    expect((await world.jobs.list()).every(({failures}) => failures === 0)).toBe(true)

    world.failing.clear()
    await world.clock.advance(2 * hour + minute)
    expect(of('orders').at(-1)?.outcome).toBe('done')
  })

  it('has shipments looked for again when the orders that name them came late', async () => {
    const {world, storeId, of} = await shop()
    world.failing.set(`${storeId} orders`, unreachable)
    world.launch(0)
    // The first turn, and the first try again.
    await world.clock.advance(11 * minute)
    world.failing.clear()
    await world.clock.advance(35 * minute)
    const brought = done(of('orders'))[0]?.end ?? Number.POSITIVE_INFINITY
    expect(done(of('shipments')).some(({begin}) => begin >= brought)).toBe(true)
    expect(of('questions')).toHaveLength(1)
  })

  it('is synced though the products fail, which the job fails with', async () => {
    const {world, storeId, of} = await shop()
    world.failing.set(storeId, unreachable)
    world.launch(0)
    await world.clock.advance(30 * minute)
    expect(done(of('sync'))).toEqual([])
    for (const resource of sold) expect(done(of(resource))).toHaveLength(1)
    const job = (await world.jobs.list()).find(({name}) => name.startsWith('sync:'))
    expect(job).toMatchObject({outcome: 'failed', errorCode: 'MELI_UNREACHABLE'})
  })

  it('is gone on with by another process when one is killed, without what was done already', async () => {
    const {world, storeId, of} = await shop()
    world.lasts.set(`${storeId} orders`, hour)
    const first = world.launch(0)
    await world.clock.advance(15 * minute)
    expect(of('orders')).toMatchObject([{process: 0, end: null}])
    const second = world.launch(0)
    first.kill()
    await world.clock.advance(2 * minute)
    expect(of('orders')).toMatchObject([{outcome: 'killed'}, {process: second.number, end: null}])
    expect([of('sync'), of('questions'), of('shipments')].map((each) => each.length)).toEqual([1, 1, 0])
    await world.clock.advance(hour)
    expect([of('orders'), of('shipments')].map((each) => done(each).length)).toEqual([1, 1])
    expect(overlaps(world.attempts)).toEqual([])
  })

  it('is given back when its process is to end, due as before and without a failure', async () => {
    const {world, storeId, of} = await shop()
    world.lasts.set(`${storeId} orders`, hour)
    const first = world.launch(0)
    await world.clock.advance(15 * minute)
    await first.stop()
    expect(of('orders')).toMatchObject([{outcome: 'stopped'}])
    expect(of('shipments')).toEqual([])
    const job = (await world.jobs.list()).find(({name}) => name.startsWith('sync:'))
    expect(job).toMatchObject({holder: null, outcome: null, failures: 0})
    expect(world.log.filter(({level}) => level === 'warn')).toEqual([])
    world.launch(0)
    await world.clock.advance(minute)
    expect(of('orders')).toHaveLength(2)
    expect(of('questions')).toHaveLength(1)
  })
})
