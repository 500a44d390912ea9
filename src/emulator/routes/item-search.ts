import {badRequest} from '../model/api-error.js'
import type {Catalogue} from '../model/items/catalogue.js'
import {Applied} from './item-filters.js'
import {firstBehind, readPosition, writePosition} from './item-positions.js'
import {availableOrders, orderShown, readOrder, sorted} from './item-sorts.js'
import {limitIn, offsetCap, offsetIn, shownTotal} from './paging.js'
import type {Query} from './query.js'

export interface SearchAnswer {
  /** 206 when the seller is too large for the filters that were asked for. */
  status: 200 | 206
  headers: Readonly<Record<string, string>>
  body: object
}

/** `GET /users/:id/items/search`. docs/mercadolibre.md, section 6.1. */
export function searchItems(catalogue: Catalogue, sellerId: number, query: Query): SearchAnswer {
  if (query.get('search_type') !== 'scan') return page(catalogue, sellerId, query)
  const byHandle = catalogue.settings.scroll_id === 'handle'
  return byHandle ? scanByHandle(catalogue, sellerId, query) : scan(catalogue, sellerId, query)
}

function page(catalogue: Catalogue, sellerId: number, query: Query): SearchAnswer {
  const limit = limitIn(query)
  const offset = offsetIn(query, limit)
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
    paging: {limit, offset, total: shownTotal(found.total, catalogue.settings.items_total)},
    results: found.ids.slice(offset, offset + limit),
    orders: [orderShown(order)],
    available_orders: availableOrders,
  }
  return withFilters(catalogue, sellerId, applied, query, body)
}

/**
 * The scroll id is the position of the page's last row, so the emulator keeps nothing of a scan: each page is what lies behind
 * that position now, and an id that was sent before gives its page again. docs/mercadolibre.md, section 6.1.
 */
function scan(catalogue: Catalogue, sellerId: number, query: Query): SearchAnswer {
  if (query.has('offset')) throw badRequest('scroll and offset cannot be used together')
  const limit = limitIn(query)
  // A scan has this order whatever is asked for; an unknown one is refused all the same.
  readOrder(query.get('orders'))
  const order = readOrder('stop_time_asc')
  const applied = new Applied(query)
  const given = query.get('scroll_id')
  const position = given === undefined ? undefined : readPosition(given)
  const rows = catalogue.rememberScan(sellerId, applied.key, () =>
    sorted(applied.matching(catalogue.listed(sellerId)), order),
  )
  const from = position === undefined ? 0 : firstBehind(rows, position)
  const found = rows.slice(from, from + limit)
  const last = found.at(-1)
  const body = {
    scroll_id: last === undefined ? '' : writePosition(last),
    seller_id: String(sellerId),
    results: found.map(({id}) => id),
    paging: {limit, total: shownTotal(rows.length, catalogue.settings.items_total)},
    query: null,
    orders: [orderShown(order)],
    available_orders: availableOrders,
  }
  return withFilters(catalogue, sellerId, applied, query, body)
}

/** A listing that is kept for the scan. Results come in the order of publication. */
function scanByHandle(catalogue: Catalogue, sellerId: number, query: Query): SearchAnswer {
  const limit = limitIn(query)
  const order = readOrder(query.get('orders'))
  const applied = new Applied(query)
  const matching = () => applied.matching(catalogue.listed(sellerId))
  const {total, rows, scrollId} = catalogue.scrolls.next(query, sellerId, limit, matching)
  const body = {
    seller_id: String(sellerId),
    query: null,
    paging: {limit, offset: 0, total: shownTotal(total, catalogue.settings.items_total)},
    results: rows?.map(({id}) => id) ?? null,
    scroll_id: scrollId,
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
  if (listed.length > catalogue.settings.restricted_above) {
    return {status: 206, headers: {'x-content-missing': 'filters, available_filters'}, body}
  }
  return {status: 200, headers: {}, body: {...body, ...applied.describe(applied.matching(listed))}}
}

/** `GET /users/:id/items/search/restrictions`. docs/mercadolibre.md, section 6.1. */
export function restrictions(catalogue: Catalogue, sellerId: number): object {
  const allowed = catalogue.size(sellerId) <= catalogue.settings.restricted_above
  return {aggregations_allowed: allowed, query_allowed: allowed, sort_allowed: allowed}
}
