import {MeliError} from '../../../core/errors.js'
import {orderStatuses} from '../../../records/order-statuses.js'
import {type CatalogueChoice, flagsOf} from '../../catalogue/choose.js'
import type {Freshness} from '../../catalogue/freshness.js'
import {assertStatus} from '../../catalogue/known-status.js'
import {collected, type LocalReadingDeps, type LocalStream, mapped, openLocal} from '../../catalogue/local-reading.js'
import type {LocalOrders, LocalShipments, OrderQuery, StoredOrder} from '../../ports/index.js'
import {SaleIds, type SaleKind} from '../sale-ids.js'
import {type OrderView, orderView, type PackView, packView, type ShipmentState, shipmentState} from './order-view.js'

export type OrdersQuery = CatalogueChoice & Pick<OrderQuery, 'status' | 'since' | 'limit'>

export interface OrderList extends Freshness {
  user_id: number
  orders: OrderView[]
  /** Of all that fit, whatever the limit. */
  total: number
}

export interface OrderPage extends Freshness {
  user_id: number
  /** What the number that was asked for stands for. */
  asked: {id: string; kind: SaleKind}
  /** The order asked for, or all orders of the pack or the shipment that the number stands for; the oldest first. */
  orders: OrderView[]
  /** The first of them. */
  order: OrderView
  /** Null for an order without one. */
  pack: PackView | null
  /** Of the order, or of its pack. */
  shipment: ShipmentState | null
}

export interface OrdersDeps extends LocalReadingDeps {
  orders: Pick<LocalOrders, 'orders' | 'count' | 'find' | 'findPack'>
  shipments: Pick<LocalShipments, 'find'>
}

const resource = 'orders'
/** A pack of the service has far fewer. */
const mostOrders = 100

/** Reads what syncs and notifications brought here. Offline: it needs no token. */
export class Orders {
  constructor(private readonly deps: OrdersDeps) {}

  async list({account, sandbox, site, ...filter}: OrdersQuery): Promise<OrderList> {
    const {userId, freshness} = await this.open({account, sandbox, site}, filter.status)
    const wanted = {userId, ...filter}
    const orders = await collected(this.deps.orders.orders(wanted), orderView)
    const {limit: _limit, ...all} = wanted
    return {user_id: userId, orders, total: await this.deps.orders.count(all), ...freshness}
  }

  async stream({account, sandbox, site, ...filter}: OrdersQuery): Promise<LocalStream<OrderView>> {
    const {userId, freshness} = await this.open({account, sandbox, site}, filter.status)
    return {freshness, rows: mapped(this.deps.orders.orders({userId, ...filter}), orderView)}
  }

  /** MELI_ORDER_UNKNOWN when it was never brought here. */
  async show(choice: CatalogueChoice, id: string): Promise<OrderPage> {
    const {userId, freshness} = await openLocal(this.deps, resource, choice)
    const sale = await new SaleIds(this.deps).local(userId, id, 'order')
    const found = await Promise.all((sale?.orderIds ?? []).map((each) => this.deps.orders.find(userId, each)))
    const orders = found.filter((each) => each !== undefined)
    const [order] = orders
    if (sale === undefined || order === undefined) throw unknownOrder(id, choice, sale?.kind)
    const pack = await this.pack(order)
    const shipmentId = order.shipment_id ?? pack?.shipment_id ?? null
    const shipment =
      shipmentId === null ? null : shipmentState(shipmentId, await this.deps.shipments.find(userId, shipmentId))
    const asked = {id, kind: sale.kind}
    return {
      user_id: userId,
      asked,
      orders: orders.map(orderView),
      order: orderView(order),
      pack,
      shipment,
      ...freshness,
    }
  }

  private async pack({user_id, pack_id}: StoredOrder): Promise<PackView | null> {
    if (pack_id === null) return null
    const {orders} = this.deps
    const together = await collected(orders.orders({userId: user_id, packId: pack_id, limit: mostOrders}), ({id}) => id)
    return packView(pack_id, together.sort(), await orders.findPack(user_id, pack_id))
  }

  private async open(choice: CatalogueChoice, status: string | undefined) {
    const opened = await openLocal(this.deps, resource, choice)
    const {userId} = opened
    const isHere = async (given: string) => (await this.deps.orders.count({userId, status: given})) > 0
    await assertStatus({noun: 'order', status, known: orderStatuses}, isHere)
    return opened
  }
}

function unknownOrder(id: string, choice: CatalogueChoice, kind: SaleKind = 'order'): MeliError {
  const mode = flagsOf(choice)
  const what = kind === 'order' ? `${id} is not` : `${id} is a ${kind}, and its orders are not`
  return new MeliError('MELI_ORDER_UNKNOWN', `${what} among the local orders of this account`, {
    try: [
      `fetch it from Mercado Libre: meli orders show ${id} --refresh${mode}`,
      `sync the orders: meli sync orders${mode}`,
    ],
  })
}
