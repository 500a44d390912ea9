import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import type {
  Product,
  ProductQuery,
  RecordSink,
  Store,
  StoredProduct,
  Variation,
} from '../../src/services/ports/index.js'
import {buyer, minutes, noon, product, seller, variation} from './store-contract.js'
import {checkpoint, openRun} from './store-contract-sync.js'
import {countOutcomes} from './sync/memory-ledger.js'

const counts = (created: number, updated: number, unchanged: number, partial = 0) => ({
  ...{created, updated, unchanged, partial},
})
const first = {runId: 'run-1', at: noon}
const second = {runId: 'run-2', at: minutes(10)}
const three = ['MEC1', 'MEC2', 'MEC3'].map((id) => product({id}))

/** What every adapter keeps of the local copy. */
export function describeCatalogue(name: string, open: () => Promise<Store>): void {
  describe(name, () => {
    let store: Store
    let sink: RecordSink<Product>

    beforeEach(async () => {
      store = await open()
      sink = store.productSink(seller)
    })

    afterEach(() => store.close())

    const found = async (query: Partial<ProductQuery> = {}) => {
      const rows: StoredProduct[] = []
      for await (const row of store.catalogue.products({userId: seller, ...query})) rows.push(row)
      return rows
    }
    const ids = async (query: Partial<ProductQuery> = {}) => (await found(query)).map(({id}) => id)

    describe('records', () => {
      it('are counted as created, updated or unchanged, and partial besides', async () => {
        expect(await sink.save(three, first)).toEqual(counts(3, 0, 0))
        expect(await sink.save(three, second)).toEqual(counts(0, 0, 3))
        const cheaper = product({id: 'MEC2', price: '9.90', json: '{"price":9.90}', partial: true})
        expect(await sink.save([three[0]!, cheaper, product({id: 'MEC4'})], second)).toEqual(counts(1, 1, 1, 1))
      })

      it('come back as they were saved', async () => {
        const exact = product({price: '99999999.99', last_updated: null, partial: true, json: '{"título":"Ñandú 🦩"}'})
        await sink.save([exact], first)
        const kept = {...exact, synced_at: noon, removed_at: null, stale: false}
        expect(await store.catalogue.find(seller, exact.id)).toEqual(kept)
        expect(await found()).toEqual([kept])
        expect(await store.catalogue.find(seller, 'MEC404')).toBeUndefined()
        expect(await store.catalogue.find(buyer, exact.id)).toBeUndefined()
      })

      it('come with their variations as the last answer had them, in its order', async () => {
        const red = variation(12, {name: 'Color: Rojo', price: '10.50', seller_sku: 'ROJO-1'})
        const blue = variation(11, {available_quantity: null, price: null, user_product_id: 'MECU1'})
        const both = product({variations: [red, blue]})
        await sink.save([both, product({id: 'MEC2'})], first)
        expect(await found()).toMatchObject([{variations: []}, {id: both.id, variations: [red, blue]}])
        expect(await store.catalogue.find(seller, both.id)).toMatchObject({variations: [red, blue]})
        await sink.save([both], second)
        const untold = product({variations: null, json: '{"partial":true}', partial: true})
        await sink.save([untold], second)
        expect(await store.catalogue.find(seller, both.id)).toMatchObject({variations: [red, blue]})
        await sink.save([product({variations: [{...blue, price: '9'}], json: '{"variations":1}'})], second)
        expect(await store.catalogue.find(seller, both.id)).toMatchObject({variations: [{id: 11, price: '9'}]})
        await sink.save([product({json: '{"variations":0}'})], second)
        expect(await store.catalogue.find(seller, both.id)).toMatchObject({variations: []})
      })

      it('keep the SKUs of variations that an answer left out, by the id of the variation', async () => {
        const [red, blue, green] = [
          variation(12, {seller_sku: 'ROJO'}),
          variation(11, {seller_sku: 'AZUL'}),
          variation(13),
        ]
        const bare = (each: Variation): Variation => ({...each, seller_sku: null, price: '9'})
        const sink = store.productSink(seller)
        const skus = async () =>
          (await store.catalogue.find(seller, 'MEC1'))?.variations?.map(({id, price, seller_sku}) => [
            id,
            price,
            seller_sku,
          ])
        await sink.save([product({id: 'MEC1', variations: [red, blue]})], first)
        const unknown = {id: 'MEC1', json: '{"variations":3}', variations: [blue, green, red].map(bare)}
        await sink.save([{...product(unknown), variationSkus: 'unknown'}], second)
        const kept = [
          [11, '9', 'AZUL'],
          [13, '9', null],
          [12, '9', 'ROJO'],
        ]
        expect(await skus()).toEqual(kept)
        // The old field may show one without the attributes.
        const shown = [{...bare(red), seller_sku: 'ROJO-2'}, bare(blue)]
        await sink.save([{...product({...unknown, json: '{}', variations: shown}), variationSkus: 'unknown'}], second)
        expect(await skus()).toEqual([
          [12, '9', 'ROJO-2'],
          [11, '9', 'AZUL'],
        ])
        await sink.save([product({...unknown, json: '{"told":1}'})], second)
        expect(await skus()).toEqual(kept.map(([id, price]) => [id, price, null]))
      })

      it('take the SKUs of variations that another answer supplied, though the document is the same', async () => {
        const sink = store.productSink(seller)
        const document = (sellerSku: string | null) =>
          product({id: 'MEC1', variations: [variation(11, {seller_sku: sellerSku})]})
        await sink.save([{...document(null), variationSkus: 'unknown'}], first)
        for (const sku of ['AZUL', null]) {
          await sink.patch([{...document(sku), variationSkus: 'supplied'}], noon)
          expect(await store.catalogue.find(seller, 'MEC1')).toMatchObject({variations: [{seller_sku: sku}]})
        }
      })

      it('are found by a SKU of theirs or of a variation', async () => {
        const variations = [variation(1, {seller_sku: 'AZUL-Ñ'}), variation(2, {seller_sku: 'SKU-1'}), variation(3)]
        await sink.save([product({id: 'MEC7', seller_sku: null, variations}), product({id: 'MEC8'})], first)
        await store.productSink(buyer).save([product({id: 'MEC9', user_id: buyer, variations})], first)
        expect(await store.catalogue.withSku(seller, 'AZUL-Ñ')).toEqual(['MEC7'])
        expect(await store.catalogue.withSku(seller, 'SKU-1')).toEqual(['MEC7', 'MEC8'])
        expect(await store.catalogue.withSku(seller, 'sku')).toEqual([])
        expect(await ids({search: 'azul-n'})).toEqual(['MEC7'])
        expect(await store.catalogue.count({userId: seller, search: 'azul toquilla'})).toBe(1)
      })

      it('are written anew when a column differs though the text is the same', async () => {
        await sink.save([product({partial: true})], first)
        expect(await sink.save([product()], first)).toEqual(counts(0, 1, 0))
        expect(await sink.save([product({last_updated: minutes(1)})], first)).toEqual(counts(0, 1, 0))
        expect(await sink.save([product({last_updated: null})], first)).toEqual(counts(0, 1, 0))
        expect(await sink.save([product({last_updated: null})], first)).toEqual(counts(0, 0, 1))
      })

      it('may come twice in one batch', async () => {
        expect(await sink.save([product(), product()], first)).toEqual(counts(1, 0, 1))
      })

      it('may have nothing but an id', async () => {
        const bare = {site_id: null, title: null, price: null, currency_id: null, available_quantity: null}
        const more = {sold_quantity: null, status: null, seller_sku: null, category_id: null, listing_type_id: null}
        const rest = {condition: null, permalink: null, last_updated: null, json: '{}'}
        const batch = [product({...bare, ...more, ...rest})]
        expect(await sink.save(batch, first)).toEqual(counts(1, 0, 0))
        expect(await sink.save(batch, second)).toEqual(counts(0, 0, 1))
      })

      it('are compared without being written', async () => {
        await sink.save(three, first)
        const batch = [three[0]!, product({id: 'MEC2', json: '{}'}), product({id: 'MEC9'})]
        expect(countOutcomes(await sink.compare(batch))).toEqual(counts(1, 1, 1))
        expect(countOutcomes(await sink.compare(batch))).toEqual(counts(1, 1, 1))
      })

      it('belong to one seller each', async () => {
        await sink.save([product()], first)
        const other = store.productSink(buyer)
        expect(await other.save([product({user_id: buyer})], first)).toEqual(counts(1, 0, 0))
        expect(await other.countLive()).toBe(1)
        expect(await other.liveIds(9, null)).toEqual([product().id])
        expect(countOutcomes(await sink.compare([product()]))).toEqual(counts(0, 0, 1))
      })

      it('are saved all or none, with what the ledger says of them', async () => {
        const {run} = await openRun(store)
        await store.syncLedger.note(run.id, ['MEC1', 'MEC2'], checkpoint())
        const unusable = product({id: 'MEC2', title: Symbol('not a value') as unknown as string})
        const saved = sink.save([product({id: 'MEC1'}), unusable], {runId: run.id, at: noon})
        await expect(saved).rejects.toThrow()
        expect(countOutcomes(await sink.compare([product({id: 'MEC1'})]))).toEqual(counts(1, 0, 0))
        expect(await store.syncLedger.pending(run.id, 9, null)).toEqual(['MEC1', 'MEC2'])
      })
    })

    describe('what a listing leaves out', () => {
      it('is marked removed, is kept, and is updated when it returns', async () => {
        await sink.save(three, first)
        const {run} = await openRun(store)
        await store.syncLedger.note(run.id, ['MEC1', 'MEC2'], checkpoint())
        await store.syncLedger.note(run.id, ['MEC1', 'MEC9'], checkpoint({scan: 2}))
        const seen = {runId: run.id, at: minutes(3)}
        expect(await sink.removeUnlisted(seen)).toBe(2)
        expect(await sink.removeUnlisted(seen)).toBe(0)
        expect(await sink.countLive()).toBe(1)
        expect(await ids()).toEqual(['MEC1'])
        expect(await ids({removed: true})).toEqual(['MEC1', 'MEC2', 'MEC3'])
        expect(await store.catalogue.find(seller, 'MEC2')).toMatchObject({
          removed_at: minutes(3),
          title: three[1]!.title,
        })
        expect(countOutcomes(await sink.compare([three[1]!]))).toEqual(counts(0, 1, 0))
        expect(await sink.save([three[1]!], second)).toEqual(counts(0, 1, 0))
        expect(await sink.countLive()).toBe(2)
        expect(await store.catalogue.history(seller, 'MEC2')).toEqual([
          {at: minutes(3), field: 'removed', before: 'false', after: 'true'},
          {at: minutes(10), field: 'removed', before: 'true', after: 'false'},
        ])
      })

      it('is not what was listed and could not be fetched', async () => {
        await sink.save(three, first)
        const {run} = await openRun(store)
        await store.syncLedger.note(run.id, ['MEC1', 'MEC2', 'MEC3'], checkpoint())
        await store.syncLedger.fail(run.id, [{id: 'MEC2', status: 500, message: 'broken'}])
        expect(await sink.removeUnlisted({runId: run.id, at: noon})).toBe(0)
      })

      it('is counted for a dry run without being written', async () => {
        await sink.save(three, first)
        const temporary = await store.syncLedger.temporary()
        const {run} = await openRun({syncLedger: temporary})
        await temporary.note(run.id, ['MEC1', 'MEC2', 'MEC3'], checkpoint())
        await temporary.note(run.id, ['MEC1', 'MEC3'], checkpoint({scan: 2}))
        expect(await sink.liveIds(2, null)).toEqual(['MEC1', 'MEC2'])
        expect(await sink.liveIds(2, 'MEC2')).toEqual(['MEC3'])
        expect(await temporary.countListed(run.id, ['MEC1', 'MEC2', 'MEC3', 'MEC9'])).toBe(2)
        expect(await sink.countLive()).toBe(3)
        temporary.close()
      })

      it('stands in a temporary database with what else a dry run finds, and nowhere else', async () => {
        await sink.save([three[0]!], first)
        const temporary = await store.syncLedger.temporary()
        const {run} = await openRun({syncLedger: temporary})
        await temporary.note(run.id, ['MEC1', 'MEC2'], checkpoint())
        const batch = [three[0]!, product({id: 'MEC2', partial: true})]
        for (const twice of [batch, batch])
          expect(await temporary.record(run.id, await sink.compare(twice))).toEqual(counts(1, 0, 1, 1))
        expect(await temporary.counts(run.id)).toMatchObject({listed: 2, created: 1, unchanged: 1, partial: 1})
        expect(await temporary.pending(run.id, 9, null)).toEqual([])
        expect(await store.syncLedger.recent({limit: 9})).toEqual([])
        expect(await sink.countLive()).toBe(1)
        temporary.close()
      })
    })

    describe('history', () => {
      it('tells what changed when, oldest first, and nothing else', async () => {
        const changed = product({
          price: '9.90',
          available_quantity: null,
          title: 'Otro',
          thumbnail: 'x',
          json: '{"v":2}',
        })
        await sink.save([product()], first)
        await sink.save([product()], second)
        await sink.save([changed], {runId: 'run-3', at: minutes(20)})
        await sink.save([{...changed, sold_quantity: 9, json: '{"v":3}'}], {runId: 'run-4', at: minutes(30)})
        await sink.save([{...changed, status: 'paused', json: '{"v":4}'}], {runId: 'run-5', at: minutes(40)})
        const before = product()
        expect(await store.catalogue.history(seller, before.id)).toEqual([
          {at: minutes(20), field: 'title', before: before.title, after: 'Otro'},
          {at: minutes(20), field: 'price', before: before.price, after: '9.90'},
          {at: minutes(20), field: 'available_quantity', before: '3', after: null},
          {at: minutes(40), field: 'status', before: 'active', after: 'paused'},
        ])
        expect(await store.catalogue.history(buyer, before.id)).toEqual([])
      })
    })

    describe('the catalogue', () => {
      it('gives rows in the order of their ids, as many as are asked for', async () => {
        const many = Array.from({length: 450}, (_, index) => product({id: `MEC${1000 + index}`}))
        await sink.save([...many].reverse(), first)
        expect(await ids()).toEqual(many.map(({id}) => id))
        expect(await ids({limit: 201})).toEqual(many.slice(0, 201).map(({id}) => id))
        expect(await ids({limit: 0})).toEqual([])
        expect(await store.catalogue.count({userId: seller})).toBe(450)
        expect(await store.catalogue.count({userId: seller, limit: 7})).toBe(7)
      })

      it('can be written to while it is read', async () => {
        const many = Array.from({length: 450}, (_, index) => product({id: `MEC${1000 + index}`}))
        await sink.save(many, first)
        let read = 0
        for await (const row of store.catalogue.products({userId: seller})) {
          if (read === 0) await sink.save([{...row, title: 'Otro'}], second)
          read += 1
        }
        expect(read).toBe(450)
      })

      it('finds by status and by the time of the last change', async () => {
        await sink.save(
          [
            product({id: 'MEC1', status: 'paused', last_updated: minutes(1)}),
            product({id: 'MEC2', last_updated: minutes(2)}),
            product({id: 'MEC3', last_updated: null}),
          ],
          first,
        )
        expect(await ids({status: 'paused'})).toEqual(['MEC1'])
        expect(await ids({changedSince: minutes(2)})).toEqual(['MEC2'])
        expect(await store.catalogue.count({userId: seller, status: 'active'})).toBe(2)
      })

      const searches: [string, string[]][] = [
        ['', ['MEC1', 'MEC2', 'MEC3', 'MEC4']],
        ['nandu', ['MEC1']],
        ['ÑANDÚ', ['MEC1']],
        ['rojo camara', ['MEC2']],
        ['camara verde', []],
        ['istanbul', ['MEC3']],
        ['привет', ['MEC3']],
        ['sku-ü', ['MEC4']],
        ['mec4', ['MEC4']],
        ['100%', ['MEC4']],
        ['1_0', []],
        ["o'neill", ['MEC4']],
      ]
      it.each(searches)('finds by words in any case and with or without accents: %j', async (search, expected) => {
        await sink.save(
          [
            product({id: 'MEC1', title: 'Ñandú de peluche', seller_sku: null}),
            product({id: 'MEC2', title: 'Câmara fotográfica ROJO', seller_sku: null}),
            product({id: 'MEC3', title: 'İSTANBUL Привет', seller_sku: null}),
            product({id: 'MEC4', title: "100% lana O'Neill", seller_sku: 'SKU-Ü'}),
          ],
          first,
        )
        expect(await ids({search})).toEqual(expected)
        expect(await store.catalogue.count({userId: seller, search})).toBe(expected.length)
      })
    })

    describe('the cache', () => {
      const scope = {resource: 'products', userId: seller}

      const sync = async (startedAt: Date) => {
        const {run} = await openRun(store, {now: startedAt})
        await store.syncLedger.finish(run.id, {outcome: 'complete', watermark: null, counts: {}, at: startedAt})
      }

      it('is as old as the beginning of the last complete run', async () => {
        expect(await store.cache.ageMs(scope, minutes(9))).toBeUndefined()
        await sync(noon)
        await sync(minutes(2))
        expect(await store.cache.ageMs(scope, minutes(9))).toBe(7 * 60_000)
        expect(await store.cache.ageMs(scope, noon)).toBe(0)
        expect(await store.cache.ageMs({...scope, userId: buyer}, noon)).toBeUndefined()
      })

      it('marks single products until they are fetched again', async () => {
        await sync(noon)
        await sink.save([...three, product({id: 'MEC4', partial: true})], first)
        expect(await sink.stale(9)).toEqual(['MEC4'])
        expect(await store.cache.invalidate(scope, ['MEC3', 'MEC1', 'MEC404'], minutes(1))).toBe(2)
        expect(await sink.stale(9)).toEqual(['MEC1', 'MEC3', 'MEC4'])
        expect(await sink.stale(2)).toEqual(['MEC1', 'MEC3'])
        expect(await store.catalogue.find(seller, 'MEC1')).toMatchObject({stale: true})
        expect(await store.cache.ageMs(scope, noon)).toBe(0)
        expect(await sink.save([three[0]!, product({id: 'MEC3', price: '1'})], second)).toEqual(counts(0, 1, 1))
        expect(await sink.stale(9)).toEqual(['MEC4'])
      })

      it('does not take what is removed for stale', async () => {
        await sink.save([product({partial: true})], first)
        const {run} = await openRun(store)
        await sink.removeUnlisted({runId: run.id, at: noon})
        expect(await store.cache.invalidate(scope, [product().id], noon)).toBe(0)
        expect(await sink.stale(9)).toEqual([])
      })

      it('marks thousands at once', async () => {
        const many = Array.from({length: 1_200}, (_, index) => product({id: `MEC${1000 + index}`}))
        await sink.save(many, first)
        expect(
          await store.cache.invalidate(
            scope,
            many.map(({id}) => id),
            noon,
          ),
        ).toBe(1_200)
      })

      it('forgets all complete runs when everything is invalidated', async () => {
        await sync(noon)
        await sink.save(three, first)
        await store.cache.invalidate({...scope, userId: buyer}, undefined, minutes(1))
        expect(await store.cache.ageMs(scope, minutes(1))).toBe(60_000)
        expect(await store.cache.invalidate(scope, undefined, minutes(1))).toBe(3)
        expect(await store.cache.ageMs(scope, minutes(1))).toBeUndefined()
        expect(await store.syncLedger.lastComplete('products', seller)).toBeUndefined()
        await sync(minutes(2))
        expect(await store.cache.ageMs(scope, minutes(2))).toBe(0)
      })

      it('does not go on with a run that began before everything was invalidated', async () => {
        await openRun(store)
        await store.cache.invalidate(scope, undefined, minutes(1))
        expect(await openRun(store, {now: minutes(2)})).toMatchObject({resumed: false})
      })
    })
  })
}
