import type {VirtualClock} from '../clock.js'
import type {Catalogue} from '../items/catalogue.js'
import type {Item} from '../items/item.js'
import {Random} from '../random.js'
import type {Settings} from '../settings.js'
import type {NewShipment, Shipment} from '../shipments/shipment.js'
import type {Shipments} from '../shipments/shipments.js'
import {standardError} from '../wire-errors.js'
import {
  approvedAmount,
  type CancelDetail,
  cancelPayments,
  isPaid,
  newOrder,
  type Order,
  type OrderLine,
  type OrderParties,
  type Pack,
  type PackStatus,
  type PaymentOutcome,
  paidAmount,
  refundPayments,
  rounded,
  type Shipping,
  statusByPayments,
  totalOf,
  withPayment,
} from './order.js'
import {OrderStore} from './order-store.js'

interface Deps {
  clock: VirtualClock
  settings: Settings
  seed: number
  catalogue: Catalogue
  shipments: Shipments
}

/** A purchase from one seller. Each line becomes an order, and all orders one pack. */
export interface Basket extends OrderParties {
  readonly lines: readonly OrderLine[]
  readonly payment: PaymentOutcome
  readonly shipping: Shipping | null
}

/** The fields that control routes can change. */
export type OrderChange = Partial<Pick<Order, 'status' | 'fraud' | 'extraTags' | 'missing'>>

export interface OrdersState {
  orders: Order[]
  packs: Pack[]
  last_id: number
  last_payment_id: number
  random: number
}

/**
 * All orders and packs, in memory (docs/mercadolibre.md, section 8). The source lists the statuses and not the transitions, which
 * are our reading.
 */
export class Orders {
  private readonly store: OrderStore
  private readonly random: Random
  private lastId: number
  private lastPaymentId: number
  /** Called once after each change of an order. */
  onChange: (order: Order) => void = () => undefined

  readonly settings: Settings

  constructor(private readonly deps: Deps) {
    this.settings = deps.settings
    this.random = new Random(deps.seed)
    this.lastId = 2_000_003_000_000_000 + this.random.integer(0, 899_999_999)
    this.lastPaymentId = 60_000_000_000 + this.random.integer(0, 899_999_999)
    this.store = new OrderStore(deps.clock, (pack) => this.link(pack))
  }

  get(id: number): Order | undefined {
    return this.store.orders().get(id)
  }

  pack(id: number): Pack | undefined {
    return this.store.packs().get(id)
  }

  packOf(order: Order): Pack | undefined {
    return this.store.packOf(order)
  }

  /** Oldest first. */
  list(): Order[] {
    return [...this.store.orders().values()]
  }

  /** Creates and pays the orders. Their units are taken out of the stock unless the payment is rejected. */
  place({lines, payment, shipping, ...parties}: Basket): Order[] {
    const orders = this.put({lines, shipping, ...parties}, this.now())
    for (const order of orders) {
      this.pay(order, payment, {silent: true})
      this.onChange(order)
    }
    const [pack] = orders.map((order) => this.store.packOf(order))
    if (pack !== undefined && shipping !== null) this.linkLater(pack)
    return orders
  }

  /** Adds a paid order of the past without a shipment. Changes no stock and notifies nobody. */
  addPast(basket: Omit<Basket, 'payment' | 'shipping'>, ms: number): void {
    for (const order of this.put({...basket, shipping: null}, ms)) {
      const payment = {id: this.nextPaymentId(), status: 'approved' as const, amount: totalOf(order), ms}
      Object.assign(order, {payments: withPayment([], payment), status: 'paid', closedMs: ms})
    }
  }

  /** @throws WireError 409 when nothing is left to pay, 400 when the stock is no longer sufficient */
  pay(order: Order, outcome: PaymentOutcome, {amount, silent = false}: {amount?: number; silent?: boolean} = {}): void {
    const due = rounded(totalOf(order) - approvedAmount(order))
    if (hasEnded(order) || due <= 0) throw conflict(`the order is ${order.status}`)
    const ms = this.now()
    if (outcome !== 'rejected') this.reserve(order)
    const share = Math.min(amount ?? due, due)
    order.payments = withPayment(order.payments, {id: this.nextPaymentId(), status: outcome, amount: share, ms})
    order.status = statusByPayments(order)
    if (order.status === 'paid') order.closedMs ??= ms
    if (silent) return
    this.touch(order)
    this.updatePack(order)
  }

  /** Cancels the order and refunds its payments. Its units return to stock unless they have been shipped; `restock` overrides that. */
  cancel(order: Order, detail: Omit<CancelDetail, 'ms'>, {restock}: {restock?: boolean} = {}): void {
    if (hasEnded(order)) throw conflict(`the order is ${order.status}`)
    const ms = this.now()
    order.payments = cancelPayments(order.payments, ms)
    order.status = 'cancelled'
    order.cancelDetail = {...detail, ms}
    if (order.reserved && (restock ?? !this.isShipped(order))) {
      order.reserved = false
      returnStock(this.deps.catalogue, order.line)
    }
    this.touch(order)
    this.updatePack(order)
  }

  /** Refunds an amount. The whole amount, the default, cancels the order. @throws WireError 409 */
  refund(order: Order, detail: Omit<CancelDetail, 'ms'>, options: {amount?: number; restock?: boolean} = {}): void {
    const paid = paidAmount(order)
    const amount = rounded(options.amount ?? paid)
    if (hasEnded(order) || !isPaid(order)) throw conflict(`the order is ${order.status}`)
    if (amount <= 0 || amount > paid) throw conflict(`only ${paid} can be refunded`)
    if (amount === paid) {
      this.cancel(order, detail, {restock: options.restock ?? false})
      return
    }
    order.payments = refundPayments(order.payments, amount, this.now())
    order.status = statusByPayments(order)
    this.touch(order)
  }

  change(order: Order, fields: OrderChange): void {
    Object.assign(order, fields)
    this.touch(order)
  }

  /** Changes `date_last_updated` alone, as has been observed months after an order's last change. */
  reindex(order: Order): void {
    order.searchUpdatedMs = this.now()
    this.onChange(order)
  }

  changePack(pack: Pack, status: PackStatus): void {
    pack.status = status
    pack.updatedMs = this.now()
  }

  /** Updates the tags `delivered` and `not_delivered`. */
  shipmentChanged({direction, lines, status}: Shipment): void {
    if (direction !== 'forward') return
    for (const id of new Set(lines.map(({orderId}) => orderId))) {
      const order = this.get(id)
      if (order === undefined || order.delivered === (status === 'delivered')) continue
      order.delivered = status === 'delivered'
      this.touch(order)
    }
  }

  /** Creates the shipments that are due, after time was skipped. */
  catchUp(): void {
    this.store.catchUp()
  }

  close(): void {
    this.store.close()
  }

  export(): OrdersState {
    return structuredClone({
      orders: this.list(),
      packs: [...this.store.packs().values()],
      last_id: this.lastId,
      last_payment_id: this.lastPaymentId,
      random: this.random.export(),
    })
  }

  import(state: OrdersState): void {
    const {orders, packs, last_id: lastId, last_payment_id: lastPaymentId, random} = structuredClone(state)
    this.store.fill(orders, packs)
    this.lastId = lastId
    this.lastPaymentId = lastPaymentId
    this.random.import(random)
  }

  private put({lines, shipping, ...parties}: Omit<Basket, 'payment'>, ms: number): Order[] {
    const packId = this.nextId()
    const orders = lines.map((line) => newOrder({...parties, id: this.nextId(), packId, line, createdMs: ms}))
    const {sellerId, buyerId} = parties
    const orderIds = orders.map(({id}) => id)
    const linkAtMs = shipping === null ? null : ms + this.settings.shipping_delay_ms
    const times = {createdMs: ms, updatedMs: ms, linkAtMs}
    const pack: Pack = {
      id: packId,
      sellerId,
      buyerId,
      orderIds,
      shipping,
      status: 'released',
      shipmentId: null,
      ...times,
    }
    this.store.add(orders, pack)
    return orders
  }

  private reserve(order: Order): void {
    if (order.reserved) return
    const {itemId, variationId, quantity} = order.line
    const item = this.deps.catalogue.get(itemId)
    if (item === undefined || stockOf(item, variationId) < quantity)
      throw standardError(400, 'bad_request', `there are not ${quantity} of ${itemId} any more`)
    takeStock(this.deps.catalogue, order.line)
    order.reserved = true
  }

  /** Updates pack and shipment after an order was paid or cancelled. */
  private updatePack({packId}: Order): void {
    const pack = this.pack(packId)
    if (pack === undefined) return
    const active = this.ordersOf(pack).filter(({status}) => status !== 'cancelled')
    if (active.length === 0) this.changePack(pack, 'cancelled')
    if (pack.shipmentId === null) return
    if (active.length === 0) this.deps.shipments.cancel(pack.shipmentId, 'cancelled_manually')
    else if (active.every(isPaid)) this.deps.shipments.paid(pack.shipmentId)
  }

  private linkLater(pack: Pack): void {
    if (this.settings.shipping_delay_ms === 0) this.link(pack, {silent: true})
    else this.store.schedule()
  }

  /** Creates the shipment. `shipping.id` can be null for a while after the order was created; a notification follows (section 8). */
  private link(pack: Pack, {silent = false}: {silent?: boolean} = {}): void {
    pack.linkAtMs = null
    const orders = this.ordersOf(pack).filter(({status}) => status !== 'cancelled')
    const shipment = shipmentOf(pack, orders)
    if (shipment === null) return
    pack.shipmentId = this.deps.shipments.create(shipment).id
    if (silent) return
    for (const order of orders) this.touch(order)
  }

  private ordersOf({orderIds}: Pack): Order[] {
    return orderIds.flatMap((id) => this.store.raw(id) ?? [])
  }

  private isShipped({id}: Order): boolean {
    const status = this.deps.shipments.ofOrder(id)?.status ?? ''
    return ['shipped', 'stale_shipped', 'delivered', 'not_delivered'].includes(status)
  }

  private touch(order: Order): void {
    order.updatedMs = this.now()
    order.searchUpdatedMs = order.updatedMs
    const pack = this.store.packOf(order)
    if (pack !== undefined) pack.updatedMs = order.updatedMs
    this.onChange(order)
  }

  private now(): number {
    return this.deps.clock.now().getTime()
  }

  private nextId(): number {
    this.lastId += this.random.integer(1, 9)
    return this.lastId
  }

  private nextPaymentId(): number {
    this.lastPaymentId += this.random.integer(1, 9)
    return this.lastPaymentId
  }
}

function hasEnded({status}: Order): boolean {
  return status === 'cancelled' || status === 'invalid'
}

/** An error of the control routes, not of the service. */
function conflict(message: string) {
  return standardError(409, 'illegal_move', message)
}

/** The shipment of a pack with these orders; null when nothing is shipped. */
function shipmentOf({shipping}: Pack, orders: readonly Order[]): NewShipment | null {
  const [first] = orders
  if (first === undefined || shipping === null) return null
  const {sellerId, buyerId, siteId, isTest, packId} = first
  return {
    sellerId,
    buyerId,
    siteId,
    isTest,
    packId,
    ...shipping,
    lines: orders.map(({id, line}) => ({
      orderId: id,
      itemId: line.itemId,
      variationId: line.variationId,
      userProductId: line.userProductId,
      quantity: line.quantity,
    })),
    declaredValue: rounded(orders.reduce((sum, order) => sum + totalOf(order), 0)),
    paid: orders.every(isPaid),
  }
}

type Sold = Pick<OrderLine, 'itemId' | 'variationId' | 'quantity'>

/** The stock of the item, or of one of its variations. */
export function stockOf(item: Item, variationId: number | null): number {
  if (variationId === null) return item.quantity
  return item.variations.find(({id}) => id === variationId)?.quantity ?? 0
}

/** Takes units out of the stock and counts them as sold. An item without stock pauses (section 6.4). */
export function takeStock(catalogue: Catalogue, sold: Sold): void {
  moveStock(catalogue, sold, sold.quantity)
}

/** Returns units to the stock, unless the item was removed. */
export function returnStock(catalogue: Catalogue, sold: Sold): void {
  moveStock(catalogue, sold, -sold.quantity)
}

function moveStock(catalogue: Catalogue, {itemId, variationId}: Sold, units: number): void {
  const item = catalogue.get(itemId)
  if (item === undefined) return
  const variation = item.variations.find(({id}) => id === variationId)
  const left = {available_quantity: (variation ?? item).quantity - units}
  const sold = {sold_quantity: Math.max(0, (variation ?? item).sold + units)}
  catalogue.updateStock(item, item.quantity - units, {
    ...(variation === undefined ? left : {variations: [{id: variation.id, ...left, ...sold}]}),
    sold_quantity: Math.max(0, item.sold + units),
  })
}
