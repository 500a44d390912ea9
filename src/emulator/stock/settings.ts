import {badRequest} from '../wire-errors.js'

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

const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

const allowed: {readonly [Name in keyof StockSettings]: (value: unknown) => boolean} = {
  requestsPerMinute: (value) => value === null || isCount(value),
  copyDelayMs: isCount,
  putAnswer: (value) => value === 'stock' || value === 'empty',
}

/** Changes the named settings; an unknown name or value is a 400 and changes nothing. */
export function changeSettings(settings: StockSettings, change: unknown): void {
  if (typeof change !== 'object' || change === null) throw badRequest('settings must be an object')
  for (const [name, value] of Object.entries(change)) {
    if (!Object.hasOwn(allowed, name)) throw badRequest(`there is no setting ${name}`)
    if (!allowed[name as keyof StockSettings](value))
      throw badRequest(`${JSON.stringify(value)} is not a value of ${name}`)
  }
  Object.assign(settings, change)
}
