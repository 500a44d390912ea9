import {isMeliError} from '../../core/errors.js'
import {collected} from '../catalogue/local-reading.js'
import type {LocalOrders, LocalShipments, OrderApi, ShipmentApi} from '../ports/index.js'

export type SaleKind = 'order' | 'pack' | 'shipment'

/** What a number stands for, and what belongs to it. */
export interface Sale {
  kind: SaleKind
  id: string
  orderIds: string[]
  /** Null while the order has none, and when it is not known yet. */
  shipmentId: string | null
}

export interface SaleIdsDeps {
  orders: Pick<LocalOrders, 'find' | 'orders' | 'findPack'>
  shipments: Pick<LocalShipments, 'find'>
}

type Api = Pick<OrderApi, 'order' | 'pack'> & Pick<ShipmentApi, 'shipmentOrders'>

/** A pack of the service has far fewer. */
const mostOrders = 100
const kinds: readonly SaleKind[] = ['order', 'pack', 'shipment']

/**
 * Tells the numbers of orders, packs and shipments apart: they look alike, and the number that the site shows to a seller as
 * the sale is the pack's. docs/mercadolibre.md, section 8.
 */
export class SaleIds {
  constructor(private readonly deps: SaleIdsDeps) {}

  /** What the local copy has under this number; undefined when it has nothing. @param meant is looked for first */
  async local(userId: number, id: string, meant: SaleKind): Promise<Sale | undefined> {
    for (const kind of [meant, ...kinds.filter((each) => each !== meant)]) {
      const sale = await this.find(kind, userId, id)
      if (sale !== undefined) return sale
    }
    return undefined
  }

  /** What the service has under this number beside what was meant; undefined when it has nothing. @param kind where it is known */
  async online(
    {api, userId}: {api: Api; userId: number},
    id: string,
    {meant, kind: known, signal}: {meant: SaleKind; kind?: SaleKind; signal?: AbortSignal | undefined},
  ): Promise<Sale | undefined> {
    for (const kind of known === undefined ? kinds.filter((each) => each !== meant) : [known]) {
      try {
        const sale = await ask[kind](api, userId, id, signal)
        if (sale !== undefined) return sale
      } catch (error) {
        if (!isMeliError(error) || error.family !== 'api') throw error
      }
    }
    return undefined
  }

  private async find(kind: SaleKind, userId: number, id: string): Promise<Sale | undefined> {
    const {orders, shipments} = this.deps
    if (kind === 'order') {
      const order = await orders.find(userId, id)
      if (order === undefined) return undefined
      const pack = order.pack_id === null ? undefined : await orders.findPack(userId, order.pack_id)
      return {kind, id, orderIds: [id], shipmentId: order.shipment_id ?? pack?.shipment_id ?? null}
    }
    const query = kind === 'pack' ? {packId: id} : {shipmentId: id}
    const carried = (await collected(orders.orders({userId, ...query, limit: mostOrders}), (order) => order)).reverse()
    const orderIds = carried.map((order) => order.id)
    if (kind === 'shipment') {
      const isHere = orderIds.length > 0 || (await shipments.find(userId, id)) !== undefined
      return isHere ? {kind, id, orderIds, shipmentId: id} : undefined
    }
    const pack = await orders.findPack(userId, id)
    if (orderIds.length === 0 && pack === undefined) return undefined
    const shipmentId = pack?.shipment_id ?? carried.find((order) => order.shipment_id !== null)?.shipment_id ?? null
    return {kind, id, orderIds, shipmentId}
  }
}

type Ask = (api: Api, userId: number, id: string, signal: AbortSignal | undefined) => Promise<Sale | undefined>

const ask: Readonly<Record<SaleKind, Ask>> = {
  async order(api, userId, id, signal) {
    const {shipment_id} = await api.order(userId, id, signal)
    return {kind: 'order', id, orderIds: [id], shipmentId: shipment_id}
  },
  async pack(api, userId, id, signal) {
    const {order_ids, shipment_id} = await api.pack(userId, id, signal)
    return {kind: 'pack', id, orderIds: [...order_ids], shipmentId: shipment_id}
  },
  async shipment(api, userId, id, signal) {
    const {sellers, orderIds} = await api.shipmentOrders(id, signal)
    return sellers.includes(userId) ? {kind: 'shipment', id, orderIds, shipmentId: id} : undefined
  },
}

/** Whether the service may know the number as something else. */
export function isUnknownId(error: unknown): boolean {
  return isMeliError(error, 'MELI_NOT_FOUND') || isMeliError(error, 'MELI_API_REJECTED')
}

export function aKind(kind: SaleKind): string {
  return kind === 'order' ? 'an order' : `a ${kind}`
}
