import {invalidPaging, pagingIn, type Query} from '../query.js'
import {badRequest} from '../wire-errors.js'
import type {Catalogue} from './catalogue.js'
import {Applied} from './filters.js'
import {availableOrders, orderShown, readOrder, sorted} from './orders.js'

/** Records that paging by offset can reach. docs/mercadolibre.md, section 6.1. */
const offsetCap = 1000

export interface SearchAnswer {
  /** 206 when the seller is too large for the filters that were asked for. */
  status: 200 | 206
  headers: Readonly<Record<string, string>>
  body: object
}

/** `GET /users/:id/items/search`. docs/mercadolibre.md, section 6.1. */
export function searchItems(catalogue: Catalogue, sellerId: number, query: Query): SearchAnswer {
  return query.get('search_type') === 'scan' ? scan(catalogue, sellerId, query) : page(catalogue, sellerId, query)
}

function page(catalogue: Catalogue, sellerId: number, query: Query): SearchAnswer {
  if (query.has('scroll_id')) throw badRequest('scroll_id needs search_type=scan')
  const limit = readLimit(query)
  const offset = pagingIn(query, 'offset', 0)
  if (offset + limit > offsetCap) throw invalidPaging()
  const order = readOrder(query.get('orders'))
  const applied = new Applied(query)
  const found = catalogue.remember(sellerId, `${order.id} ${applied.key}`, () => {
    const matching = applied.matching(catalogue.listed(sellerId))
    return {
      total: matching.length,
      ids: sorted(matching, order)
        .slice(0, offsetCap)
        .map(({id}) => id),
    }
  })
  const body = {
    seller_id: String(sellerId),
    query: null,
    paging: {limit, offset, total: found.total},
    results: found.ids.slice(offset, offset + limit),
    orders: [orderShown(order)],
    available_orders: availableOrders,
  }
  return withFilters(catalogue, sellerId, applied, query, body)
}

/** Results come in the order of publication: a scan is not sorted. */
function scan(catalogue: Catalogue, sellerId: number, query: Query): SearchAnswer {
  if (query.has('offset')) throw badRequest('scroll and offset cannot be used together')
  const limit = readLimit(query)
  const order = readOrder(query.get('orders'))
  const given = query.get('scroll_id')
  const applied = new Applied(query)
  const scroll =
    given === undefined
      ? catalogue.scrolls.start(sellerId, applied.matching(catalogue.listed(sellerId)))
      : catalogue.scrolls.resume(given, sellerId)
  const results = catalogue.scrolls.page(scroll, limit).map(({id}) => id)
  // "Will be null" at the end: of what is not documented, so it can be chosen. docs/mercadolibre.md, section 6.1.
  const {scanEnd} = catalogue.settings
  const ended = results.length === 0
  const body = {
    seller_id: String(sellerId),
    query: null,
    paging: {limit, offset: 0, total: scroll.length},
    results: ended && scanEnd !== 'scroll_id' ? null : results,
    scroll_id: ended && scanEnd !== 'results' ? null : scroll.id,
    orders: [orderShown(order)],
    available_orders: availableOrders,
  }
  return withFilters(catalogue, sellerId, applied, query, body)
}

/** Filters are left out unless asked for; for very large sellers even then. docs/mercadolibre.md, section 6.1. */
function withFilters(
  catalogue: Catalogue,
  sellerId: number,
  applied: Applied,
  query: Query,
  body: object,
): SearchAnswer {
  if (query.get('include_filters') !== 'true') return {status: 200, headers: {}, body}
  const listed = catalogue.listed(sellerId)
  if (listed.length > catalogue.settings.restrictedAbove) {
    return {status: 206, headers: {'x-content-missing': 'filters, available_filters'}, body}
  }
  return {status: 200, headers: {}, body: {...body, ...applied.describe(applied.matching(listed))}}
}

/** `GET /users/:id/items/search/restrictions`. docs/mercadolibre.md, section 6.1. */
export function restrictions(catalogue: Catalogue, sellerId: number): object {
  const allowed = catalogue.size(sellerId) <= catalogue.settings.restrictedAbove
  return {aggregations_allowed: allowed, query_allowed: allowed, sort_allowed: allowed}
}

/** Default 50, at most 100. Whether `limit=0` is allowed is unconfirmed; we refuse it. docs/mercadolibre.md, section 6.1. */
function readLimit(query: Query): number {
  const limit = pagingIn(query, 'limit', 50)
  if (limit < 1 || limit > 100) throw invalidPaging()
  return limit
}
