import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import type {PushLine, PushRow, Store} from '../../src/services/ports/index.js'
import {knowsTheDead, otherLiveHolder} from './holders.js'
import {buyer, minutes, noon, seller} from './store-contract.js'

const ana = 'elsewhere:4211:ana'
const berta = 'elsewhere:4212:berta'

function line(number: number, changes: Partial<PushLine> = {}): PushLine {
  const rest = {variationId: null, price: '19.9', quantity: 3, status: null}
  return {line: number, itemId: `MEC${number}`, sellerSku: null, ...rest, ...changes}
}

function settled(number: number, changes: Partial<PushRow> = {}) {
  const rest = {state: 'done' as const, before: {price: '10'}, errorCode: null, message: null, finishedAt: noon}
  return {line: number, itemId: null, variationId: null, ...rest, ...changes}
}

/** What every adapter keeps of files of changes. */
export function describePushes(name: string, open: () => Promise<Store>): void {
  describe(name, () => {
    let store: Store

    beforeEach(async () => {
      store = await open()
    })

    afterEach(() => store.close())

    const take = (changes: Partial<Parameters<Store['pushes']['open']>[0]> = {}) => {
      const request = {userId: seller, fileHash: 'ab12', fileName: 'a.csv', restart: false, holder: ana, now: noon}
      return store.pushes.open({...request, until: minutes(10), ...changes})
    }
    const begun = async (...args: Parameters<typeof take>) => {
      const opened = await take(...args)
      if (!opened.opened) throw new Error(`held by ${opened.holder}`)
      return opened
    }
    const all = async (id: string) => {
      const rows: PushRow[] = []
      for await (const row of store.pushes.rows(id)) rows.push(row)
      return rows
    }
    const waiting = async (id: string, after = 0, limit = 9) =>
      (await store.pushes.waiting(id, {after, limit})).map((row) => row.line)

    it('begins empty, and with all that is known of the file', async () => {
      const {push, resumed} = await begun()
      expect(resumed).toBe(false)
      const about = {userId: seller, fileHash: 'ab12', fileName: 'a.csv', rows: 0, startedAt: noon}
      expect(push).toEqual({id: expect.any(String), ...about, finishedAt: null, outcome: null, holder: ana})
      expect(await store.pushes.counts(push.id)).toEqual({waiting: 0, unchanged: 0, done: 0, failed: 0})
    })

    it('hands a file of an account to one process at a time', async () => {
      const {push} = await begun()
      expect(await take({holder: berta})).toEqual({opened: false, holder: ana, until: minutes(10)})
      expect(await take({holder: berta, userId: buyer})).toMatchObject({opened: true, resumed: false})
      expect(await take({holder: berta, fileHash: 'cd34'})).toMatchObject({opened: true, resumed: false})
      const later = {holder: berta, now: minutes(11), until: minutes(20)}
      expect(await take(later)).toMatchObject({opened: true, resumed: true, push: {id: push.id, holder: berta}})
      expect(await store.pushes.prolong(push.id, ana, minutes(30))).toBe(false)
      expect(await store.pushes.prolong(push.id, berta, minutes(30))).toBe(true)
    })

    it('keeps lines as they are, and what became of them, in the order of the file', async () => {
      const {push} = await begun()
      await store.pushes.add(push.id, [
        line(3),
        line(2, {itemId: null, sellerSku: 'Ñ-1', price: null, status: 'paused'}),
      ])
      await store.pushes.recordOutcomes(push.id, [settled(2, {itemId: 'MEC7', variationId: 5})])
      await store.pushes.add(push.id, [line(2), line(9)])
      const untold = {before: null, errorCode: null, message: null, finishedAt: null, state: 'waiting'}
      expect(await all(push.id)).toEqual([
        {
          ...line(2, {itemId: 'MEC7', sellerSku: 'Ñ-1', variationId: 5, price: null, status: 'paused'}),
          ...{state: 'done', before: {price: '10'}, errorCode: null, message: null, finishedAt: noon},
        },
        {...line(3), ...untold},
        {...line(9), ...untold},
      ])
      expect(await store.pushes.counts(push.id)).toEqual({waiting: 2, unchanged: 0, done: 1, failed: 0})
      expect((await begun()).push.rows).toBe(3)
    })

    it('does not lose the item of a line that failed', async () => {
      const {push} = await begun()
      await store.pushes.add(push.id, [line(2, {variationId: 4})])
      const why = {errorCode: 'MELI_NOT_FOUND', message: 'no such item'}
      await store.pushes.recordOutcomes(push.id, [settled(2, {state: 'failed', before: null, ...why})])
      expect(await all(push.id)).toEqual([expect.objectContaining({itemId: 'MEC2', variationId: 4, ...why})])
    })

    it('gives those that wait, in order and behind a line', async () => {
      const {push} = await begun()
      await store.pushes.add(
        push.id,
        [5, 2, 4, 3].map((number) => line(number)),
      )
      await store.pushes.recordOutcomes(push.id, [settled(3), settled(4, {state: 'waiting'})])
      expect(await waiting(push.id)).toEqual([2, 4, 5])
      expect(await waiting(push.id, 2, 1)).toEqual([4])
      expect(await waiting(push.id, 5)).toEqual([])
    })

    it('gives those that wait about some items, wherever they stand', async () => {
      const {push} = await begun()
      const rows = [
        line(2, {itemId: 'MEC1'}),
        line(3),
        line(4, {itemId: 'MEC1', variationId: 7}),
        line(5),
        line(6, {itemId: 'MEC1', variationId: 8}),
      ]
      await store.pushes.add(push.id, rows)
      await store.pushes.recordOutcomes(push.id, [settled(4), settled(5, {state: 'waiting', itemId: 'MEC1'})])
      const of = async (...ids: string[]) => (await store.pushes.waitingOf(push.id, ids)).map((row) => row.line)
      expect(await of('MEC1')).toEqual([2, 5, 6])
      expect(await of('MEC3', 'MEC1', 'MEC9')).toEqual([2, 3, 5, 6])
      expect(await of()).toEqual([])
    })

    it('stays with another process that is alive here, whatever the clock says', async () => {
      await begun({holder: otherLiveHolder()})
      // On macOS and Windows it is not known that it is alive.
      expect(await take({holder: berta, now: minutes(15)})).toMatchObject({opened: !knowsTheDead})
    })

    it('is ended by its holder alone', async () => {
      const {push} = await begun()
      await begun({holder: berta, now: minutes(11), until: minutes(20)})
      await store.pushes.finish(push.id, {holder: ana, outcome: 'complete', at: minutes(12)})
      const busy = {opened: false, holder: berta}
      expect(await take({now: minutes(13), until: minutes(30)})).toMatchObject(busy)
      await store.pushes.finish(push.id, {holder: berta, outcome: 'complete', at: minutes(14)})
      expect(await begun({now: minutes(15), until: minutes(30)})).toMatchObject({resumed: false})
    })

    it('finds lines that say the same thing twice, or contradict each other', async () => {
      const {push} = await begun()
      const one = {itemId: 'MEC1', price: '5'}
      await store.pushes.add(push.id, [
        line(2, {...one, variationId: 1}),
        line(3, {...one, variationId: 2}),
        line(4, {...one, variationId: 2, price: null}),
        line(5, {...one, variationId: 3, price: '6'}),
        line(6, {itemId: null, sellerSku: 'A'}),
        line(7, {itemId: null, sellerSku: 'A'}),
        line(8, {itemId: 'MEC2'}),
        line(9, {itemId: 'MEC2'}),
      ])
      await store.pushes.recordOutcomes(push.id, [settled(8, {state: 'failed'})])
      expect(await store.pushes.conflicts(push.id)).toEqual([
        {line: 4, first: 3, itemId: 'MEC1', variationId: 2},
        {line: 5, first: 2, itemId: 'MEC1', variationId: 3},
      ])
    })

    it('lets prices of variations differ that no line changes', async () => {
      const {push} = await begun()
      const prices = ['5', '6', '7']
      await store.pushes.add(
        push.id,
        prices.map((price, at) => line(at + 2, {itemId: 'MEC1', variationId: at + 1, price})),
      )
      await store.pushes.recordOutcomes(push.id, [
        settled(2, {state: 'unchanged', before: null}),
        settled(3, {state: 'waiting', before: {available_quantity: 1}}),
        settled(4, {state: 'unchanged', before: null}),
      ])
      expect(await store.pushes.conflicts(push.id)).toEqual([])
      await store.pushes.recordOutcomes(push.id, [settled(4, {state: 'waiting', before: {price: null}})])
      expect(await store.pushes.conflicts(push.id)).toEqual([{line: 4, first: 2, itemId: 'MEC1', variationId: 3}])
    })

    it.each(['interrupted', null] as const)('goes on with one that ended so: %s', async (outcome) => {
      const {push} = await begun()
      await store.pushes.add(push.id, [line(2), line(3), line(4)])
      await store.pushes.recordOutcomes(push.id, [settled(2), settled(4, {state: 'unchanged', before: null})])
      if (outcome !== null) await store.pushes.finish(push.id, {holder: ana, outcome, at: minutes(1)})
      const again = await begun({now: minutes(11), holder: berta})
      expect(again).toMatchObject({resumed: true, push: {id: push.id, outcome: null, finishedAt: null, rows: 3}})
      // For the last one nothing was sent, and by now it may differ.
      expect(await waiting(push.id)).toEqual([3, 4])
      const anew = await begun({now: minutes(22), restart: true})
      expect([anew.resumed, anew.push.id === push.id, await waiting(anew.push.id)]).toEqual([false, false, []])
    })

    it.each(['complete', 'incomplete'] as const)(
      'begins anew after one that is %s, and forgets its lines',
      async (outcome) => {
        const {push} = await begun()
        await store.pushes.add(push.id, [line(2)])
        await store.pushes.finish(push.id, {holder: ana, outcome, at: minutes(1)})
        expect(await all(push.id)).toHaveLength(1)
        expect((await begun({now: minutes(2)})).resumed).toBe(false)
        // Whoever pushed it may be writing its result file.
        expect(await all(push.id)).toHaveLength(1)
        await begun({fileHash: 'cd34', now: minutes(11)})
        expect(await all(push.id)).toEqual([])
      },
    )

    it('forgets an interrupted one after a day, and begins anew', async () => {
      const {push} = await begun()
      await store.pushes.add(push.id, [line(2)])
      await store.pushes.finish(push.id, {holder: ana, outcome: 'interrupted', at: noon})
      await begun({fileHash: 'cd34', now: minutes(23 * 60)})
      expect(await all(push.id)).toHaveLength(1)
      await begun({fileHash: 'ef56', now: minutes(24 * 60)})
      expect(await all(push.id)).toEqual([])
      expect(await begun({now: minutes(24 * 60)})).toMatchObject({resumed: false})
    })

    it('does not go on with one that was killed more than a day ago', async () => {
      const {push} = await begun()
      await store.pushes.add(push.id, [line(2)])
      expect(await begun({now: minutes(25 * 60)})).toMatchObject({resumed: false})
      expect(await all(push.id)).toEqual([])
    })

    it('reads many lines, each once', async () => {
      const {push} = await begun()
      await store.pushes.add(
        push.id,
        Array.from({length: 1_203}, (_, at) => line(at + 2)),
      )
      expect((await all(push.id)).map((row) => row.line)).toEqual(Array.from({length: 1_203}, (_, at) => at + 2))
    })
  })
}
