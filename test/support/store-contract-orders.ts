import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import type {
  Order,
  OrderQuery,
  Pack,
  Question,
  RecordPatch,
  RunSink,
  Store,
  StoredOrder,
} from '../../src/services/ports/index.js'
import {buyer, minutes, noon, seller} from './store-contract.js'
import {shipment} from './store-contract-shipments.js'
import {openRun} from './store-contract-sync.js'
import {countOutcomes} from './sync/memory-ledger.js'

export function order(changes: Partial<Order> = {}): Order {
  const line = {item_id: 'MEC1', title: 'Sombrero', variation_id: 7, seller_sku: 'S-1', quantity: 2}
  return {
    ...{id: '2000000000000001', user_id: seller, pack_id: null, status: 'paid', status_detail: null},
    ...{date_created: noon, date_closed: noon, last_updated: noon, total_amount: '12345678901234.10'},
    ...{paid_amount: '0.30', currency_id: 'USD', buyer_id: buyer, shipment_id: '44000000001'},
    lines: [{...line, unit_price: '10.50', sale_fee: '1.10'}],
    payments: [{id: '9', status: 'approved', method: 'visa', amount: '21.00'}],
    tags: ['paid', 'not_delivered'],
    cancel_detail: null,
    partial: false,
    missing: [],
    ...changes,
  }
}

function pack(changes: Partial<Pack> = {}): Pack {
  return {
    ...{id: '77', user_id: seller, status: 'released', status_detail: null, shipment_id: '44000000077'},
    ...{order_ids: [], date_created: noon, last_updated: noon},
    ...changes,
  }
}

function question(changes: Partial<Question> = {}): Question {
  return {
    ...{id: '13', user_id: seller, item_id: 'MEC1', status: 'UNANSWERED', text: '¿Hay?', from_id: buyer},
    ...{date_created: noon, last_updated: noon, answer_text: null, answer_status: null, answer_date: null},
    ...{deleted_from_listing: false, hold: false, suspected_spam: false, partial: false},
    ...changes,
  }
}

const counts = (created: number, updated: number, unchanged: number, partial = 0) => ({
  ...{created, updated, unchanged, partial},
})
const first = {runId: 'run-1', at: noon}
const second = {runId: 'run-2', at: minutes(10)}

/** What every adapter keeps of orders and packs. */
export function describeOrders(name: string, open: () => Promise<Store>): void {
  describe(name, () => {
    let store: Store
    let sink: RunSink<Order> & RecordPatch<Order>

    beforeEach(async () => {
      store = await open()
      sink = store.orderSink(seller)
    })

    afterEach(() => store.close())

    const found = async (query: Partial<OrderQuery> = {}) => {
      const rows: StoredOrder[] = []
      for await (const row of store.orders.orders({userId: seller, ...query})) rows.push(row)
      return rows
    }
    const ids = async (query: Partial<OrderQuery> = {}) => (await found(query)).map(({id}) => id)

    describe('orders', () => {
      it('come back as they were saved, and to their seller alone', async () => {
        const cancelDetail = {group: 'buyer', code: 'x', description: null, requested_by: 'buyer', date: '2026-03-01'}
        const whole = order({cancel_detail: cancelDetail, missing: ['feedback'], partial: true})
        expect(await sink.save([whole], first)).toEqual(counts(1, 0, 0, 1))
        expect(await found()).toEqual([{...whole, synced_at: noon}])
        expect(await store.orders.find(seller, whole.id)).toEqual({...whole, synced_at: noon})
        expect(await store.orders.find(buyer, whole.id)).toBeUndefined()
        expect(await store.orders.known(seller, [whole.id, '1'])).toEqual(new Set([whole.id]))
        expect(await sink.known([whole.id, '1'])).toEqual(new Set([whole.id]))
        expect(await sink.countLive()).toBe(1)
      })

      it('with nothing but an id are kept', async () => {
        const none = Object.fromEntries(Object.keys(order()).map((field) => [field, null])) as unknown as Order
        const bare = {...none, id: '7', user_id: seller, lines: [], payments: [], tags: [], missing: [], partial: false}
        await sink.save([bare], first)
        expect(await store.orders.find(seller, '7')).toEqual({...bare, synced_at: noon})
        expect(await sink.save([bare], second)).toEqual(counts(0, 0, 1))
      })

      it('are unchanged where the service writes the same amounts in another way', async () => {
        const [line] = order().lines
        const priced = (amount: string, changes: Partial<Order> = {}) =>
          order({
            ...{total_amount: amount, paid_amount: amount, lines: [{...line!, unit_price: amount, sale_fee: amount}]},
            ...{payments: [{id: '9', status: 'approved', method: 'visa', amount}], ...changes},
          })
        await sink.patch([priced('50000.0')], noon)
        expect(await sink.patch([priced('50000'), priced('50000.00')], minutes(1))).toEqual(counts(0, 0, 2))
        expect(await sink.patch([priced('50000.01')], minutes(2))).toEqual(counts(0, 1, 0))
        const renamed = [{...line!, unit_price: '50000.01', sale_fee: '50000.01', title: '2.0', seller_sku: '1.50'}]
        expect(await sink.patch([priced('50000.01', {lines: renamed})], minutes(3))).toEqual(counts(0, 1, 0))
        const again = [{...renamed[0]!, seller_sku: '1.5'}]
        expect(await sink.patch([priced('50000.01', {lines: again})], minutes(4))).toEqual(counts(0, 1, 0))
      })

      it('are told apart as created, updated and unchanged, in the ledger too', async () => {
        const {run} = await openRun(store, {resource: 'orders'})
        await sink.save([order(), order({id: '2'})], first)
        const batch = [
          order({status: 'cancelled', last_updated: minutes(1)}),
          order({id: '2'}),
          order({id: '3', partial: true}),
        ]
        expect(countOutcomes(await sink.compare(batch))).toEqual(counts(1, 1, 1, 1))
        expect(await sink.save(batch, {runId: run.id, at: minutes(10)})).toEqual(counts(1, 1, 1, 1))
        expect(await sink.save(batch, {runId: run.id, at: minutes(11)})).toEqual(counts(0, 0, 3, 1))
        expect(await store.syncLedger.counts(run.id)).toMatchObject(counts(1, 1, 1, 1))
        expect((await found()).map(({synced_at}) => synced_at)).toEqual([minutes(11), minutes(11), minutes(11)])
      })

      it('are not changed by what is older, nor by what is partial and of the same moment', async () => {
        await sink.save([order({last_updated: minutes(5)})], first)
        expect(await sink.patch([order({status: 'confirmed'})], minutes(6))).toEqual(counts(0, 0, 1))
        const less = order({last_updated: minutes(5), partial: true, missing: ['buyer'], buyer_id: null})
        expect(await sink.patch([less], minutes(6))).toEqual(counts(0, 0, 1, 1))
        expect(await found()).toMatchObject([{status: 'paid', partial: false, buyer_id: buyer}])
      })

      it('keep what a newer partial answer leaves out', async () => {
        await sink.save([order()], first)
        const less = order({
          ...{last_updated: minutes(5), status: 'partially_refunded', partial: true, missing: ['buyer', 'payments']},
          ...{buyer_id: null, payments: []},
        })
        expect(await sink.patch([less], minutes(6))).toEqual(counts(0, 1, 0, 1))
        const {buyer_id, payments} = order()
        expect(await found()).toMatchObject([{status: 'partially_refunded', partial: true, buyer_id, payments}])
        expect(await store.orders.partial(seller, 10)).toEqual([less.id])
        expect(await sink.patch([order({last_updated: minutes(5)})], minutes(7))).toEqual(counts(0, 1, 0))
        expect(await store.orders.partial(seller, 10)).toEqual([])
      })

      it('are found by status, date, pack and shipment, the newest first and those without a date last', async () => {
        await sink.save(
          [
            order({id: '1', date_created: minutes(1), pack_id: '77'}),
            order({id: '2', date_created: minutes(3), status: 'cancelled', shipment_id: null}),
            order({id: '3', date_created: minutes(2), pack_id: '77', shipment_id: '5'}),
            order({id: '4', date_created: null}),
          ],
          first,
        )
        expect(await ids()).toEqual(['2', '3', '1', '4'])
        expect(await ids({limit: 2})).toEqual(['2', '3'])
        expect(await ids({status: 'cancelled'})).toEqual(['2'])
        expect(await ids({since: minutes(2)})).toEqual(['2', '3'])
        expect(await ids({packId: '77'})).toEqual(['3', '1'])
        expect(await ids({shipmentId: '5'})).toEqual(['3'])
        expect(await store.orders.count({userId: seller, packId: '77'})).toBe(2)
        expect(await store.orders.count({userId: seller, limit: 3})).toBe(3)
        expect(await store.orders.count({userId: buyer})).toBe(0)
      })

      it('come all, and once each, in chunks', async () => {
        const many = Array.from({length: 950}, (_, n) =>
          order({id: String(1000 + n), date_created: n % 5 === 0 ? null : minutes(n % 7)}),
        )
        await sink.save(many, first)
        const all = await ids()
        expect(new Set(all)).toEqual(new Set(many.map(({id}) => id)))
        expect(all).toHaveLength(950)
      })
    })

    describe('packs', () => {
      it('come back with the orders that are here', async () => {
        await sink.save([order({id: '2', pack_id: '77'}), order({id: '1', pack_id: '77'}), order({id: '3'})], first)
        await store.orders.savePacks([pack({order_ids: ['1', '2', '9']})], minutes(1))
        await store.orders.savePacks([pack({status: 'cancelled'})], minutes(2))
        expect(await store.orders.findPack(seller, '77')).toEqual({
          ...pack({status: 'cancelled', order_ids: ['1', '2']}),
          synced_at: minutes(2),
        })
        expect(await store.orders.findPack(buyer, '77')).toBeUndefined()
      })

      it('are to be read when several orders name them, and again when one of those changed', async () => {
        const together = ['paid', 'pack_order']
        const of = (id: string, packId: string, changes: Partial<Order> = {}) =>
          order({id, pack_id: packId, tags: together, ...changes})
        await sink.save([of('1', '77'), of('2', '77'), of('3', '78'), order({id: '4', pack_id: '79'})], first)
        const toRead = (after: string | null = null) => store.orders.packsToRead(seller, {after, limit: 10})
        expect(await toRead()).toEqual(['77', '78'])
        expect(await toRead('77')).toEqual(['78'])
        await store.orders.savePacks([pack(), pack({id: '78'})], minutes(1))
        expect(await toRead()).toEqual([])
        await sink.save([of('3', '78', {last_updated: minutes(5)})], second)
        expect(await toRead()).toEqual(['78'])
        expect(await store.orders.packsToRead(buyer, {after: null, limit: 10})).toEqual([])
      })
    })

    describe('shipments to read', () => {
      it('are those that orders and packs name and that are not here, or not at their end', async () => {
        const named = ['1', '2', '3', '4'].map((id) => order({id, shipment_id: `4400000000${id}`}))
        await sink.save(
          [...named, order({id: '5', shipment_id: null}), order({id: '6', shipment_id: '44000000001'})],
          first,
        )
        await store.orders.savePacks([pack({shipment_id: '44000000009'})], noon)
        const ended = shipment({id: '44000000001', status: 'delivered', substatus: null})
        const returning = shipment({id: '44000000002', status: 'not_delivered', substatus: 'returning_to_sender'})
        const unsure = shipment({id: '44000000003', status: 'cancelled', partial: true})
        await store.shipmentSink(seller).save([ended, returning, unsure], first)
        const toRead = (after: string | null, all: boolean, limit = 10) =>
          store.orders.shipmentsToRead(seller, {after, limit, all})
        const open = ['44000000002', '44000000003', '44000000004', '44000000009']
        expect(await toRead(null, false)).toEqual(open)
        expect(await toRead('44000000003', false)).toEqual(open.slice(2))
        expect(await toRead(null, true)).toEqual(['44000000001', ...open])
        expect(await toRead(null, true, 2)).toEqual(['44000000001', '44000000002'])
        expect(await store.orders.countShipmentsToRead(seller, false)).toBe(4)
        expect(await store.orders.countShipmentsToRead(seller, true)).toBe(5)
        expect(await store.orders.countShipmentsToRead(buyer, true)).toBe(0)
      })
    })

    describe('personal data of buyers', () => {
      const save = async (at: Date) => {
        const [old, young] = [{date_created: noon}, {date_created: minutes(60)}]
        await sink.save(
          [order(old), order({id: '2', ...young}), order({id: '3', date_created: null, last_updated: null})],
          {
            ...{runId: 'run-1', at},
          },
        )
        await store.questionSink(seller).save([question(old), question({id: '14', ...young})], {runId: 'run-1', at})
        await store.shipmentSink(seller).save([shipment(old), shipment({id: '2', ...young})], {runId: 'run-1', at})
      }
      const buyersOf = async () => Object.fromEntries((await found()).map(({id, buyer_id}) => [id, buyer_id]))

      it('are emptied of what is older, are kept of what is younger, and do not come back', async () => {
        await save(noon)
        expect(await store.buyers.count(seller, minutes(30))).toEqual({questions: 1, orders: 2, shipments: 1})
        expect(await store.buyers.forgottenBefore(seller)).toBeNull()
        const emptied = {questions: 1, orders: 2, shipments: 1}
        expect(await store.buyers.forget(seller, minutes(30), minutes(70))).toEqual(emptied)
        await save(minutes(80))
        expect(await buyersOf()).toEqual({[order().id]: null, '2': buyer, '3': null})
        expect(await store.questions.find(seller, '13')).toMatchObject({from_id: null, text: null, item_id: 'MEC1'})
        expect(await store.questions.find(seller, '14')).toMatchObject({from_id: buyer})
        const nobody = {receiver_id: null, receiver_name: null, address_line: null, zip_code: null}
        expect(await store.shipments.find(seller, shipment().id)).toMatchObject({...nobody, city: 'Quito'})
        expect(await store.shipments.find(seller, '2')).toMatchObject({receiver_name: 'Ana Pérez', city: 'Quito'})
        expect(await store.buyers.forgottenBefore(seller)).toEqual(minutes(30))
        expect(await store.buyers.count(seller, minutes(30))).toEqual({questions: 0, orders: 0, shipments: 0})
      })

      it('do not come back with a partial answer that leaves out when it was made', async () => {
        await save(noon)
        await store.buyers.forget(seller, minutes(30), minutes(70))
        const lately = {date_created: null, last_updated: minutes(80), partial: true}
        await sink.patch([order(lately)], minutes(81))
        await store.questionSink(seller).patch([question(lately)], minutes(81))
        await store.shipmentSink(seller).patch([shipment(lately)], minutes(81))
        expect(await buyersOf()).toMatchObject({[order().id]: null})
        expect(await store.questions.find(seller, '13')).toMatchObject({from_id: null, text: null, date_created: noon})
        expect(await store.shipments.find(seller, shipment().id)).toMatchObject({receiver_name: null, zip_code: null})
      })

      it('stay forgotten up to the latest date that was given', async () => {
        await store.buyers.forget(seller, minutes(30), minutes(70))
        await store.buyers.forget(seller, minutes(10), minutes(71))
        expect(await store.buyers.forgottenBefore(seller)).toEqual(minutes(30))
        expect(await store.buyers.forgottenBefore(buyer)).toBeNull()
      })

      it('are of sellers who need not be connected', async () => {
        expect(await store.buyers.owners()).toEqual([])
        await save(noon)
        expect(await store.buyers.owners()).toEqual([seller])
      })
    })
  })
}
