import {type Totals, totals} from '../../routes/paging.js'
import {isFieldName} from '../json.js'
import {changerOf, fits, isCount, isCountOrNull} from '../settings.js'

/** Where the source is silent one can choose. docs/mercadolibre.md, sections 8 and 14. */
export interface OrderSettings {
  /** A `limit` over 50 in a search is taken for 50, or refused. */
  highLimit: 'clamp' | 'refuse'
  /** Records that paging by offset can reach; null: all of them. */
  offsetCap: number | null
  /** A seller finds cancelled orders when `order.status` names them, never, or always. */
  cancelled: 'by_filter' | 'hidden' | 'shown'
  /** Dates are cut down to the hour. Does a `to` at 12:40 include what happened from 12:00 to 13:00? */
  toIncludesItsHour: boolean
  /** Virtual milliseconds for which a new order has no shipment. */
  shippingDelayMs: number
  /** Fields that all orders' answers lack; they then have status 206. */
  missing: readonly string[]
  /** The 404 of an order or a pack: with `cause` as an empty text, or the standard body. */
  orderNotFoundBody: 'cause_as_text' | 'standard'
  /**
   * One amount is spelled differently by route (section 8). Which route spells it how is not told; here a single order has
   * `50000.0`, a single shipment `50000.00`, and a search `50000`. `short` is the last everywhere.
   */
  amountSpelling: 'by_route' | 'short'
  /** What `paging.total` of a search says. */
  ordersTotal: Totals
}

export function defaultSettings(): OrderSettings {
  return {
    highLimit: 'clamp',
    offsetCap: 1000,
    cancelled: 'by_filter',
    toIncludesItsHour: false,
    shippingDelayMs: 0,
    missing: [],
    orderNotFoundBody: 'cause_as_text',
    amountSpelling: 'by_route',
    ordersTotal: 'honest',
  }
}

/** What the documentation says where captured answers differ. */
export const documented: Partial<OrderSettings> = {orderNotFoundBody: 'standard', amountSpelling: 'short'}

export const changeSettings = changerOf<OrderSettings>({
  highLimit: ['clamp', 'refuse'],
  offsetCap: isCountOrNull,
  cancelled: ['by_filter', 'hidden', 'shown'],
  toIncludesItsHour: [true, false],
  shippingDelayMs: isCount,
  missing: fits('names of fields', (value) => Array.isArray(value) && value.every(isFieldName)),
  orderNotFoundBody: ['cause_as_text', 'standard'],
  amountSpelling: ['by_route', 'short'],
  ordersTotal: totals,
})
