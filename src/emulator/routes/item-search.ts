import type {FastifyInstance, FastifyRequest} from 'fastify'
import type {Catalogue} from '../model/items/catalogue.js'
import type {Item} from '../model/items/item.js'
import {inventoryIdOf} from '../model/items/shipping.js'
import {isFields, parseJson} from '../model/json.js'
import {accessDenied, badRequest, invalidScrollId} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'
import {AppliedFilters} from './item-filters.js'
import {offsetCap, type Query, readLimit, readOffset, readQuery, shownTotal} from './query.js'

type SellerRoute = {Params: {id: string}}

/** A seller's own listings. docs/mercadolibre.md, section 6.1. */
export function registerSearch(app: FastifyInstance, world: World): void {
  /** Only the owner can search. docs/mercadolibre.md, section 3 (403). */
  const owner = (request: FastifyRequest<SellerRoute>): number => {
    const {userId} = authenticate(world, request)
    if (request.params.id !== String(userId)) throw accessDenied()
    return userId
  }

  app.get<SellerRoute>('/users/:id/items/search', (request, reply) => {
    const {status, headers, body} = searchItems(world.catalogue, owner(request), readQuery(request.query))
    return reply.code(status).headers(headers).send(body)
  })

  app.get<SellerRoute>('/users/:id/items/search/restrictions', (request, reply) =>
    reply.send(restrictions(world.catalogue, owner(request))),
  )
}

interface SearchAnswer {
  /** 206 when the seller has too many items for `include_filters`. */
  status: 200 | 206
  headers: Readonly<Record<string, string>>
  body: object
}

/** `GET /users/:id/items/search`. docs/mercadolibre.md, section 6.1. */
function searchItems(catalogue: Catalogue, sellerId: number, query: Query): SearchAnswer {
  if (query.get('search_type') !== 'scan') return page(catalogue, sellerId, query)
  const byHandle = catalogue.settings.scroll_id === 'handle'
  return byHandle ? scanByHandle(catalogue, sellerId, query) : scan(catalogue, sellerId, query)
}

function page(catalogue: Catalogue, sellerId: number, query: Query): SearchAnswer {
  const limit = readLimit(query)
  const offset = readOffset(query, limit)
  const order = readOrder(query.get('orders'))
  const applied = new AppliedFilters(query)
  const found = catalogue.cachedSearch(sellerId, `${order.id} ${applied.key}`, () => {
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
 * The scroll id is the position of the page's last row, so no state is kept: a page has the rows after that position now, and an
 * earlier id returns its page again. docs/mercadolibre.md, section 6.1.
 */
function scan(catalogue: Catalogue, sellerId: number, query: Query): SearchAnswer {
  if (query.has('offset')) throw badRequest('scroll and offset cannot be used together')
  const limit = readLimit(query)
  // Scans have a fixed order, but an unknown one is refused.
  readOrder(query.get('orders'))
  const order = readOrder('stop_time_asc')
  const applied = new AppliedFilters(query)
  const given = query.get('scroll_id')
  const position = given === undefined ? undefined : readPosition(given)
  const rows = catalogue.cachedScan(sellerId, applied.key, () =>
    sorted(applied.matching(catalogue.listed(sellerId)), order),
  )
  const from = position === undefined ? 0 : firstAfter(rows, position)
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

/** A scan over a stored snapshot, in the order of publication. */
function scanByHandle(catalogue: Catalogue, sellerId: number, query: Query): SearchAnswer {
  const limit = readLimit(query)
  const order = readOrder(query.get('orders'))
  const applied = new AppliedFilters(query)
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

/** Adds filters when requested, except for very large sellers. docs/mercadolibre.md, section 6.1. */
function withFilters(
  catalogue: Catalogue,
  sellerId: number,
  applied: AppliedFilters,
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
function restrictions(catalogue: Catalogue, sellerId: number): object {
  const allowed = catalogue.size(sellerId) <= catalogue.settings.restricted_above
  return {aggregations_allowed: allowed, query_allowed: allowed, sort_allowed: allowed}
}

/** A position in the order of stop times; `number` breaks ties. */
type Position = Pick<Item, 'stopMs' | 'number'>

/** The scroll id, which contains the position of the last row. docs/mercadolibre.md, section 6.1. */
function writePosition({id, number, stopMs}: Item): string {
  const position = {id, numeric_id: number, stop_time: stopMs}
  return Buffer.from(JSON.stringify(position)).toString('base64')
}

/** @throws WireError 400 when it is not a position */
function readPosition(scrollId: string): Position {
  const position = parseJson(Buffer.from(scrollId, 'base64').toString())
  if (!isFields(position)) throw invalidScrollId()
  const {numeric_id: number, stop_time: stopTime} = position
  if (typeof number !== 'number' || typeof stopTime !== 'number') throw invalidScrollId()
  return {number, stopMs: stopTime}
}

/** The index of the first row after the position; `rows` are in the order of stop times. */
function firstAfter(rows: readonly Item[], position: Position): number {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const row = rows[middle]
    if (row !== undefined && isAfter(row, position)) high = middle
    else low = middle + 1
  }
  return low
}

function isAfter(row: Position, {stopMs, number}: Position): boolean {
  return row.stopMs === stopMs ? row.number > number : row.stopMs > stopMs
}

type SortKey = (item: Item) => number | string | null

interface SortOrder {
  id: string
  /** The id in `available_orders`, which is an object for two of them. docs/mercadolibre.md, section 6.1. */
  shownId: string | object
  name: string
  key: SortKey
  descending: boolean
}

type Row = readonly [id: string, name: string, key: SortKey, shownId?: object]

const stopTime: SortKey = ({stopMs}) => stopMs
const startTime: SortKey = ({startMs}) => startMs
const quantity: SortKey = (item) => item.quantity
const sold: SortKey = (item) => item.sold
const price: SortKey = (item) => item.price
const lastUpdated: SortKey = ({updatedMs}) => updatedMs

/** All orders of the service, in its sequence and wording; the first is the default. docs/mercadolibre.md, section 6.1. */
const rows: readonly Row[] = [
  ['stop_time_asc', 'stop time ascending', stopTime],
  ['stop_time_desc', 'stop time descending', stopTime],
  ['start_time_asc', 'start time ascending', startTime],
  ['start_time_desc', 'start time descending', startTime],
  ['available_quantity_asc', 'available quantity ascending', quantity],
  ['available_quantity_desc', 'available quantity descending', quantity],
  ['sold_quantity_asc', 'sold quantity ascending', sold],
  ['sold_quantity_desc', 'sold quantity descending', sold],
  ['price_asc', 'price ascending', price],
  ['price_desc', 'price descending', price],
  ['last_updated_desc', 'lastUpdated descending', lastUpdated],
  ['last_updated_asc', 'last updated ascending', lastUpdated],
  ['total_sold_quantity_asc', 'total sold quantity ascending', sold],
  ['total_sold_quantity_desc', 'total sold quantity descending', sold, {field: 'sold_quantity', order: 'desc'}],
  ['inventory_id_asc', 'inventory id ascending', inventoryIdOf, {field: 'inventory_id', order: 'asc'}],
]

const orders: readonly SortOrder[] = rows.map(([id, name, key, shownId]) => ({
  id,
  shownId: shownId === undefined ? id : {id, missing: '_last', ...shownId},
  name: `Order by ${name}`,
  key,
  descending: id.endsWith('_desc'),
}))

const availableOrders = orders.map(orderShown)

function orderShown({shownId, name}: SortOrder): {id: string | object; name: string} {
  return {id: shownId, name}
}

/** The answer to an unknown order is not documented. @throws WireError 400 */
function readOrder(id: string | undefined): SortOrder {
  const order = orders.find((known) => known.id === (id ?? 'stop_time_asc'))
  if (order === undefined) throw badRequest(`Invalid order: ${id}`)
  return order
}

/** A sorted copy. Items without a value come last, and equal ones are in the order of their numbers. */
function sorted(items: readonly Item[], {key, descending}: SortOrder): Item[] {
  const keyed = items.map((item) => ({item, value: key(item)}))
  const sign = descending ? -1 : 1
  keyed.sort((a, b) => compare(a.value, b.value, sign) || a.item.number - b.item.number)
  return keyed.map(({item}) => item)
}

function compare(a: number | string | null, b: number | string | null, sign: number): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  return a < b ? -sign : sign
}
