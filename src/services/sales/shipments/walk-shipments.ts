import type {LocalOrders, Shipment, ShipmentSource, WalkPage, WalkSource} from '../../ports/index.js'

export interface ShipmentWalkParts {
  userId: number
  source: ShipmentSource
  orders: Pick<LocalOrders, 'shipmentsToRead' | 'countShipmentsToRead'>
}

const pageSize = 40

/**
 * The service has no listing of shipments: those that local orders and packs name are read, all of them, or after a first
 * time those that are new and those that can still change. The cursor is the last id of a page.
 */
export function walkShipments({userId, source, orders}: ShipmentWalkParts): WalkSource<Shipment> {
  return {
    get traffic() {
      return source.traffic
    },
    async *walk({since, cursor}, signal): AsyncGenerator<WalkPage<Shipment>> {
      const all = since === null
      // Of those that are left when it begins: who goes on in another process counts anew.
      const total = cursor === null ? await orders.countShipmentsToRead(userId, all) : null
      for (let after = cursor; ; ) {
        const ids = await orders.shipmentsToRead(userId, {after, limit: pageSize, all})
        const records = await source.fetch(ids, signal)
        after = ids.length < pageSize ? null : (ids.at(-1) ?? null)
        yield {records, cursor: after, total}
        if (after === null) return
      }
    },
  }
}
