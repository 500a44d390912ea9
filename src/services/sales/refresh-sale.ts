import type {MercadoLibre} from '../ports/index.js'
import type {RefreshOrder} from './orders/refresh-order.js'
import {isUnknownId, type Sale, type SaleIds, type SaleKind} from './sale-ids.js'
import type {RefreshShipment} from './shipments/refresh-shipment.js'

export interface RefreshSaleDeps {
  ids: Pick<SaleIds, 'local' | 'online'>
  orders: Pick<RefreshOrder, 'run'>
  shipments: Pick<RefreshShipment, 'run'>
}

type Session = {api: MercadoLibre; userId: number}

/** Reads from the service what somebody named by a number, also where it is the number of something else. */
export class RefreshSale {
  constructor(private readonly deps: RefreshSaleDeps) {}

  /** All orders that the number stands for. MELI_NOT_FOUND, or MELI_FORBIDDEN for those of others. */
  orders(session: Session, id: string, signal: AbortSignal): Promise<void> {
    const {orders} = this.deps
    return this.run(session, id, {
      ...{meant: 'order', signal},
      one: (order) => orders.run(session, order, signal),
      named: ({orderIds}) => orderIds,
    })
  }

  /** The shipment that the number stands for. */
  shipment(session: Session, id: string, signal: AbortSignal): Promise<void> {
    const {shipments} = this.deps
    return this.run(session, id, {
      ...{meant: 'shipment', signal},
      one: (shipment) => shipments.run(session, shipment, signal),
      named: ({shipmentId}) => (shipmentId === null ? [] : [shipmentId]),
    })
  }

  private async run(
    session: Session,
    id: string,
    {
      meant,
      one,
      named,
      signal,
    }: {
      meant: SaleKind
      one: (id: string) => Promise<void>
      named: (sale: Sale) => readonly string[]
      signal: AbortSignal
    },
  ): Promise<void> {
    const {ids} = this.deps
    const known = await ids.local(session.userId, id, meant)
    if (known !== undefined && known.kind !== meant && named(known).length > 0) {
      // The local copy may have a part of its orders alone.
      const whole = meant === 'order' ? await ids.online(session, id, {meant, kind: known.kind, signal}) : undefined
      return each(named(whole ?? known), one)
    }
    try {
      await one(id)
    } catch (error) {
      const sale = isUnknownId(error) ? await ids.online(session, id, {meant, signal}) : undefined
      if (sale === undefined) throw error
      // What the number stands for is kept, so that it is found by that number from now on.
      if (meant === 'shipment') await each(sale.orderIds, (order) => this.deps.orders.run(session, order, signal))
      await each(named(sale), one)
    }
  }
}

async function each(ids: readonly string[], one: (id: string) => Promise<void>): Promise<void> {
  for (const id of ids) await one(id)
}
