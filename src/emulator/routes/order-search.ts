import {badRequest} from '../model/api-error.js'
import type {Order} from '../model/orders/order.js'
import type {Orders} from '../model/orders/orders.js'
import type {Settings} from '../model/settings.js'
import {invalidCaller} from './order-errors.js'
import {readFilters, statusesOf} from './order-filters.js'
import {renderRow, without} from './order-views.js'
import {invalidPaging, pagingIn, shownTotal} from './paging.js'
import {type Query, userIn} from './query.js'

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
  const [seller, buyer] = [userIn(query, 'seller'), userIn(query, 'buyer')]
  if (seller === undefined && buyer === undefined) throw badRequest('seller or buyer is needed')
  if (seller !== caller && buyer !== caller) throw invalidCaller()
  const asSeller = seller === caller
  const sort = readSort(query)
  const {limit, offset} = readPaging(query, settings)
  const fits = readFilters(query, settings, {
    packOf: (order) => orders.packOf(order),
    nicknameOf: ({buyerId, sellerId}) => nicknameOf(asSeller ? buyerId : sellerId),
  })
  const hidden = asSeller && hidesCancelled(query, settings)
  const isTheirs = ({sellerId, buyerId}: Order): boolean =>
    (seller === undefined || sellerId === seller) && (buyer === undefined || buyerId === buyer)
  const rows = orders
    .list()
    .filter((order) => isTheirs(order) && !(hidden && order.status === 'cancelled') && fits(order))
    .sort(byDate(sort, asSeller))
  const page = rows.slice(offset, offset + limit)
  const lacking = (order: Order): readonly string[] => [...settings.missing, ...order.missing]
  const body = {
    query: query.get('q') ?? '',
    results: page.map((order) =>
      without(renderRow(order, orders.packOf(order), nicknameOf(order.buyerId)), lacking(order)),
    ),
    sort: sorts.find(({id}) => id === sort),
    available_sorts: sorts.filter(({id}) => id !== sort),
    filters: [],
    paging: {total: shownTotal(rows.length, settings.orders_total), offset, limit},
    display: 'complete',
  }
  return {body, missing: [...new Set(page.flatMap(lacking))]}
}

/** Searching as seller hides cancelled orders, unless they are asked for: our reading (section 8). */
function hidesCancelled(query: Query, {cancelled}: Settings): boolean {
  if (cancelled === 'shown') return false
  return cancelled === 'hidden' || !statusesOf(query).has('cancelled')
}

/** The date is that of closing for sellers and that of creation for buyers; what is not closed yet goes by the latter. */
function byDate(sort: SortId, asSeller: boolean): (one: Order, other: Order) => number {
  const direction = sort === 'date_asc' ? 1 : -1
  const dateOf = ({closedMs, createdMs}: Order): number => (asSeller ? (closedMs ?? createdMs) : createdMs)
  return (one, other) => direction * (dateOf(one) - dateOf(other) || one.id - other.id)
}

function readSort(query: Query): SortId {
  const wanted = query.get('sort') ?? 'date_asc'
  const known = sorts.find(({id}) => id === wanted)
  if (known === undefined) throw badRequest(`orders are not sorted by ${wanted}`)
  return known.id
}

function readPaging(
  query: Query,
  {high_limit: highLimit, offset_cap: offsetCap}: Settings,
): {limit: number; offset: number} {
  const [limit, offset] = [pagingIn(query, 'limit', highestLimit), pagingIn(query, 'offset', 0)]
  const tooHigh = limit > highestLimit && highLimit === 'refuse'
  const shown = Math.min(limit, highestLimit)
  if (limit < 1 || tooHigh || (offsetCap !== null && offset + shown > offsetCap)) throw invalidPaging()
  return {limit: shown, offset}
}
