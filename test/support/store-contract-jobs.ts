import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import type {Store} from '../../src/services/ports/index.js'
import {minutes, noon} from './store-contract.js'

const ana = 'elsewhere:4211:ana'
const berta = 'elsewhere:4212:berta'

function claim(store: Store, changes: Partial<Parameters<Store['jobs']['claim']>[0]> = {}) {
  return store.jobs.claim({prefix: 'sync:', holder: ana, now: noon, until: minutes(2), ...changes})
}

function named(...jobs: Array<[string, Date]>) {
  return jobs.map(([name, dueAt]) => ({name, dueAt}))
}

const done = {outcome: 'done', errorCode: null} as const
const failed = {outcome: 'failed', errorCode: 'MELI_UNREACHABLE'} as const

/** What every adapter keeps of the work that comes round. */
export function describeJobs(name: string, open: () => Promise<Store>): void {
  describe(name, () => {
    let store: Store

    beforeEach(async () => {
      store = await open()
      await store.jobs.plan('sync:', named(['sync:a', minutes(-1)], ['sync:b', minutes(-2)], ['sync:c', minutes(1)]))
    })

    afterEach(() => store.close())

    it('begins with jobs that never ran', async () => {
      const fresh = {holder: null, startedAt: null, finishedAt: null, outcome: null, errorCode: null, failures: 0}
      expect(await store.jobs.list()).toEqual([
        {name: 'sync:a', dueAt: minutes(-1), ...fresh},
        {name: 'sync:b', dueAt: minutes(-2), ...fresh},
        {name: 'sync:c', dueAt: minutes(1), ...fresh},
      ])
      expect(await store.jobs.nextDue()).toEqual(minutes(-2))
    })

    it('hands out what is due for the longest time, each to one holder', async () => {
      expect(await claim(store)).toMatchObject({name: 'sync:b', holder: ana, startedAt: noon})
      expect(await claim(store, {holder: berta})).toMatchObject({name: 'sync:a', holder: berta})
      expect(await claim(store)).toBeUndefined()
      expect(await store.jobs.nextDue()).toEqual(minutes(1))
      expect(await claim(store, {now: minutes(1), until: minutes(3)})).toMatchObject({name: 'sync:c'})
    })

    it('keeps kinds apart by the beginning of their names, whatever signs are in it', async () => {
      await store.jobs.plan('s%nc:', named(['s%nc:x', minutes(-9)]))
      expect(await claim(store)).toMatchObject({name: 'sync:b'})
      expect(await claim(store, {prefix: 's%nc:'})).toMatchObject({name: 's%nc:x'})
      expect(await claim(store, {prefix: 'token:'})).toBeUndefined()
      await store.jobs.plan('s%nc:', [])
      expect((await store.jobs.list()).map(({name}) => name)).toEqual(['s%nc:x', 'sync:a', 'sync:b', 'sync:c'])
    })

    it('frees a lease that ran out, to the millisecond, for others', async () => {
      await claim(store)
      await claim(store)
      const justBefore = new Date(minutes(2).getTime() - 1)
      const prefix = 'sync:'
      expect(await claim(store, {prefix, holder: berta, now: justBefore, until: minutes(9)})).toMatchObject({
        name: 'sync:c',
      })
      expect(await claim(store, {holder: berta, now: justBefore, until: minutes(9)})).toBeUndefined()
      // Its own holder is late, and at it all the same.
      expect(await claim(store, {holder: ana, now: minutes(2), until: minutes(9)})).toBeUndefined()
      expect(await claim(store, {holder: berta, now: minutes(2), until: minutes(9)})).toMatchObject({name: 'sync:b'})
    })

    it('prolongs for the holder alone', async () => {
      await claim(store)
      expect(await store.jobs.prolong('sync:b', ana, minutes(5))).toBe(true)
      expect(await store.jobs.prolong('sync:b', berta, minutes(50))).toBe(false)
      expect(await store.jobs.prolong('sync:a', ana, minutes(50))).toBe(false)
      await claim(store, {holder: berta, now: minutes(3), until: minutes(9)})
      await claim(store, {holder: berta, now: minutes(3), until: minutes(9)})
      expect(await claim(store, {holder: berta, now: minutes(3), until: minutes(9)})).toBeUndefined()
      expect(await claim(store, {holder: berta, now: minutes(5), until: minutes(9)})).toMatchObject({name: 'sync:b'})
      expect(await store.jobs.prolong('sync:b', ana, minutes(50))).toBe(false)
    })

    it('counts failures in a row, and forgets them with a success', async () => {
      for (const failures of [1, 2]) {
        await claim(store)
        expect(await store.jobs.finish('sync:b', ana, {...failed, at: noon, dueAt: minutes(-5)})).toBe(true)
        expect((await store.jobs.list())[1]).toMatchObject({...failed, failures, holder: null, finishedAt: noon})
      }
      await claim(store)
      await store.jobs.finish('sync:b', ana, {...done, at: minutes(1), dueAt: minutes(120)})
      expect((await store.jobs.list())[1]).toEqual({
        ...{name: 'sync:b', dueAt: minutes(120), holder: null, startedAt: noon, finishedAt: minutes(1)},
        ...{...done, failures: 0},
      })
    })

    it('writes nothing for somebody who has lost the lease', async () => {
      await claim(store)
      await claim(store, {holder: berta, now: minutes(3), until: minutes(9)})
      const before = await store.jobs.list()
      expect(await store.jobs.finish('sync:b', ana, {...failed, at: minutes(3), dueAt: minutes(99)})).toBe(false)
      await store.jobs.release('sync:b', ana)
      expect(await store.jobs.list()).toEqual(before)
    })

    it('gives a lease back with the job due as before', async () => {
      await claim(store)
      await store.jobs.release('sync:b', ana)
      expect((await store.jobs.list())[1]).toMatchObject({holder: null, dueAt: minutes(-2), outcome: null, failures: 0})
      expect(await claim(store, {holder: berta})).toMatchObject({name: 'sync:b'})
    })

    it('plans what is new, lets alone what is there, and drops what is gone unless somebody is at it', async () => {
      await claim(store)
      await store.jobs.plan('sync:', named(['sync:a', minutes(77)], ['sync:d', minutes(4)]))
      expect((await store.jobs.list()).map(({name, dueAt}) => [name, dueAt])).toEqual([
        ['sync:a', minutes(-1)],
        ['sync:b', minutes(-2)],
        ['sync:d', minutes(4)],
      ])
      await store.jobs.finish('sync:b', ana, {...done, at: noon, dueAt: minutes(3)})
      await store.jobs.plan('sync:', [])
      expect(await store.jobs.list()).toEqual([])
      expect(await store.jobs.nextDue()).toBeNull()
    })

    it('is moved to another time, unless somebody is at it', async () => {
      await claim(store)
      await store.jobs.reschedule('sync:a', minutes(40))
      await store.jobs.reschedule('sync:b', minutes(40))
      await store.jobs.reschedule('sync:nothing', minutes(40))
      expect((await store.jobs.list()).map(({dueAt}) => dueAt)).toEqual([minutes(40), minutes(-2), minutes(1)])
    })

    it('can be probed for reading and writing', async () => {
      await store.probe(noon)
      await store.probe(minutes(1))
    })
  })
}
