import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import type {NewWrite, Store, WriteOutcome} from '../../src/services/ports/index.js'
import {buyer, minutes, noon, seller} from './store-contract.js'

export function newWrite(changes: Partial<NewWrite> = {}): NewWrite {
  return {
    at: noon,
    userId: seller,
    nickname: 'TIENDA_QUITO',
    isTestUser: false,
    command: 'stock set',
    action: 'stock',
    subject: 'MEC600000001',
    variationId: null,
    method: 'PUT',
    path: '/items/MEC600000001',
    body: '{"available_quantity":3}',
    before: {available_quantity: 5},
    after: {available_quantity: 3},
    undoes: null,
    pushId: null,
    holder: 'workstation:4211:uuid',
    ...changes,
  }
}

const done: WriteOutcome = {at: minutes(1), outcome: 'done', status: 200, errorCode: null, message: null}
const refused: WriteOutcome = {...done, outcome: 'refused', status: 400, errorCode: 'MELI_API_REJECTED', message: 'no'}

/** What every adapter keeps of what was changed at the service. */
export function describeWriteLog(name: string, open: () => Promise<{store: Store; again: () => Promise<Store>}>): void {
  describe(name, () => {
    let store: Store
    let again: () => Promise<Store>

    beforeEach(async () => {
      const opened = await open()
      store = opened.store
      again = opened.again
    })

    afterEach(() => store.close())

    const ids = async (filter: Partial<Parameters<Store['writeLog']['list']>[0]> = {}) =>
      (await store.writeLog.list({limit: 9, ...filter})).map(({id}) => id)

    it('keeps a write before its end, and its end after', async () => {
      const id = await store.writeLog.begin(newWrite())
      expect(await store.writeLog.find(id)).toEqual({...newWrite(), id, end: null, undoneBy: null})
      await store.writeLog.end(id, done)
      expect(await store.writeLog.find(id)).toEqual({...newWrite(), id, end: done, undoneBy: null})
      expect(await store.writeLog.find(id + 1)).toBeUndefined()
    })

    it('keeps what nobody knows as null', async () => {
      const bare = {body: null, before: null, after: null}
      const whole = {variationId: 174_997_747_229, undoes: 1, pushId: 'push-1'}
      const id = await store.writeLog.begin(newWrite({...bare, ...whole}))
      expect(await store.writeLog.find(id)).toMatchObject({...bare, ...whole})
    })

    it('lets the first end stand', async () => {
      const id = await store.writeLog.begin(newWrite())
      await store.writeLog.end(id, refused)
      await store.writeLog.end(id, done)
      expect(await store.writeLog.find(id)).toMatchObject({end: refused})
    })

    it('has no end without a write', async () => {
      await expect(store.writeLog.end(404, done)).rejects.toThrow()
    })

    it('lists the newest first, by account and subject, on from any of them', async () => {
      const first = await store.writeLog.begin(newWrite())
      const second = await store.writeLog.begin(newWrite({userId: buyer}))
      const third = await store.writeLog.begin(newWrite({subject: 'MEC2'}))
      const fourth = await store.writeLog.begin(newWrite())
      expect(await ids()).toEqual([fourth, third, second, first])
      expect(await ids({limit: 2})).toEqual([fourth, third])
      expect(await ids({before: third})).toEqual([second, first])
      expect(await ids({userId: seller})).toEqual([fourth, third, first])
      expect(await ids({userId: seller, subject: 'MEC600000001', before: fourth})).toEqual([first])
      expect(await ids({isTestUser: true})).toEqual([])
      expect(await store.writeLog.count({})).toBe(4)
      expect(await store.writeLog.count({userId: seller, isTestUser: false, subject: 'MEC600000001'})).toBe(2)
    })

    it('lists and counts what was begun at a time or later', async () => {
      const [early, noon] = [new Date('2026-03-01T11:59:59.999Z'), new Date('2026-03-01T12:00:00.000Z')]
      const first = await store.writeLog.begin(newWrite({at: noon, subject: 'MEC2'}))
      await store.writeLog.begin(newWrite({at: early}))
      const last = await store.writeLog.begin(newWrite({at: noon}))
      expect(await ids({since: noon})).toEqual([last, first])
      expect(await ids({since: noon, subject: 'MEC2'})).toEqual([first])
      expect(await store.writeLog.count({since: noon})).toBe(2)
      expect(await store.writeLog.count({since: early})).toBe(3)
    })

    it('tells by which write one was taken back, and not by one that came to nothing', async () => {
      const id = await store.writeLog.begin(newWrite())
      const undo = () => store.writeLog.begin(newWrite({undoes: id}))
      await store.writeLog.end(await undo(), refused)
      await store.writeLog.end(await undo(), {...refused, outcome: 'failed', status: null})
      expect(await store.writeLog.find(id)).toMatchObject({undoneBy: null})
      const [lost, last] = [await undo(), await undo()]
      await store.writeLog.end(lost, {...done, outcome: 'unknown', status: null})
      expect(await store.writeLog.find(id)).toMatchObject({undoneBy: last})
      await store.writeLog.end(last, refused)
      expect(await store.writeLog.find(id)).toMatchObject({undoneBy: lost})
    })

    it('tells what a push changed, or may have, of some items or of all', async () => {
      const push = {userId: seller, pushId: 'push-1'}
      const write = (subject: string, pushId: string | null = 'push-1', userId = seller) =>
        store.writeLog.begin(newWrite({subject, pushId, userId}))
      const carriedOut = await write('MEC1')
      await store.writeLog.end(carriedOut, done)
      await store.writeLog.end(await write('MEC1'), refused)
      await store.writeLog.end(await write('MEC1'), {...refused, outcome: 'failed', status: null})
      const lost = await write('MEC2')
      await store.writeLog.end(lost, {...done, outcome: 'unknown', status: null})
      const cutOff = await write('MEC3')
      for (const other of [
        await write('MEC1', 'push-2'),
        await write('MEC1', null),
        await write('MEC1', 'push-1', buyer),
      ])
        await store.writeLog.end(other, done)
      const found = async (more: {subjects?: string[]; limit?: number} = {}) =>
        (await store.writeLog.ofPush({...push, ...more})).map(({id}) => id)
      expect(await found()).toEqual([cutOff, lost, carriedOut])
      expect(await found({limit: 1})).toEqual([cutOff])
      expect(await found({subjects: ['MEC1', 'MEC2', 'MEC9']})).toEqual([lost, carriedOut])
      expect(await found({subjects: []})).toEqual([])
    })

    it('gives every write a number of its own, whoever writes', async () => {
      const stores = await Promise.all(Array.from({length: 10}, again))
      const numbers = await Promise.all(stores.map(({writeLog}) => writeLog.begin(newWrite())))
      await Promise.all(stores.map((each) => each.close()))
      expect(new Set(numbers).size).toBe(10)
    })
  })
}
