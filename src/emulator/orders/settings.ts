import {isFieldName} from '../items/fields.js'
import {badRequest} from '../wire-errors.js'

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

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0

const allowed: {readonly [Name in keyof OrderSettings]: (value: unknown) => boolean} = {
  highLimit: (value) => value === 'clamp' || value === 'refuse',
  offsetCap: (value) => value === null || isCount(value),
  cancelled: (value) => value === 'by_filter' || value === 'hidden',
  toIncludesItsHour: (value) => typeof value === 'boolean',
  shippingDelayMs: isCount,
  missing: (value) => Array.isArray(value) && value.every(isFieldName),
}

/** Changes the named settings; an unknown name or value is a 400 and changes nothing. */
export function changeSettings(settings: OrderSettings, change: unknown): void {
  if (typeof change !== 'object' || change === null) throw badRequest('settings must be an object')
  for (const [name, value] of Object.entries(change)) {
    const fits = Object.hasOwn(allowed, name) ? allowed[name as keyof OrderSettings] : undefined
    if (fits === undefined) throw badRequest(`there is no setting ${name}`)
    if (!fits(value)) throw badRequest(`${JSON.stringify(value)} is not a value of ${name}`)
  }
  Object.assign(settings, change)
}
