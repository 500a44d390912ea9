import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import type {IncomingNotification, NotificationInbox, Store} from '../../src/services/ports/index.js'
import {deadHolder} from './holders.js'
import {buyer, minutes, noon, product, seller} from './store-contract.js'
import {shipment} from './store-contract-shipments.js'

const stranger = 'elsewhere:4211:cafe'
const rival = 'elsewhere:4212:beef'

let made = 0

export function notification(changes: Partial<IncomingNotification> = {}): IncomingNotification {
  made += 1
  return {
    ...{id: `n-${made}`, application_id: '4242', user_id: seller, topic: 'items', resource: `/items/MEC${made}`},
    ...{actions: null, sent_at: noon, attempts: 1},
    ...changes,
  }
}

/** What every adapter keeps of notifications. */
export function describeInbox(name: string, open: () => Promise<Store>): void {
  describe(name, () => {
    let store: Store
    let inbox: NotificationInbox

    beforeEach(async () => {
      store = await open()
      inbox = store.inbox
    })

    afterEach(() => store.close())

    const accept = async (changes: Partial<IncomingNotification> = {}, at = noon, waits = true) => {
      const [accepted] = await inbox.accept([{notification: notification(changes), waits}], at)
      if (accepted?.workId === undefined) throw new Error('nothing was accepted')
      return accepted
    }
    const claim = (changes: Partial<Parameters<NotificationInbox['claim']>[0]> = {}) =>
      inbox.claim({holder: stranger, limit: 10, now: noon, until: minutes(1), ...changes})
    const states = async () => (await inbox.list({limit: 99})).map(({state}) => state).reverse()
    const failure = (id: number, dueAt: Date | null) => ({id, code: 'MELI_TIMED_OUT', message: 'slow', dueAt})

    const parkAll = async (message = 'slow') => {
      for (;;) {
        const [work] = await claim({limit: 1, now: minutes(9), until: minutes(10)})
        if (work === undefined) return
        await inbox.fail([{...failure(work.id, null), message}], stranger, minutes(9))
      }
    }

    it('keeps what it accepted, as it was told', async () => {
      const {outcome, workId} = await accept({id: 'a', resource: '/items/MEC1', actions: ['created']})
      expect(outcome).toBe('accepted')
      const work = {
        ...{id: workId, application_id: '4242', user_id: seller, topic: 'items', resource: '/items/MEC1'},
        ...{actions: ['created'], sent_at: noon, received_at: noon, received: 1, state: 'waiting', failures: 0},
        ...{due_at: noon, finished_at: null, error_code: null, error_message: null},
      }
      expect(await inbox.find(workId)).toEqual(work)
      expect(await inbox.list({limit: 9})).toEqual([work])
      expect(await inbox.find(workId + 1)).toBeUndefined()
    })

    it('takes the same _id once, also within a batch and when its work is done', async () => {
      const same = {notification: notification({id: 'a', resource: '/items/MEC1'}), waits: true}
      const [first, second] = await inbox.accept([same, same], noon)
      expect(second).toEqual({outcome: 'duplicate', workId: first?.workId})
      const [work] = await claim()
      await inbox.finish([{id: work?.id ?? 0}], stranger, noon)
      expect(await inbox.accept([same], noon)).toEqual([second])
      expect(await states()).toEqual(['done'])
    })

    it('makes one piece of work of a resource that waits, and another once it is under way', async () => {
      const {workId} = await accept({resource: '/items/MEC1'})
      expect(await accept({resource: '/items/MEC1'}, minutes(1))).toEqual({outcome: 'duplicate', workId})
      expect(await inbox.find(workId)).toMatchObject({received: 2, received_at: noon})
      await claim()
      expect(await accept({resource: '/items/MEC1'})).toMatchObject({outcome: 'accepted'})
      expect(await states()).toEqual(['working', 'waiting'])
    })

    it('tells sellers and topics apart', async () => {
      for (const other of [{}, {user_id: buyer}, {topic: 'items prices'}])
        expect(await accept({resource: '/items/MEC1', ...other})).toMatchObject({outcome: 'accepted'})
    })

    it('keeps what nobody looks after, each by itself, and hands it to nobody', async () => {
      for (let n = 0; n < 2; n += 1) await accept({topic: 'questions', resource: '/questions/1'}, noon, false)
      expect(await states()).toEqual(['kept', 'kept'])
      expect(await claim()).toEqual([])
    })

    it('hands out the oldest first, and none twice', async () => {
      const ids: number[] = []
      for (const at of [minutes(2), noon, minutes(1)]) ids.push((await accept({}, at)).workId)
      const now = minutes(3)
      const first = await claim({limit: 2, now, until: minutes(4)})
      expect(first).toMatchObject([
        {id: ids[1], state: 'working'},
        {id: ids[2], state: 'working'},
      ])
      expect(await claim({holder: rival, now, until: minutes(4)})).toMatchObject([{id: ids[0]}])
      expect(await claim({now, until: minutes(4)})).toEqual([])
    })

    it('never hands out two of one resource at once, whatever their topics', async () => {
      await accept({resource: '/items/MEC1'})
      await accept({resource: '/items/MEC1', topic: 'items prices'})
      const [work] = await claim()
      expect(await claim({holder: rival})).toEqual([])
      await inbox.finish([{id: work?.id ?? 0}], stranger, noon)
      expect(await claim({holder: rival})).toMatchObject([{topic: 'items prices'}])
    })

    it('hands out nothing before it is due', async () => {
      const {workId} = await accept()
      await claim()
      expect(await inbox.fail([failure(workId, minutes(5))], stranger, noon)).toBe(1)
      const told = {
        state: 'waiting',
        failures: 1,
        due_at: minutes(5),
        error_code: 'MELI_TIMED_OUT',
        error_message: 'slow',
      }
      expect(await inbox.find(workId)).toMatchObject(told)
      expect(await inbox.nextDue()).toEqual(minutes(5))
      expect(await claim({now: new Date(minutes(5).getTime() - 1)})).toEqual([])
      expect(await claim({now: minutes(5), until: minutes(6)})).toHaveLength(1)
    })

    it('hands out again what a holder lost with its lease, to the millisecond, unless it prolongs it', async () => {
      await accept()
      await claim()
      expect(await inbox.nextDue()).toEqual(minutes(1))
      expect(await inbox.prolong(stranger, minutes(2))).toBe(1)
      expect(await claim({holder: rival, now: new Date(minutes(2).getTime() - 1)})).toEqual([])
      const [taken] = await claim({holder: rival, now: minutes(2), until: minutes(3)})
      expect(taken).toMatchObject({failures: 0})
      const id = taken?.id ?? 0
      expect(await inbox.prolong(stranger, minutes(9))).toBe(0)
      expect(await inbox.finish([{id}], stranger, minutes(2))).toBe(0)
      expect(await inbox.fail([failure(id, null)], stranger, minutes(2))).toBe(0)
      expect(await inbox.finish([{id}], rival, minutes(2))).toBe(1)
    })

    it('takes over from a process of this machine that is gone', async () => {
      await accept()
      await claim({holder: deadHolder()})
      expect(await claim({holder: rival})).toHaveLength(1)
    })

    it('finishes with what was found instead, and remembers it', async () => {
      const {workId} = await accept()
      await claim()
      const found = {code: 'MELI_NOT_FOUND', message: 'gone'}
      await inbox.finish([{id: workId, found}], stranger, minutes(1))
      const done = {state: 'done', finished_at: minutes(1), error_code: 'MELI_NOT_FOUND', error_message: 'gone'}
      expect(await inbox.find(workId)).toMatchObject(done)
    })

    it('gives back what was not begun', async () => {
      const {workId} = await accept()
      await claim()
      await inbox.release([workId], stranger, noon)
      expect(await inbox.find(workId)).toMatchObject({state: 'waiting', failures: 0})
      expect(await claim({holder: rival})).toHaveLength(1)
    })

    it('lets another that waits for the same resource stand for one that failed', async () => {
      const first = await accept({resource: '/items/MEC1'})
      await claim()
      const second = await accept({resource: '/items/MEC1'}, minutes(1))
      await inbox.fail([failure(first.workId, minutes(9))], stranger, minutes(1))
      expect(await inbox.find(first.workId)).toMatchObject({state: 'done', error_code: 'MELI_TIMED_OUT'})
      const error = {error_code: 'MELI_TIMED_OUT', error_message: 'slow'}
      const both = {state: 'waiting', received: 2, received_at: noon, failures: 1, due_at: minutes(9), ...error}
      expect(await inbox.find(second.workId)).toMatchObject(both)
    })

    it('parks, and lets parked ones wait again: by id, of a seller, or all', async () => {
      const ids: number[] = []
      for (const userId of [seller, seller, buyer]) ids.push((await accept({user_id: userId})).workId)
      const park = async () => {
        for (const {id} of await claim()) await inbox.fail([failure(id, null)], stranger, noon)
      }
      await park()
      expect(await states()).toEqual(['parked', 'parked', 'parked'])
      expect(await claim({now: minutes(99)})).toEqual([])
      expect(await inbox.replay({ids: [ids[0] ?? 0, 999]}, minutes(1))).toBe(1)
      expect(await states()).toEqual(['waiting', 'parked', 'parked'])
      expect(await inbox.find(ids[0] ?? 0)).toMatchObject({failures: 0, due_at: minutes(1)})
      expect(await inbox.replay({userId: buyer}, noon)).toBe(1)
      expect(await inbox.replay({}, noon)).toBe(1)
      expect(await states()).toEqual(['waiting', 'waiting', 'waiting'])
    })

    it('folds what is replayed into another that waits for the same', async () => {
      const {workId} = await accept({resource: '/items/MEC1'})
      await claim()
      await inbox.fail([failure(workId, null)], stranger, noon)
      const second = await accept({resource: '/items/MEC1'})
      expect(await inbox.replay({}, noon)).toBe(1)
      expect(await states()).toEqual(['done', 'waiting'])
      expect(await inbox.find(second.workId)).toMatchObject({received: 2})
    })

    it('parks one for each resource and topic, however often it is told in vain', async () => {
      const {workId} = await accept({resource: '/items/MEC1'})
      await accept({resource: '/items/MEC1', topic: 'items prices'})
      for (let time = 1; time <= 3; time += 1) {
        await parkAll(`time ${time}`)
        if (time < 3) await accept({resource: '/items/MEC1'}, minutes(time))
      }
      expect(await inbox.list({states: ['parked'], limit: 9})).toMatchObject([{topic: 'items prices'}, {id: workId}])
      expect(await inbox.find(workId)).toMatchObject({received: 3, received_at: noon, error_message: 'time 3'})
      expect(await inbox.backlog()).toMatchObject([{waiting: 0, parked: 2}])
    })

    it('keeps nothing parked of a resource that is in step after all', async () => {
      const resource = '/items/MEC1'
      for (const changes of [{resource}, {resource, topic: 'items prices'}, {}, {resource, user_id: buyer}])
        await accept(changes)
      await parkAll()
      const {workId} = await accept({resource})
      await claim()
      expect(await inbox.finish([{id: workId}], stranger, minutes(2))).toBe(1)
      expect(await states()).toEqual(['done', 'done', 'parked', 'parked', 'done'])
    })

    it('lists newest first, by state, seller and topic', async () => {
      const {workId: one} = await accept()
      const {workId: two} = await accept({user_id: buyer, topic: 'questions', resource: '/questions/1'}, noon, false)
      const listed = async (filter: Partial<Parameters<NotificationInbox['list']>[0]>) =>
        (await inbox.list({limit: 9, ...filter})).map(({id}) => id)
      expect(await listed({})).toEqual([two, one])
      expect(await listed({limit: 1})).toEqual([two])
      expect(await listed({states: ['waiting', 'parked']})).toEqual([one])
      expect(await listed({userId: buyer})).toEqual([two])
      expect(await listed({topics: ['items', 'item']})).toEqual([one])
      expect(await listed({topics: ['questions', 'items']})).toEqual([two, one])
    })

    it('tells of each arrival once, in order, also of those that joined another', async () => {
      await accept({id: 'before'})
      const from = await inbox.newestArrival()
      await accept({id: 'a', resource: '/items/MEC1'})
      await accept({id: 'b', resource: '/items/MEC1'}, minutes(1))
      await accept({id: 'b', resource: '/items/MEC1'}, minutes(2))
      await accept({id: 'c', topic: 'questions', resource: '/questions/1'}, minutes(3), false)
      const arrivals = await inbox.arrivals(from, 99)
      expect(arrivals.map(({notificationId}) => notificationId)).toEqual(['a', 'b', 'c'])
      expect(arrivals[1]).toMatchObject({receivedAt: minutes(1), work: {resource: '/items/MEC1', received: 2}})
      expect(await inbox.arrivals(arrivals[0]?.cursor ?? 0, 1)).toEqual([arrivals[1]])
      expect(await inbox.arrivals(await inbox.newestArrival(), 9)).toEqual([])
    })

    it('counts by hour, seller and outcome, and what waits by seller', async () => {
      const {workId} = await accept()
      await accept({resource: '/items/MEC1'}, minutes(1))
      await accept({resource: '/items/MEC1'}, minutes(2))
      await inbox.count([{outcome: 'unknown', userId: 0, count: 3}], minutes(59))
      await claim({limit: 1})
      await inbox.fail([failure(workId, null)], stranger, minutes(61))
      const row = (outcome: string, count: number, userId = seller, hour = noon) => ({hour, userId, outcome, count})
      expect(await inbox.tally(noon)).toEqual([
        row('unknown', 3, 0),
        row('accepted', 2),
        row('duplicate', 1),
        row('parked', 1, seller, minutes(60)),
      ])
      expect(await inbox.tally(minutes(61))).toHaveLength(1)
      expect(await inbox.backlog()).toEqual([{userId: seller, waiting: 1, working: 0, parked: 1, oldest: minutes(1)}])
    })

    /** Many at once, as the intake does it. */
    const acceptMany = async (count: number, change: (n: number) => Partial<IncomingNotification>, waits = true) => {
      const outcomes: string[] = []
      for (let n = 0; n < count; n += 500) {
        const batch = Array.from({length: Math.min(500, count - n)}, (_, at) => ({
          notification: notification(change(n + at)),
          waits,
        }))
        outcomes.push(...(await inbox.accept(batch, noon)).map(({outcome}) => outcome))
      }
      return outcomes
    }

    it('keeps the newest of one seller of what nobody looks after, and so many', async () => {
      const question = (n: number) => ({topic: 'questions', resource: `/questions/${n}`})
      await accept({...question(0), user_id: buyer}, noon, false)
      await acceptMany(11_200, question, false)
      const kept = await inbox.list({userId: seller, limit: 99_999})
      expect(kept.length).toBeLessThanOrEqual(10_500)
      await inbox.sweep(noon)
      const left = await inbox.list({userId: seller, limit: 99_999})
      expect([left.length, left.at(-1)?.resource]).toEqual([10_000, '/questions/1200'])
      expect(await inbox.list({userId: buyer, limit: 9})).toHaveLength(1)
    })

    it('lets no more wait of one seller than so many, but for what is here', async () => {
      await store.productSink(seller).patch([product({id: 'MEC7'})], noon)
      await store.shipmentSink(seller).patch([shipment({id: '7'})], noon)
      const outcomes = await acceptMany(20_100, (n) => ({resource: `/items/MEC${100 + n}`}))
      expect(outcomes.filter((outcome) => outcome === 'refused')).toHaveLength(100)
      expect(outcomes.lastIndexOf('accepted')).toBe(19_999)
      const mine = {userId: seller, count: 100, outcome: 'refused', hour: noon}
      expect(await inbox.tally(noon)).toContainEqual(mine)
      expect(await accept({resource: '/items/MEC7'})).toMatchObject({outcome: 'accepted'})
      const parcel = (id: number) => ({topic: 'shipments', resource: `/shipments/${id}`})
      expect(await accept(parcel(7))).toMatchObject({outcome: 'accepted'})
      expect(await acceptMany(1, () => parcel(8))).toEqual(['refused'])
      expect(await acceptMany(1, () => ({topic: 'orders_v2', resource: '/orders/7'}))).toEqual(['refused'])
      expect(await accept({resource: '/items/MEC100'})).toMatchObject({outcome: 'duplicate'})
      expect(await accept({resource: '/items/MEC8', user_id: buyer})).toMatchObject({outcome: 'accepted'})
      const done = await claim({limit: 3})
      await inbox.finish(done, stranger, noon)
      expect(await acceptMany(3, (n) => ({resource: `/items/MEC${n}`}))).toEqual(['accepted', 'refused', 'refused'])
    })

    it('sweeps what is done or kept and old, and no work', async () => {
      const {workId} = await accept({id: 'done'})
      await claim()
      await inbox.finish([{id: workId}], stranger, noon)
      await accept({id: 'kept', topic: 'questions', resource: '/questions/1'}, noon, false)
      await accept({id: 'waits'})
      expect(await inbox.sweep(noon)).toBe(0)
      // Two rows of work, three receipts.
      expect(await inbox.sweep(minutes(1))).toBe(5)
      expect(await states()).toEqual(['waiting'])
      expect(await inbox.arrivals(9, 9)).toEqual([])
      expect(await inbox.sweep(minutes(32 * 24 * 60))).toBe(2)
    })
  })
}
