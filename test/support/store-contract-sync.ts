import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {newHolder} from '../../src/core/holder.js'
import type {Checkpoint, OpenedRun, Store, SyncKind, SyncOutcome} from '../../src/services/ports/index.js'
import {knowsTheDead, otherLiveHolder} from './holders.js'
import {buyer, minutes, noon, product, seller} from './store-contract.js'

const stranger = 'elsewhere:4211:cafe'
const rival = 'elsewhere:4212:beef'
const none = {created: 0, updated: 0, unchanged: 0, partial: 0}

export function checkpoint(changes: Partial<Checkpoint> = {}): Checkpoint {
  return {...{scan: 1, slice: 0, sliced: false, cursor: null, total: 0, listed: false}, ...changes}
}

export type OpenRequest = Parameters<Store['syncLedger']['open']>[0]

/** Opens a run and fails when somebody else has it. */
export async function openRun(store: Pick<Store, 'syncLedger'>, changes: Partial<OpenRequest> = {}) {
  const opened = await tryOpen(store, changes)
  if (!opened.opened) throw new Error(`held by ${opened.holder}`)
  return opened
}

export function tryOpen(store: Pick<Store, 'syncLedger'>, changes: Partial<OpenRequest> = {}): Promise<OpenedRun> {
  const whose = {resource: 'products', userId: seller, kind: 'full', restart: false, holder: stranger} as const
  return store.syncLedger.open({...whose, now: noon, until: minutes(1), ...changes})
}

function end(store: Store, runId: string, outcome: SyncOutcome = 'complete', watermark: Date | null = null) {
  return store.syncLedger.finish(runId, {outcome, watermark, counts: {listed: 3}, at: minutes(5)})
}

/** What every adapter keeps of syncs. */
export function describeSyncStore(
  name: string,
  open: () => Promise<{store: Store; again: () => Promise<Store>}>,
): void {
  describe(name, () => {
    let store: Store
    let again: () => Promise<Store>

    beforeEach(async () => {
      const opened = await open()
      store = opened.store
      again = opened.again
    })

    afterEach(() => store.close())

    describe('the ledger', () => {
      it('begins a run that knows nothing yet', async () => {
        const {run, resumed} = await openRun(store)
        expect(resumed).toBe(false)
        expect(run).toEqual({
          ...{id: expect.any(String), resource: 'products', userId: seller, kind: 'full', outcome: null},
          ...{startedAt: noon, finishedAt: null, watermark: null, checkpoint: checkpoint(), counts: {}},
          holder: stranger,
        })
        expect(await store.syncLedger.counts(run.id)).toEqual({listed: 0, failed: 0, ...none})
        expect(await store.syncLedger.recent({limit: 5})).toEqual([run])
        expect(await store.syncLedger.lastComplete('products', seller)).toBeUndefined()
      })

      it('refuses a second holder until the lease has expired, to the millisecond', async () => {
        const {run} = await openRun(store)
        const before = new Date(minutes(1).getTime() - 1)
        const refused = {opened: false, runId: run.id, holder: stranger, until: minutes(1)}
        expect(await tryOpen(store, {holder: rival, now: before})).toEqual(refused)
        const taken = await tryOpen(store, {holder: rival, now: minutes(1), until: minutes(2)})
        expect(taken).toMatchObject({opened: true, resumed: true, run: {id: run.id, holder: rival}})
        expect(await store.syncLedger.prolong(run.id, stranger, minutes(9))).toBe(false)
      })

      it('keeps the lease of another process that is alive here, whatever the clock says', async () => {
        await openRun(store, {holder: otherLiveHolder()})
        // On macOS and Windows it is not known that it is alive.
        expect(await tryOpen(store, {holder: rival, now: minutes(15)})).toMatchObject({opened: !knowsTheDead})
      })

      it('frees what this process left behind when its lease has expired', async () => {
        await openRun(store, {holder: newHolder()})
        expect(await tryOpen(store, {holder: rival, now: minutes(15)})).toMatchObject({opened: true})
      })

      it('has a lease for each seller and each resource', async () => {
        await openRun(store)
        expect(await tryOpen(store, {holder: rival, userId: buyer})).toMatchObject({opened: true})
        expect(await tryOpen(store, {holder: rival, resource: 'orders'})).toMatchObject({opened: true})
      })

      it('keeps the lease for who prolongs it', async () => {
        const {run} = await openRun(store)
        expect(await store.syncLedger.prolong(run.id, stranger, minutes(4))).toBe(true)
        expect(await tryOpen(store, {holder: rival, now: minutes(3)})).toMatchObject({until: minutes(4)})
        await end(store, run.id)
        expect(await store.syncLedger.prolong(run.id, stranger, minutes(9))).toBe(false)
      })

      it('frees the lease when the run ends, however it ends', async () => {
        const outcomes = ['complete', 'incomplete', 'failed', 'interrupted'] as const
        for (const [userId, outcome] of outcomes.entries()) {
          const {run} = await openRun(store, {userId})
          await end(store, run.id, outcome)
          expect(await tryOpen(store, {userId, holder: rival})).toMatchObject({opened: true})
        }
      })

      it('lets one of twenty connections win', async () => {
        const stores = await Promise.all(Array.from({length: 20}, again))
        const opened = await Promise.all(
          stores.map((one, index) => tryOpen(one, {holder: `elsewhere:${index}:x`, until: minutes(1)})),
        )
        await Promise.all(stores.map((one) => one.close()))
        expect(opened.filter((one) => one.opened)).toHaveLength(1)
      })

      it('notes ids once, with the checkpoint behind them', async () => {
        const {run} = await openRun(store)
        const {syncLedger} = store
        const behind = checkpoint({cursor: 'scroll-1', total: 4})
        expect(await syncLedger.note(run.id, ['MEC3', 'MEC1', 'MEC1'], behind)).toEqual({
          listed: 2,
          fresh: ['MEC3', 'MEC1'],
        })
        expect(await syncLedger.note(run.id, ['MEC1', 'MEC2'], behind)).toEqual({listed: 1, fresh: ['MEC2']})
        expect(await syncLedger.note(run.id, [], checkpoint({total: 4, listed: true}))).toEqual({
          listed: 0,
          fresh: [],
        })
        expect(await syncLedger.pending(run.id, 2, null)).toEqual(['MEC1', 'MEC2'])
        expect(await syncLedger.pending(run.id, 2, 'MEC2')).toEqual(['MEC3'])
        expect(await syncLedger.counts(run.id)).toMatchObject({listed: 3})
        await syncLedger.note(run.id, [], behind)
        expect(await syncLedger.recent({limit: 1})).toMatchObject([{checkpoint: behind}])
      })

      it('tells one listing from the next', async () => {
        const {run} = await openRun(store)
        const {syncLedger} = store
        await syncLedger.note(run.id, ['MEC1', 'MEC2'], checkpoint())
        const second = checkpoint({scan: 2})
        expect(await syncLedger.note(run.id, ['MEC2', 'MEC3'], second)).toEqual({listed: 2, fresh: ['MEC3']})
        expect(await syncLedger.note(run.id, ['MEC2'], second)).toEqual({listed: 0, fresh: []})
        expect(await syncLedger.counts(run.id)).toMatchObject({listed: 2})
        await syncLedger.fail(run.id, [
          {id: 'MEC1', status: 404, message: 'gone'},
          {id: 'MEC3', status: 500, message: 'broken'},
        ])
        expect(await syncLedger.missing(run.id, 9)).toEqual([{id: 'MEC3', status: 500, message: 'broken'}])
        expect(await syncLedger.counts(run.id)).toMatchObject({listed: 2, failed: 1})
      })

      it('removes what the last listing did not name, though one before it did', async () => {
        const {run} = await openRun(store)
        const {syncLedger} = store
        const seen = {runId: run.id, at: noon}
        await syncLedger.note(run.id, ['MEC1', 'MEC2'], checkpoint())
        const known = ['MEC1', 'MEC2', 'MEC3'].map((id) => product({id}))
        await store.productSink(seller).save(known, seen)
        await syncLedger.note(run.id, ['MEC2'], checkpoint({scan: 2}))
        expect(await store.productSink(seller).removeUnlisted(seen)).toBe(2)
      })

      it('tells what became of each id, also when a save came after a failure or before it', async () => {
        const {run} = await openRun(store)
        const {syncLedger} = store
        const seen = {runId: run.id, at: noon}
        await syncLedger.note(run.id, ['MEC1', 'MEC2', 'MEC3'], checkpoint())
        const refused = (id: string) => ({id, status: 500, message: 'broken'})
        await syncLedger.fail(run.id, [refused('MEC1'), refused('MEC2')])
        await store.productSink(seller).save([product({id: 'MEC1', partial: true}), product({id: 'MEC3'})], seen)
        await syncLedger.fail(run.id, [refused('MEC3')])
        expect(await syncLedger.missing(run.id, 9)).toEqual([refused('MEC2')])
        expect(await syncLedger.pending(run.id, 9, null)).toEqual([])
        const counts = {listed: 3, failed: 1, created: 2, updated: 0, unchanged: 0, partial: 1}
        expect(await syncLedger.counts(run.id)).toEqual(counts)
      })

      it('does not call what was created unchanged when it is saved again', async () => {
        const {run} = await openRun(store)
        for (const at of [noon, minutes(1)]) await store.productSink(seller).save([product()], {runId: run.id, at})
        expect(await store.syncLedger.counts(run.id)).toMatchObject({created: 1, unchanged: 0})
      })

      it.each(['interrupted', 'failed', null] as const)('goes on with a run that ended as %s', async (outcome) => {
        const {run} = await openRun(store)
        const {syncLedger} = store
        const behind = checkpoint({cursor: 'scroll-9', total: 3})
        await syncLedger.note(run.id, ['MEC1', 'MEC2', 'MEC3'], behind)
        await store.productSink(seller).save([product({id: 'MEC1'})], {runId: run.id, at: noon})
        await syncLedger.fail(run.id, [{id: 'MEC2', status: 500, message: 'broken'}])
        if (outcome !== null) await end(store, run.id, outcome)

        const resumed = await openRun(store, {holder: rival, now: minutes(9), until: minutes(10)})
        expect(resumed).toMatchObject({resumed: true, run: {id: run.id, outcome: null, finishedAt: null}})
        expect(resumed.run.checkpoint).toEqual(behind)
        expect(await syncLedger.pending(run.id, 9, null)).toEqual(['MEC2', 'MEC3'])
        expect(await syncLedger.counts(run.id)).toMatchObject({listed: 3, failed: 0, created: 1})
      })

      const others: [string, Partial<OpenRequest>][] = [
        ['when it is told to', {restart: true}],
        ['when the kind is another', {kind: 'incremental'}],
      ]
      it.each(others)('begins anew %s, and ends the run before', async (_, changes) => {
        const {run} = await openRun(store)
        await store.syncLedger.note(run.id, ['MEC1'], checkpoint())
        const next = await openRun(store, {now: minutes(2), until: minutes(3), ...changes})
        expect(next).toMatchObject({resumed: false})
        expect(await store.syncLedger.recent({limit: 9})).toMatchObject([
          {id: next.run.id, outcome: null},
          {id: run.id, outcome: 'interrupted', finishedAt: minutes(2)},
        ])
        expect(await store.syncLedger.pending(run.id, 9, null)).toEqual([])
        await end(store, next.run.id)
        // The one before is past: it is not gone on with, though it never came to its end.
        expect(await openRun(store)).toMatchObject({resumed: false})
      })

      it.each(['complete', 'incomplete'] as const)('forgets the ids of a run that ended %s', async (outcome) => {
        const {run} = await openRun(store)
        await store.syncLedger.note(run.id, ['MEC1'], checkpoint())
        await end(store, run.id, outcome)
        expect(await store.syncLedger.counts(run.id)).toMatchObject({listed: 0})
        expect(await openRun(store)).toMatchObject({resumed: false})
      })

      it('finds the last complete run of a kind', async () => {
        const runs: Record<string, string> = {}
        const ends: [SyncKind, SyncOutcome][] = [
          ['full', 'complete'],
          ['incremental', 'complete'],
          ['full', 'failed'],
        ]
        for (const [kind, outcome] of ends) {
          const {run} = await openRun(store, {kind})
          runs[`${kind} ${outcome}`] = run.id
          await end(store, run.id, outcome, minutes(-3))
        }
        const {syncLedger} = store
        expect(await syncLedger.lastComplete('products', seller)).toMatchObject({
          ...{id: runs['incremental complete'], outcome: 'complete', watermark: minutes(-3)},
          ...{finishedAt: minutes(5), counts: {listed: 3}},
        })
        expect(await syncLedger.lastComplete('products', seller, 'full')).toMatchObject({id: runs['full complete']})
        expect(await syncLedger.lastComplete('orders', seller)).toBeUndefined()
        expect(await syncLedger.lastComplete('products', buyer)).toBeUndefined()
      })

      it('lists runs newest first, of one seller or of all', async () => {
        const ids = []
        for (const userId of [seller, buyer, seller]) {
          const {run} = await openRun(store, {userId, restart: true})
          ids.unshift(run.id)
        }
        const listed = async (filter: {userId?: number; limit: number}) =>
          (await store.syncLedger.recent(filter)).map(({id}) => id)
        expect(await listed({limit: 2})).toEqual(ids.slice(0, 2))
        expect(await listed({userId: seller, limit: 9})).toEqual([ids[0], ids[2]])
      })
    })
  })
}
