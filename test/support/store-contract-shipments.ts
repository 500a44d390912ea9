import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import type {
  RecordPatch,
  RunSink,
  Shipment,
  ShipmentQuery,
  Store,
  StoredShipment,
} from '../../src/services/ports/index.js'
import {buyer, minutes, noon, seller} from './store-contract.js'
import {countOutcomes} from './sync/memory-ledger.js'

export function shipment(changes: Partial<Shipment> = {}): Shipment {
  return {
    ...{id: '44000000001', user_id: seller, status: 'ready_to_ship', substatus: 'ready_to_print', mode: 'me2'},
    ...{logistic_type: 'drop_off', direction: 'forward', tracking_number: 'MEC44', tracking_method: 'Normal'},
    ...{declared_value: '12.50', shipping_method: 'Normal', date_created: noon, last_updated: noon},
    ...{estimated_delivery: minutes(5_000), receiver_id: buyer, receiver_name: 'Ana Pérez', address_line: 'Calle 1'},
    ...{zip_code: '170150', city: 'Quito', state: 'Pichincha', country: 'Ecuador', tags: ['test_shipment']},
    partial: false,
    ...changes,
  }
}

const counts = (created: number, updated: number, unchanged: number, partial = 0) => ({
  ...{created, updated, unchanged, partial},
})
const first = {runId: 'run-1', at: noon}
const second = {runId: 'run-2', at: minutes(10)}

/** What every adapter keeps of shipments. */
export function describeShipments(name: string, open: () => Promise<Store>): void {
  describe(name, () => {
    let store: Store
    let sink: RunSink<Shipment> & RecordPatch<Shipment>

    beforeEach(async () => {
      store = await open()
      sink = store.shipmentSink(seller)
    })

    afterEach(() => store.close())

    const found = async (query: Partial<ShipmentQuery> = {}) => {
      const rows: StoredShipment[] = []
      for await (const row of store.shipments.shipments({userId: seller, ...query})) rows.push(row)
      return rows
    }
    const ids = async (query: Partial<ShipmentQuery> = {}) => (await found(query)).map(({id}) => id)

    it('gives shipments back as they were saved', async () => {
      expect(await sink.save([shipment()], first)).toEqual(counts(1, 0, 0))
      const kept = {...shipment(), synced_at: noon}
      expect(await store.shipments.find(seller, kept.id)).toEqual(kept)
      expect(await found()).toEqual([kept])
      expect(await store.shipments.find(buyer, kept.id)).toBeUndefined()
      expect(await store.shipments.find(seller, '1')).toBeUndefined()
      expect(await sink.known([kept.id, '1'])).toEqual(new Set([kept.id]))
    })

    it('keeps one with nothing but an id', async () => {
      const none = Object.fromEntries(Object.keys(shipment()).map((field) => [field, null])) as unknown as Shipment
      const bare = {...none, id: '7', user_id: seller, tags: [], partial: false}
      await sink.save([bare], first)
      expect(await store.shipments.find(seller, '7')).toEqual({...bare, synced_at: noon})
      expect(await sink.save([bare], second)).toEqual(counts(0, 0, 1))
    })

    it('tells what is new, changed and the same, and does not go back to what is older', async () => {
      await sink.save([shipment()], first)
      const shipped = shipment({status: 'shipped', substatus: null, last_updated: minutes(9)})
      expect(countOutcomes(await sink.compare([shipped, shipment({id: '2'})]))).toEqual(counts(1, 1, 0))
      expect(await sink.patch([shipped], minutes(10))).toEqual(counts(0, 1, 0))
      expect(await sink.patch([shipment()], minutes(11))).toEqual(counts(0, 0, 1))
      expect(await store.shipments.find(seller, shipped.id)).toMatchObject({status: 'shipped', substatus: null})
      expect(await sink.countLive()).toBe(1)
    })

    it('lists the newest first, those without a date last, each once', async () => {
      const many = Array.from({length: 450}, (_, n) =>
        shipment({id: String(1000 + n), date_created: n < 10 ? null : minutes(n >> 1)}),
      )
      await sink.save(many, first)
      const expected = many.map(({id}) => id).reverse()
      expect(await ids()).toEqual(expected)
      expect(await ids({limit: 201})).toEqual(expected.slice(0, 201))
      expect(await ids({limit: 200})).toEqual(expected.slice(0, 200))
      expect(await ids({limit: 0})).toEqual([])
      expect(await store.shipments.count({userId: seller})).toBe(450)
      expect(await store.shipments.count({userId: seller, limit: 7})).toBe(7)
    })

    it('finds by status, sub-status and date', async () => {
      await sink.save(
        [
          shipment({id: '1'}),
          shipment({id: '2', substatus: 'printed', date_created: minutes(2)}),
          shipment({id: '3', status: 'delivered', substatus: null, date_created: minutes(3)}),
        ],
        first,
      )
      expect(await ids({status: 'ready_to_ship'})).toEqual(['2', '1'])
      expect(await ids({status: 'ready_to_ship', substatus: 'printed'})).toEqual(['2'])
      expect(await ids({since: minutes(2)})).toEqual(['3', '2'])
      expect(await store.shipments.count({userId: seller, status: 'delivered'})).toBe(1)
      expect(await ids({userId: buyer})).toEqual([])
    })

    it('does not bring back whom it was told to forget', async () => {
      await sink.save([shipment({id: '1'}), shipment({id: '2', date_created: minutes(9)})], first)
      await store.buyers.forget(seller, minutes(1), minutes(10))
      await sink.save([shipment({id: '1'}), shipment({id: '3'})], second)
      for (const id of ['1', '3'])
        expect(await store.shipments.find(seller, id)).toMatchObject({
          ...{receiver_id: null, receiver_name: null, address_line: null, zip_code: null},
          status: 'ready_to_ship',
        })
      expect(await store.shipments.find(seller, '2')).toMatchObject({receiver_name: 'Ana Pérez'})
    })
  })
}
