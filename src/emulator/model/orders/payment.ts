import {type Order, type OrderStatus, type Payment, type PaymentOutcome, rounded, totalOf} from './order.js'

/** Approved and not refunded. */
export function paidAmount({payments}: Pick<Order, 'payments'>): number {
  const approved = payments.filter(({status}) => status === 'approved')
  return rounded(approved.reduce((sum, {amount, refunded}) => sum + amount - refunded, 0))
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
export function undone(payments: readonly Payment[], ms: number): Payment[] {
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
