import {badRequest} from '../model/api-error.js'
import type {Totals} from '../model/settings.js'
import type {WireError} from '../model/wire-error.js'
import type {Query} from './query.js'

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
