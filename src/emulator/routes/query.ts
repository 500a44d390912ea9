import type {Totals} from '../model/settings.js'
import {badRequest, type WireError} from '../model/wire-errors.js'

/** Query parameters by name, with the first value of a repeated one. */
export type Query = ReadonlyMap<string, string>

export function readQuery(query: unknown): Query {
  const read = new Map<string, string>()
  if (typeof query !== 'object' || query === null) return read
  for (const [name, value] of Object.entries(query)) {
    const first: unknown = Array.isArray(value) ? value[0] : value
    if (typeof first === 'string') read.set(name, first)
  }
  return read
}

/** @throws WireError 400 when it is not a number */
export function readUserId(query: Query, name: string): number | undefined {
  const text = query.get(name)
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text)) throw badRequest(`${name} must be a number`)
  return Number(text)
}

/** The number of records that paging by offset can reach. docs/mercadolibre.md, sections 6.1 and 7. */
export const offsetCap = 1000

/** 50 by default, at most 100. Whether `limit=0` is allowed is unconfirmed; it is refused here. docs/mercadolibre.md, section 6.1. */
export function readLimit(query: Query): number {
  const limit = readPagingParameter(query, 'limit', 50)
  if (limit < 1 || limit > 100) throw invalidPaging()
  return limit
}

/** The offset of a page that is not part of a scan. @throws WireError 400 */
export function readOffset(query: Query, limit: number): number {
  if (query.has('scroll_id')) throw badRequest('scroll_id needs search_type=scan')
  const offset = readPagingParameter(query, 'offset', 0)
  if (offset + limit > offsetCap) throw invalidPaging()
  return offset
}

/** @throws WireError 400 when it is not a number */
export function readPagingParameter(query: Query, name: 'limit' | 'offset', otherwise: number): number {
  const text = query.get(name)
  if (text === undefined) return otherwise
  if (!/^\d{1,9}$/.test(text)) throw invalidPaging()
  return Number(text)
}

const constantTotal = 10_000

/** The total that a search shows, which a setting can make wrong. */
export function shownTotal(total: number, mode: Totals): number {
  if (mode === 'honest') return total
  return mode === 'zero' ? 0 : constantTotal
}

export function invalidPaging(): WireError {
  return badRequest('Invalid limit and offset values')
}
