import {changerOf, isCount, isCountOrNull} from '../settings.js'

/** Where the source is silent or a client wants to be tried, one can choose. docs/mercadolibre.md, sections 6.6 and 11. */
export interface StockSettings {
  /** Calls of `/user-products/:id/stock` and below, per application and minute of virtual time; null: no limit. */
  requestsPerMinute: number | null
  /** Virtual milliseconds until the other items of a user product have its stock too. */
  copyDelayMs: number
  /** What a PUT is answered with: 200 and the stock, or 204. */
  putAnswer: 'stock' | 'empty'
}

export function defaultSettings(): StockSettings {
  return {requestsPerMinute: 100, copyDelayMs: 0, putAnswer: 'stock'}
}

export const changeSettings = changerOf<StockSettings>({
  requestsPerMinute: isCountOrNull,
  copyDelayMs: isCount,
  putAnswer: ['stock', 'empty'],
})
