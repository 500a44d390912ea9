import type {Order, Pack} from '../model/orders/order.js'
import {isPaid} from '../model/orders/payment.js'

/** Those of section 8 that follow from what the emulator knows, and what was put on by hand. */
export function tagsOf(order: Order, pack: Pack | undefined): string[] {
  const wanted: [string, boolean][] = [
    [isPaid(order) ? 'paid' : 'not_paid', true],
    [order.delivered ? 'delivered' : 'not_delivered', true],
    ['pack_order', (pack?.orderIds.length ?? 1) > 1],
    ['no_shipping', pack?.shipping === null],
    ['test_order', order.isTest],
    ['catalog', order.line.isCatalogue],
    ['fraud_risk_detected', order.fraud],
  ]
  const tags = wanted.filter(([, applies]) => applies).map(([tag]) => tag)
  return [...new Set([...tags, ...order.extraTags])]
}
