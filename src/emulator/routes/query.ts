import type {Totals} from '../model/settings.js'
import {badRequest, type WireError} from '../model/wire-errors.js'

/** Query parameters by name; of a repeated one the first counts. */
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
export function userIn(query: Query, name: string): number | undefined {
  const text = query.get(name)
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text)) throw badRequest(`${name} must be a number`)
  return Number(text)
}

/** Records that paging by offset can reach; beyond is what scans are for. docs/mercadolibre.md, sections 6.1 and 7. */
export const offsetCap = 1000

/** Default 50, at most 100. Whether `limit=0` is allowed is unconfirmed; we refuse it. docs/mercadolibre.md, section 6.1. */
export function limitIn(query: Query): number {
  const limit = pagingIn(query, 'limit', 50)
  if (limit < 1 || limit > 100) throw invalidPaging()
  return limit
}

/** Where a page of `limit` rows begins that is no part of a scan. */
export function offsetIn(query: Query, limit: number): number {
  if (query.has('scroll_id')) throw badRequest('scroll_id needs search_type=scan')
  const offset = pagingIn(query, 'offset', 0)
  if (offset + limit > offsetCap) throw invalidPaging()
  return offset
}

/** @throws WireError 400 when it is not a number */
export function pagingIn(query: Query, name: 'limit' | 'offset', otherwise: number): number {
  const text = query.get(name)
  if (text === undefined) return otherwise
  if (!/^\d{1,9}$/.test(text)) throw invalidPaging()
  return Number(text)
}

/** The constant total that lies. */
const constantTotal = 10_000

export function shownTotal(total: number, mode: Totals): number {
  if (mode === 'honest') return total
  return mode === 'zero' ? 0 : constantTotal
}

export function invalidPaging(): WireError {
  return badRequest('Invalid limit and offset values')
}
