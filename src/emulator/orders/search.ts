import type {Query} from '../items/query.js'
import {badRequest} from '../wire-errors.js'
import {invalidCaller} from './errors.js'
import {type Candidate, readFilters, statusesOf} from './filters.js'
import type {Order} from './order.js'
import type {Orders} from './orders.js'
import type {OrderSettings} from './settings.js'
import {renderOrder, without} from './view.js'

/** docs/mercadolibre.md, section 8: 50 in samples, and by an integrator's word the most. */
const highestLimit = 50

const sorts = [
  {id: 'date_asc', name: 'Date ascending'},
  {id: 'date_desc', name: 'Date descending'},
] as const
type SortId = (typeof sorts)[number]['id']

export interface OrderSearch {
  body: Record<string, unknown>
  /** Fields that at least one of the orders lacks. */
  missing: readonly string[]
}

interface SearchDeps {
  orders: Orders
  nicknameOf(userId: number): string
}

/** `GET /orders/search` as the user `caller` (section 8). @throws WireError 400, 403 */
export function searchOrders({orders, nicknameOf}: SearchDeps, caller: number, query: Query): OrderSearch {
  const {settings} = orders
  const [seller, buyer] = [partyOf(query, 'seller'), partyOf(query, 'buyer')]
  if (seller === undefined && buyer === undefined) throw badRequest('seller or buyer is needed')
  if (seller !== caller && buyer !== caller) throw invalidCaller()
  const asSeller = seller === caller
  const sort = readSort(query)
  const {limit, offset} = readPaging(query, settings)
  const fits = readFilters(query, settings)
  const hidden = asSeller && hidesCancelled(query, settings)
  const rows = orders
    .list()
    .filter((order) => order.sellerId === (seller ?? order.sellerId) && order.buyerId === (buyer ?? order.buyerId))
    .filter(({status}) => !(hidden && status === 'cancelled'))
    .map((order): Candidate => {
      const other = asSeller ? order.buyerId : order.sellerId
      return {order, pack: orders.packOf(order), nickname: nicknameOf(other)}
    })
    .filter(fits)
    .sort(byDate(sort, asSeller))
  const page = rows.slice(offset, offset + limit)
  const lacking = (order: Order): readonly string[] => [...settings.missing, ...order.missing]
  const body = {
    query: query.get('q') ?? '',
    results: page.map(({order, pack}) => without(renderOrder(order, pack), lacking(order))),
    sort: sorts.find(({id}) => id === sort),
    available_sorts: sorts.filter(({id}) => id !== sort),
    filters: [],
    paging: {total: rows.length, offset, limit},
    display: 'complete',
  }
  return {body, missing: [...new Set(page.flatMap(({order}) => lacking(order)))]}
}

/** Searching as seller hides cancelled orders, unless they are asked for: our reading (section 8). */
function hidesCancelled(query: Query, {cancelled}: OrderSettings): boolean {
  return cancelled === 'hidden' || !statusesOf(query).has('cancelled')
}

/** The date is that of closing for sellers and that of creation for buyers; what is not closed yet goes by the latter. */
function byDate(sort: SortId, asSeller: boolean): (one: Candidate, other: Candidate) => number {
  const direction = sort === 'date_asc' ? 1 : -1
  const dateOf = ({closedMs, createdMs}: Order): number => (asSeller ? (closedMs ?? createdMs) : createdMs)
  return (one, other) => direction * (dateOf(one.order) - dateOf(other.order) || one.order.id - other.order.id)
}

function readSort(query: Query): SortId {
  const wanted = query.get('sort') ?? 'date_asc'
  const known = sorts.find(({id}) => id === wanted)
  if (known === undefined) throw badRequest(`orders are not sorted by ${wanted}`)
  return known.id
}

function readPaging(query: Query, {highLimit, offsetCap}: OrderSettings): {limit: number; offset: number} {
  const [limit, offset] = [count(query.get('limit'), highestLimit), count(query.get('offset'), 0)]
  const tooHigh = limit > highestLimit && highLimit === 'refuse'
  const shown = Math.min(limit, highestLimit)
  if (limit < 1 || tooHigh || (offsetCap !== null && offset + shown > offsetCap)) throw invalidPaging()
  return {limit: shown, offset}
}

function partyOf(query: Query, name: string): number | undefined {
  const text = query.get(name)
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text)) throw badRequest(`${name} must be a number`)
  return Number(text)
}

function count(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  if (!/^\d{1,9}$/.test(text)) throw invalidPaging()
  return Number(text)
}

function invalidPaging() {
  return badRequest('Invalid limit and offset values')
}
