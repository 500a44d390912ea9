import type {Order, Pack} from '../model/orders/order.js'
import type {Orders} from '../model/orders/orders.js'
import type {Settings} from '../model/settings.js'
import {badRequest, standardError} from '../model/wire-errors.js'
import {renderRow, tagsOf, without} from './order-views.js'
import {invalidPaging, pagingIn, type Query, shownTotal, userIn} from './query.js'

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
  if (seller !== caller && buyer !== caller) throw standardError(403, 'caller.id.invalid', 'Invalid caller.id')
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

/** What a filter may look up beside the order; only those that need it do, since a search goes through all orders. */
export interface FilterLookups {
  packOf(order: Order): Pack | undefined
  /** Of whoever is not the caller. */
  nicknameOf(order: Order): string
}

type Test = (order: Order) => boolean

const hourMs = 3_600_000

/** With its offset: what a time without one means is not told, and must not depend on this machine. */
const fullDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/

/** All filters of section 8 at once; other parameters are ignored. @throws WireError 400 for a date that is none */
function readFilters(query: Query, settings: Settings, around: FilterLookups): Test {
  const tests = [
    ...byStatus(query),
    ...byDates(query, settings),
    ...byItem(query),
    ...byUnsupported(query),
    ...byTags(query, around),
    ...byText(query, around),
  ]
  return (order) => tests.every((test) => test(order))
}

/** The statuses that the query names. */
function statusesOf(query: Query): ReadonlySet<string> {
  return listOf(query, 'order.status')
}

function listOf(query: Query, name: string): ReadonlySet<string> {
  const values = (query.get(name) ?? '').split(',').map((value) => value.trim())
  return new Set(values.filter((value) => value !== ''))
}

function byStatus(query: Query): Test[] {
  const wanted = statusesOf(query)
  return wanted.size === 0 ? [] : [({status}) => wanted.has(status)]
}

/** Of several tags an order has all, or of `tags.not` none: our reading. */
function byTags(query: Query, {packOf}: FilterLookups): Test[] {
  const [wanted, unwanted] = [[...listOf(query, 'tags')], [...listOf(query, 'tags.not')]]
  if (wanted.length === 0 && unwanted.length === 0) return []
  return [
    (order) => {
      const tags = tagsOf(order, packOf(order))
      return wanted.every((tag) => tags.includes(tag)) && !unwanted.some((tag) => tags.includes(tag))
    },
  ]
}

function byItem(query: Query): Test[] {
  const itemId = query.get('item')
  return itemId === undefined ? [] : [({line}) => line.itemId === itemId]
}

/** `q` is an order id, an item id, a nickname, or words of a title. */
function byText(query: Query, {nicknameOf}: FilterLookups): Test[] {
  const text = query.get('q')?.trim().toLowerCase()
  if (text === undefined || text === '') return []
  return [
    (order) =>
      [String(order.id), order.line.itemId.toLowerCase(), nicknameOf(order).toLowerCase()].includes(text) ||
      order.line.title.toLowerCase().includes(text),
  ]
}

const dates: readonly (readonly [string, (order: Order) => number | null])[] = [
  ['order.date_created', ({createdMs}) => createdMs],
  ['order.date_last_updated', ({searchUpdatedMs}) => searchUpdatedMs],
  ['order.date_closed', ({closedMs}) => closedMs],
]

/** Minutes and below are dropped (section 8), so a range may hold more at its beginning and less at its end than was meant. */
function byDates(query: Query, {to_includes_its_hour: toIncludesItsHour}: Settings): Test[] {
  return dates.flatMap(([name, timeOf]) => {
    const from = hourOf(query, `${name}.from`)
    const to = hourOf(query, `${name}.to`)
    if (from === undefined && to === undefined) return []
    const [first, last] = [from ?? -Infinity, (to ?? Infinity) + (toIncludesItsHour ? hourMs - 1 : 0)]
    return [
      (order) => {
        const ms = timeOf(order)
        return ms !== null && ms >= first && ms <= last
      },
    ]
  })
}

function hourOf(query: Query, name: string): number | undefined {
  const text = query.get(name)
  if (text === undefined || text === '') return undefined
  const ms = fullDate.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) throw badRequest(`${name} must be a date like 2026-01-31T00:00:00.000-00:00`)
  return Math.floor(ms / hourMs) * hourMs
}

/** There are no mediations here and nobody gives feedback, so nothing fits. */
function byUnsupported(query: Query): Test[] {
  const asked = [...query.keys()].some((name) => name.startsWith('mediations.') || name.startsWith('feedback.'))
  return asked ? [() => false] : []
}
