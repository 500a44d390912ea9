import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../src/core/errors.js'
import type {Store} from '../../../src/services/ports/index.js'
import {openStore} from '../../../src/store/open.js'
import {notificationWorld, type Receiver} from '../../support/notification-world.js'
import {seller} from '../../support/store-contract.js'
import {notification} from '../../support/store-contract-notifications.js'
import {tempHomes} from '../../support/temp-home.js'

const newHome = tempHomes()

describe('the worker', () => {
  let store: Store
  let world: Awaited<ReturnType<typeof notificationWorld>>
  let receiver: Receiver
  let told = 0
  /** How often it was looked for work. */
  let looks = 0

  beforeEach(async () => {
    store = await openStore({home: newHome()})
    const {inbox} = store
    const claim = inbox.claim.bind(inbox)
    inbox.claim = (request) => {
      looks += 1
      return claim(request)
    }
    world = await notificationWorld(store)
    receiver = world.start()
    told = 0
  })

  afterEach(async () => {
    receiver.stop.abort()
    await world.clock.advance(0)
    await store.close()
  })

  const tell = async (item: string, topic?: string) => {
    told += 1
    const receiving = receiver.intake.receive(world.body(`n-${told}`, item, topic))
    // As long as what comes is let gather.
    await world.clock.advance(100)
    return receiving
  }
  const find = (id: number) => store.inbox.find(id)

  it('brings what it was told of into the catalogue, with its history', async () => {
    const {service, price, states} = world
    service.change('MEC1')
    await tell('MEC1')
    expect([await price('MEC1'), await states()]).toEqual(['1', ['done']])
    service.change('MEC1')
    await tell('MEC1', 'items_prices')
    expect(await price('MEC1')).toBe('2')
    expect(await store.catalogue.history(seller, 'MEC1')).toMatchObject([{field: 'price', before: '1', after: '2'}])
  })

  it('does what an earlier version stored in the spelling of the documentation', async () => {
    const {service, price, states, clock} = world
    service.change('MEC1')
    const stored = notification({id: 'old', topic: 'items prices', resource: '/items/MEC1'})
    await store.inbox.accept([{notification: stored, waits: true}], clock.now())
    receiver.worker.wake()
    await clock.advance(1_000)
    expect([await price('MEC1'), await states()]).toEqual(['1', ['done']])
  })

  it('fetches together what waits together, twenty at most, and each once', async () => {
    const {service, clock} = world
    service.latencyMs = 1_000
    for (let item = 1; item <= 61; item += 1) service.change(`MEC${item}`)
    for (let item = 1; item <= 61; item += 1) {
      void receiver.intake.receive(world.body(`a-${item}`, `MEC${item}`))
      void receiver.intake.receive(world.body(`b-${item}`, `MEC${item}`))
    }
    await clock.advance(5_000)
    expect(service.requests.map((ids) => ids.length)).toEqual([20, 20, 20, 1])
    expect(service.overlaps).toEqual([])
  })

  it('does not put the items of others into a seller’s catalogue', async () => {
    const {service, states} = world
    service.change('MEC1')
    service.owners.set('MEC1', 666)
    await tell('MEC1')
    expect(service.requests).toEqual([])
    expect(await store.catalogue.find(seller, 'MEC1')).toBeUndefined()
    expect(await states()).toEqual(['done'])
    expect(await find(1)).toMatchObject({error_code: 'MELI_WRONG_ACCOUNT'})
  })

  it('is done with an item that is refused and not in the catalogue, and tries again one that is', async () => {
    const {service} = world
    for (const id of ['MEC1', 'MEC2']) service.change(id)
    await tell('MEC1')
    for (const id of ['MEC1', 'MEC2']) service.refusals.set(id, 403)
    for (const id of ['MEC1', 'MEC2']) await tell(id)
    expect(await find(2)).toMatchObject({state: 'waiting', failures: 1, error_code: 'MELI_FORBIDDEN'})
    expect(await find(3)).toMatchObject({state: 'done', error_code: 'MELI_FORBIDDEN'})
  })

  it.each([404, 410])('leaves an item that answers %d to the next sync', async (status) => {
    const {service, price} = world
    service.change('MEC1')
    await tell('MEC1')
    service.refusals.set('MEC1', status)
    await tell('MEC1')
    expect(await find(2)).toMatchObject({state: 'done', error_code: 'MELI_NOT_FOUND'})
    expect(await price('MEC1')).toBe('1')
    expect(await store.productSink(seller).countLive()).toBe(1)
  })

  it('tries again what failed, later each time, and parks it after ten failures', async () => {
    const {service, clock, price} = world
    service.change('MEC1')
    for (let n = 0; n < 10; n += 1) service.failures.push(new MeliError('MELI_TIMED_OUT', 'slow'))
    await tell('MEC1')
    // With random in the middle: three quarters of 10 s, 20 s, 40 s and so on.
    expect(await find(1)).toMatchObject({state: 'waiting', failures: 1})
    await clock.advance(7_399)
    expect(service.requests).toHaveLength(1)
    await clock.advance(1)
    expect(service.requests).toHaveLength(2)
    await clock.advance(2 * 3_600_000)
    expect(await find(1)).toMatchObject({state: 'parked', failures: 10, error_code: 'MELI_TIMED_OUT'})
    await clock.advance(3_600_000)
    expect(service.requests).toHaveLength(10)
    await store.inbox.replay({}, clock.now())
    await clock.advance(1_000)
    expect([await find(1), await price('MEC1')]).toMatchObject([{state: 'done'}, '1'])
  })

  it('parks at once what only a login can help', async () => {
    const {service} = world
    service.change('MEC1')
    service.failures.push(new MeliError('MELI_AUTHORIZATION_LOST', 'log in'))
    await tell('MEC1')
    expect(await find(1)).toMatchObject({state: 'parked', failures: 1, error_code: 'MELI_AUTHORIZATION_LOST'})
  })

  it('parks what is of an account that was disconnected in the meantime', async () => {
    const {service} = world
    service.latencyMs = 1_000
    service.change('MEC1')
    service.change('MEC2')
    await tell('MEC1')
    await tell('MEC1')
    await store.accounts.remove(seller)
    await world.clock.advance(2_000)
    expect(await find(2)).toMatchObject({state: 'parked', error_code: 'MELI_ACCOUNT_UNKNOWN'})
  })

  it('fails one item without the others of its request', async () => {
    const {service, clock} = world
    service.latencyMs = 10
    for (const id of ['MEC1', 'MEC2']) service.change(id)
    service.refusals.set('MEC2', 500)
    for (const id of ['MEC1', 'MEC2']) void receiver.intake.receive(world.body(id, id))
    await clock.advance(100)
    expect(await find(1)).toMatchObject({state: 'done'})
    expect(await find(2)).toMatchObject({state: 'waiting', failures: 1, error_code: 'MELI_SERVICE_FAILING'})
  })

  it('keeps what it works on for as long as that takes', async () => {
    const {service, clock} = world
    service.latencyMs = 10 * 60_000
    service.change('MEC1')
    await tell('MEC1')
    const rival = world.start(2)
    await clock.advance(9 * 60_000)
    expect(service.requests).toHaveLength(1)
    rival.stop.abort()
    await clock.advance(60_000)
    expect(await find(1)).toMatchObject({state: 'done'})
  })

  it('waits for the end of what it works on when more is told of the same', async () => {
    const {service, clock, price} = world
    service.latencyMs = 10_000
    service.change('MEC1')
    await tell('MEC1')
    service.change('MEC1')
    await tell('MEC1')
    const before = looks
    await clock.advance(5_000)
    expect(looks - before).toBeLessThan(10)
    await clock.advance(20_000)
    expect(await price('MEC1')).toBe('2')
  })

  it('does each request under an id of its own', async () => {
    const {service, clock} = world
    receiver.stop.abort()
    await clock.advance(0)
    const ids: number[] = []
    const correlate = <T>(work: () => Promise<T>) => {
      ids.push(ids.length)
      return work()
    }
    receiver = world.start(2, {correlate})
    service.change('MEC1')
    await tell('MEC1')
    service.change('MEC1')
    await tell('MEC1')
    expect([ids.length, service.requests.length]).toEqual([2, 2])
  })

  it('gives back what it has in hand when it is stopped, without a failure', async () => {
    const {service, clock} = world
    service.latencyMs = 60_000
    service.change('MEC1')
    await tell('MEC1')
    receiver.stop.abort()
    await clock.advance(0)
    await receiver.running
    expect(await find(1)).toMatchObject({state: 'waiting', failures: 0})
  })

  it('sees within a second what another process has accepted', async () => {
    const {service, clock, price} = world
    service.change('MEC1')
    const other = world.start(2)
    other.stop.abort()
    await clock.advance(500)
    void other.intake.receive(world.body('n', 'MEC1'))
    await clock.advance(1_000)
    expect(await price('MEC1')).toBe('1')
  })

  it('is not undone by an answer that comes late', async () => {
    const {service, clock, price} = world
    service.latencyMs = 5_000
    service.change('MEC1')
    await tell('MEC1')
    service.latencyMs = 0
    service.change('MEC1')
    // A sync, or another process whose lease ran out.
    await store.productSink(seller).patch(await newest(), clock.now())
    await clock.advance(5_000)
    expect(await price('MEC1')).toBe('2')
  })

  async function newest() {
    const {signal} = new AbortController()
    const api = world.service.connect({current: async () => ''})
    const fetched = await api.items(seller).fetch(['MEC1'], signal)
    return fetched.flatMap((each) => (each.ok ? [each.record] : []))
  }
})
