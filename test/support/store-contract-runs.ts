import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import type {Store, SyncKind, SyncOutcome} from '../../src/services/ports/index.js'
import {buyer, minutes, noon, seller} from './store-contract.js'
import {checkpoint, type OpenRequest, openRun} from './store-contract-sync.js'

const rival = 'elsewhere:4212:beef'
const hours = ['one', 'two'].map((id) => ({id, status: 0, message: 'too many'}))
const days = (count: number) => minutes(count * 24 * 60)

/** Which of the runs that are over every adapter finds, and keeps. */
export function describeRuns(name: string, open: () => Promise<Store>): void {
  describe(name, () => {
    let store: Store

    beforeEach(async () => {
      store = await open()
    })

    afterEach(() => store.close())

    it('finds the last run that has all that the service lists', async () => {
      const {syncLedger} = store
      const finished = async (outcome: SyncOutcome, failed: number, beyond: number) => {
        const {run} = await openRun(store, {restart: true})
        await syncLedger.note(run.id, [], checkpoint(beyond > 0 ? {beyond: hours.slice(0, beyond)} : {}))
        await syncLedger.finish(run.id, {outcome, watermark: noon, counts: {listed: 3, failed}, at: minutes(5)})
        return run.id
      }
      await finished('incomplete', 0, 0)
      await finished('incomplete', 2, 0)
      expect(await syncLedger.lastReached('products', seller)).toBeUndefined()
      const complete = await finished('complete', 0, 0)
      await finished('incomplete', 3, 2)
      await finished('interrupted', 2, 2)
      expect(await syncLedger.lastReached('products', seller)).toMatchObject({id: complete})
      const reached = await finished('incomplete', 2, 2)
      await finished('failed', 0, 0)
      expect(await syncLedger.lastReached('products', seller)).toMatchObject({
        ...{id: reached, outcome: 'incomplete', watermark: noon},
        checkpoint: checkpoint({beyond: hours}),
      })
      expect(await syncLedger.lastComplete('products', seller)).toMatchObject({id: complete})
      expect(await syncLedger.lastReached('products', buyer)).toBeUndefined()
      expect(await syncLedger.lastReached('orders', seller)).toBeUndefined()
      await store.cache.invalidate({resource: 'products', userId: seller}, undefined, minutes(9))
      expect(await syncLedger.lastReached('products', seller)).toBeUndefined()
    })

    it('sweeps runs of thirty days ago when another of theirs begins, but those that something is known by', async () => {
      const {syncLedger} = store
      const names = new Map<string, string>()
      const begin = async (name: string, kind: SyncKind, changes: Partial<OpenRequest> = {}) => {
        const {run} = await openRun(store, {kind, restart: true, holder: rival, ...changes})
        names.set(run.id, name)
        return run.id
      }
      const past = async (name: string, kind: SyncKind, outcome: SyncOutcome, changes: Partial<OpenRequest> = {}) => {
        const id = await begin(name, kind, changes)
        if (name === 'reached') await syncLedger.note(id, [], checkpoint({beyond: hours.slice(0, 1)}))
        const counts = {listed: 3, failed: Number(outcome === 'incomplete')}
        await syncLedger.finish(id, {outcome, watermark: null, counts, at: changes.now ?? noon})
      }
      const left = async (userId: number, resource: string) =>
        (await syncLedger.recent({userId, resource, limit: 99})).map(({id}) => names.get(id))
      await past('of another', 'full', 'failed', {userId: buyer})
      await past('of another resource', 'full', 'failed', {resource: 'orders'})
      await past('old full', 'full', 'complete')
      await past('old incremental', 'incremental', 'complete')
      await past('reached', 'full', 'incomplete')
      await past('newest full', 'full', 'complete')
      await past('incomplete changes', 'incremental', 'incomplete')
      await past('newest incremental', 'incremental', 'complete')
      await past('failed', 'full', 'failed')
      await past('short', 'full', 'incomplete')
      await begin('killed', 'incremental')
      await past('interrupted', 'full', 'interrupted')
      await past('young', 'full', 'failed', {now: days(5)})
      expect(await left(seller, 'products')).toHaveLength(11)

      await past('the thirtieth day', 'full', 'failed', {now: days(30)})
      expect(await left(seller, 'products')).toHaveLength(12)
      await begin('now', 'full', {now: new Date(days(30).getTime() + 1)})
      const kept = ['short', 'newest incremental', 'incomplete changes', 'newest full', 'reached']
      expect(await left(seller, 'products')).toEqual(['now', 'the thirtieth day', 'young', ...kept])
      expect(await left(buyer, 'products')).toEqual(['of another'])
      expect(await left(seller, 'orders')).toEqual(['of another resource'])
    })

    it('goes on with a run that was interrupted long ago', async () => {
      const {run} = await openRun(store)
      await store.syncLedger.note(run.id, ['MEC1'], checkpoint())
      await store.syncLedger.finish(run.id, {outcome: 'interrupted', watermark: null, counts: {}, at: noon})
      const later = days(90)
      expect(await openRun(store, {now: later, until: later})).toMatchObject({resumed: true, run: {id: run.id}})
      expect(await store.syncLedger.pending(run.id, 9, null)).toEqual(['MEC1'])
    })
  })
}
