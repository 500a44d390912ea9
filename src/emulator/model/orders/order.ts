import type {LogisticType, ShipmentMode} from '../shipments/shipment.js'

/** docs/mercadolibre.md, section 8. */
export const orderStatuses = [
  'confirmed',
  'payment_required',
  'payment_in_process',
  'partially_paid',
  'paid',
  'partially_refunded',
  'pending_cancel',
  'cancelled',
  'invalid',
] as const
export type OrderStatus = (typeof orderStatuses)[number]

export const requesters = ['buyer', 'seller', 'meli'] as const
export type Requester = (typeof requesters)[number]

/** How a payment can come out; by the card holder's name with the service's test cards (docs/mercadolibre.md, section 4). */
export const paymentOutcomes = ['approved', 'pending', 'in_process', 'rejected'] as const
export type PaymentOutcome = (typeof paymentOutcomes)[number]

/** Times are milliseconds since 1970. */
export interface Payment {
  readonly id: number
  readonly status: PaymentOutcome | 'refunded' | 'cancelled'
  readonly amount: number
  readonly refunded: number
  readonly createdMs: number
  readonly approvedMs: number | null
  readonly updatedMs: number
}

/** What was bought, as it was at that moment. */
export interface OrderLine {
  readonly itemId: string
  readonly title: string
  readonly categoryId: string | null
  readonly variationId: number | null
  readonly variationAttributes: readonly unknown[]
  readonly sellerCustomField: string | null
  readonly sellerSku: string | null
  readonly warranty: string | null
  readonly condition: string
  readonly userProductId: string | null
  readonly listingTypeId: string
  readonly isCatalogue: boolean
  /** The warehouse that it is taken from; null unless the seller has several. */
  readonly stock: {readonly storeId: string; readonly nodeId: string} | null
  readonly quantity: number
  /** In the order's currency, with its decimals; so are all amounts. */
  readonly unitPrice: number
}

export interface CancelDetail {
  readonly group: string
  readonly code: string
  readonly description: string
  readonly requestedBy: Requester
  readonly ms: number
}

/** Times are milliseconds since 1970. */
export interface Order {
  readonly id: number
  readonly packId: number
  readonly sellerId: number
  readonly buyerId: number
  readonly siteId: string
  readonly isTest: boolean
  readonly currencyId: string
  readonly line: OrderLine
  readonly createdMs: number
  /** When it was paid for. */
  closedMs: number | null
  updatedMs: number
  /** `date_last_updated`, by which searches find it: it can move while `updatedMs` does not. */
  searchUpdatedMs: number
  status: OrderStatus
  payments: readonly Payment[]
  cancelDetail: CancelDetail | null
  /** Its units are off the shelf. */
  reserved: boolean
  delivered: boolean
  fraud: boolean
  /** Further tags, put on by hand. */
  extraTags: readonly string[]
  /** Fields that are left out of its answers, which then have status 206. */
  missing: readonly string[]
}

type Begun = 'id' | 'packId' | 'sellerId' | 'buyerId' | 'siteId' | 'isTest' | 'currencyId' | 'line' | 'createdMs'

/** An order that nobody has paid for. Field by field: searches go through thousands, and objects of one shape are quick. */
export function newOrder(begun: Pick<Order, Begun>): Order {
  return {
    id: begun.id,
    packId: begun.packId,
    sellerId: begun.sellerId,
    buyerId: begun.buyerId,
    siteId: begun.siteId,
    isTest: begun.isTest,
    currencyId: begun.currencyId,
    line: begun.line,
    createdMs: begun.createdMs,
    closedMs: null,
    updatedMs: begun.createdMs,
    searchUpdatedMs: begun.createdMs,
    status: 'payment_required',
    payments: [],
    cancelDetail: null,
    reserved: false,
    delivered: false,
    fraud: false,
    extraTags: [],
    missing: [],
  }
}

export const packStatuses = ['released', 'error', 'pending_cancel', 'cancelled'] as const
export type PackStatus = (typeof packStatuses)[number]

/** What a buyer bought of one seller at one time. Pack : orders = 1 : N; pack : shipment = 1 : 0..1 (section 8). */
export interface Pack {
  readonly id: number
  readonly sellerId: number
  readonly buyerId: number
  readonly orderIds: readonly number[]
  readonly createdMs: number
  updatedMs: number
  status: PackStatus
  /** How it is sent; null when nothing is. */
  readonly shipping: Shipping | null
  shipmentId: number | null
  /** When its shipment comes into being; null when that is over, or never happens. */
  linkAtMs: number | null
}

export interface Shipping {
  readonly mode: ShipmentMode
  readonly logisticType: LogisticType
}

export function totalOf({line}: Pick<Order, 'line'>): number {
  return rounded(line.unitPrice * line.quantity)
}

/** To hundredths: amounts are sums of binary fractions. */
export function rounded(amount: number): number {
  return Math.round(amount * 100) / 100
}

/** Approved and not refunded. */
export function paidAmount({payments}: Pick<Order, 'payments'>): number {
  const approved = payments.filter(({status}) => status === 'approved')
  return rounded(approved.reduce((sum, {amount, refunded: refundPayments}) => sum + amount - refundPayments, 0))
}

/** Nothing is left to be paid, whatever part of it was given back later. */
export function isPaid(order: Pick<Order, 'payments' | 'line'>): boolean {
  return approvedAmount(order) >= totalOf(order)
}

export function approvedAmount({payments}: Pick<Order, 'payments'>): number {
  const approved = payments.filter(({status}) => status === 'approved')
  return rounded(approved.reduce((sum, {amount}) => sum + amount, 0))
}

/** What payments make of an order: our reading of the statuses' names (docs/mercadolibre.md, section 8). */
export function statusByPayments(order: Pick<Order, 'payments' | 'line'>): OrderStatus {
  if (isPaid(order)) return paidAmount(order) < totalOf(order) ? 'partially_refunded' : 'paid'
  if (order.payments.some(({status}) => status === 'in_process')) return 'payment_in_process'
  return approvedAmount(order) > 0 ? 'partially_paid' : 'payment_required'
}

/** A payment that is still open is decided, and if there is none another one is made. */
export function withPayment(
  payments: readonly Payment[],
  {id, status, amount, ms}: {id: number; status: PaymentOutcome; amount: number; ms: number},
): Payment[] {
  const decided = {status, amount, updatedMs: ms, approvedMs: status === 'approved' ? ms : null}
  const at = payments.findIndex((payment) => payment.status === 'pending' || payment.status === 'in_process')
  const open = payments[at]
  if (open === undefined) return [...payments, {id, refunded: 0, createdMs: ms, ...decided}]
  return payments.with(at, {...open, ...decided})
}

/** All of it goes back; what was open ends. */
export function cancelPayments(payments: readonly Payment[], ms: number): Payment[] {
  return payments.map((payment) => {
    if (payment.status === 'approved') return {...payment, status: 'refunded', refunded: payment.amount, updatedMs: ms}
    if (payment.status === 'rejected' || payment.status === 'refunded') return payment
    return {...payment, status: 'cancelled', updatedMs: ms}
  })
}

/** Gives `amount` back, from the first payment on that has some left. */
export function refunded(payments: readonly Payment[], amount: number, ms: number): Payment[] {
  let left = amount
  return payments.map((payment) => {
    if (payment.status !== 'approved' || left <= 0) return payment
    const share = Math.min(left, rounded(payment.amount - payment.refunded))
    left = rounded(left - share)
    return share === 0 ? payment : {...payment, refunded: rounded(payment.refunded + share), updatedMs: ms}
  })
}
