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

/** The outcomes of a payment, which test cards choose by the card holder's name (docs/mercadolibre.md, section 4). */
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

/** The item as it was when it was bought. */
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
  /** The warehouse it is shipped from; null unless the seller has several. */
  readonly stock: {readonly storeId: string; readonly nodeId: string} | null
  readonly quantity: number
  /** In the order's currency, as all amounts are. */
  readonly unitPrice: number
}

export interface CancelDetail {
  readonly group: string
  readonly code: string
  readonly description: string
  readonly requestedBy: Requester
  readonly ms: number
}

/** The parties and the currency of an order. */
export interface OrderParties {
  readonly sellerId: number
  readonly buyerId: number
  readonly siteId: string
  readonly isTest: boolean
  readonly currencyId: string
}

/** The fields of an order that never change. Times are milliseconds since 1970. */
export interface NewOrder extends OrderParties {
  readonly id: number
  readonly packId: number
  readonly line: OrderLine
  readonly createdMs: number
}

export interface Order extends NewOrder {
  /** The time of the payment. */
  closedMs: number | null
  updatedMs: number
  /** `date_last_updated`, which searches use. It can change while `updatedMs` does not. */
  searchUpdatedMs: number
  status: OrderStatus
  payments: readonly Payment[]
  cancelDetail: CancelDetail | null
  /** True while its units are taken out of the stock. */
  reserved: boolean
  delivered: boolean
  fraud: boolean
  /** Tags that a test has added. */
  extraTags: readonly string[]
  /** Fields that answers leave out, with status 206. */
  missing: readonly string[]
}

/** An unpaid order. All have the fields in one order, because searches are quicker over objects of one shape. */
export function newOrder(fields: NewOrder): Order {
  return {
    id: fields.id,
    packId: fields.packId,
    sellerId: fields.sellerId,
    buyerId: fields.buyerId,
    siteId: fields.siteId,
    isTest: fields.isTest,
    currencyId: fields.currencyId,
    line: fields.line,
    createdMs: fields.createdMs,
    closedMs: null,
    updatedMs: fields.createdMs,
    searchUpdatedMs: fields.createdMs,
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

/** The orders of one purchase from one seller, with at most one shipment (section 8). */
export interface Pack {
  readonly id: number
  readonly sellerId: number
  readonly buyerId: number
  readonly orderIds: readonly number[]
  readonly createdMs: number
  updatedMs: number
  status: PackStatus
  /** Null when nothing is shipped. */
  readonly shipping: Shipping | null
  shipmentId: number | null
  /** The time at which its shipment is created; null afterwards, and without shipping. */
  linkAtMs: number | null
}

export interface Shipping {
  readonly mode: ShipmentMode
  readonly logisticType: LogisticType
}

export function totalOf({line}: Order): number {
  return rounded(line.unitPrice * line.quantity)
}

/** Rounds to hundredths, because sums of binary fractions are not exact. */
export function rounded(amount: number): number {
  return Math.round(amount * 100) / 100
}

/** The amount that was approved and not refunded. */
export function paidAmount({payments}: Order): number {
  const approved = payments.filter(({status}) => status === 'approved')
  return rounded(approved.reduce((sum, {amount, refunded}) => sum + amount - refunded, 0))
}

/** True when the whole amount was paid, also when part of it was refunded later. */
export function isPaid(order: Order): boolean {
  return approvedAmount(order) >= totalOf(order)
}

export function approvedAmount({payments}: Order): number {
  const approved = payments.filter(({status}) => status === 'approved')
  return rounded(approved.reduce((sum, {amount}) => sum + amount, 0))
}

/** The status that follows from the payments: our reading of the statuses' names (docs/mercadolibre.md, section 8). */
export function statusByPayments(order: Order): OrderStatus {
  if (isPaid(order)) return paidAmount(order) < totalOf(order) ? 'partially_refunded' : 'paid'
  if (order.payments.some(({status}) => status === 'in_process')) return 'payment_in_process'
  return approvedAmount(order) > 0 ? 'partially_paid' : 'payment_required'
}

/** Decides the open payment, or adds one when none is open. */
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

/** Refunds approved payments and cancels open ones. */
export function cancelPayments(payments: readonly Payment[], ms: number): Payment[] {
  return payments.map((payment) => {
    if (payment.status === 'approved') return {...payment, status: 'refunded', refunded: payment.amount, updatedMs: ms}
    if (payment.status === 'rejected' || payment.status === 'refunded') return payment
    return {...payment, status: 'cancelled', updatedMs: ms}
  })
}

/** Refunds `amount`, beginning with the first payment that has something left. */
export function refundPayments(payments: readonly Payment[], amount: number, ms: number): Payment[] {
  let left = amount
  return payments.map((payment) => {
    if (payment.status !== 'approved' || left <= 0) return payment
    const share = Math.min(left, rounded(payment.amount - payment.refunded))
    left = rounded(left - share)
    return share === 0 ? payment : {...payment, refunded: rounded(payment.refunded + share), updatedMs: ms}
  })
}
