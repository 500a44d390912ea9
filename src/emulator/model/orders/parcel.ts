import type {NewShipment} from '../shipments/shipment.js'
import {type Order, type Pack, rounded, totalOf} from './order.js'
import {isPaid} from './payment.js'

/** What is sent to the buyer of those orders of a pack; null when nothing is. */
export function parcelOf({shipping}: Pack, orders: readonly Order[]): NewShipment | null {
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
