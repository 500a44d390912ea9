import type {Order, Pack} from './order.js'
import {changeSettings, defaultSettings, type OrderSettings} from './settings.js'

interface Counters {
  lastId: number
  lastPaymentId: number
  random: number
}

interface Contents {
  orders: readonly Order[]
  packs: readonly Pack[]
  settings: OrderSettings
  counters: Counters | undefined
}

export function packOrders({orders, packs, settings, counters}: Contents): unknown {
  return structuredClone({version: 1, orders, packs, settings, counters})
}

/** Of a state from before there were orders there are none. @throws TypeError when it is not what `packOrders` made */
export function unpackOrders(data: unknown): Contents {
  const settings = defaultSettings()
  if (data === undefined) return {orders: [], packs: [], settings, counters: undefined}
  if (!isPacked(data)) throw new TypeError('the orders of this state cannot be used')
  changeSettings(settings, data.settings)
  const {orders, ...rest} = structuredClone(data)
  return {...rest, orders: orders.map(completed), settings}
}

/** States of earlier versions lack some fields. */
function completed(order: Order): Order {
  return {
    ...order,
    searchUpdatedMs: order.searchUpdatedMs ?? order.updatedMs,
    line: {...order.line, stock: order.line.stock ?? null},
  }
}

function isPacked(data: unknown): data is Contents {
  if (typeof data !== 'object' || data === null || !('version' in data) || data.version !== 1) return false
  const {orders, packs, counters} = data as Partial<Contents>
  if (!Array.isArray(orders) || !orders.every(isOrder) || !Array.isArray(packs) || !packs.every(isPack)) return false
  const {lastId, lastPaymentId, random} = counters ?? {}
  return [lastId, lastPaymentId, random].every(Number.isSafeInteger)
}

function isOrder(row: unknown): boolean {
  const {id, packId, line, payments, status} = (row ?? {}) as Partial<Order>
  const numbers = [id, packId].every(Number.isSafeInteger)
  return numbers && typeof line?.itemId === 'string' && Array.isArray(payments) && typeof status === 'string'
}

function isPack(row: unknown): boolean {
  const {id, orderIds, status} = (row ?? {}) as Partial<Pack>
  return Number.isSafeInteger(id) && Array.isArray(orderIds) && typeof status === 'string'
}
