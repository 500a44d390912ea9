import {isFieldName} from '../items/fields.js'
import {changerOf, fits, isCount, isCountOrNull} from '../settings.js'

/** Where the source is silent one can choose. docs/mercadolibre.md, sections 8 and 14. */
export interface OrderSettings {
  /** A `limit` over 50 in a search is taken for 50, or refused. */
  highLimit: 'clamp' | 'refuse'
  /** Records that paging by offset can reach; null: all of them. */
  offsetCap: number | null
  /** A seller finds cancelled orders when `order.status` names them, or never. */
  cancelled: 'by_filter' | 'hidden'
  /** Dates are cut down to the hour. Does a `to` at 12:40 include what happened from 12:00 to 13:00? */
  toIncludesItsHour: boolean
  /** Virtual milliseconds for which a new order has no shipment. */
  shippingDelayMs: number
  /** Fields that all orders' answers lack; they then have status 206. */
  missing: readonly string[]
}

export function defaultSettings(): OrderSettings {
  return {
    highLimit: 'clamp',
    offsetCap: 1000,
    cancelled: 'by_filter',
    toIncludesItsHour: false,
    shippingDelayMs: 0,
    missing: [],
  }
}

export const changeSettings = changerOf<OrderSettings>({
  highLimit: ['clamp', 'refuse'],
  offsetCap: isCountOrNull,
  cancelled: ['by_filter', 'hidden'],
  toIncludesItsHour: [true, false],
  shippingDelayMs: isCount,
  missing: fits('names of fields', (value) => Array.isArray(value) && value.every(isFieldName)),
})
