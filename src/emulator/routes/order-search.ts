import {withoutFields} from '../model/json.js'
import type {Order, Pack} from '../model/orders/order.js'
import type {Orders} from '../model/orders/orders.js'
import type {Settings} from '../model/settings.js'
import {badRequest, standardError} from '../model/wire-errors.js'
import {renderRow, tagsOf} from './order-views.js'
import {invalidPaging, type Query, readPagingParameter, readUserId, shownTotal} from './query.js'

/** 50 in samples, and the most according to an integrator (docs/mercadolibre.md, section 8). */
const highestLimit = 50

const sorts = [
  {id: 'date_asc', name: 'Date ascending'},
  {id: 'date_desc', name: 'Date descending'},
] as const
type SortId = (typeof sorts)[number]['id']

interface OrderSearch {
  body: Record<string, unknown>
  /** The fields that at least one order lacks. */
  missing: readonly string[]
}

interface SearchDeps {
  orders: Orders
  nicknameOf(userId: number): string
}

/** `GET /orders/search` as the user `caller` (section 8). @throws WireError 400, 403 */
export function searchOrders({orders, nicknameOf}: SearchDeps, caller: number, query: Query): OrderSearch {
  const {settings} = orders
  const [seller, buyer] = [readUserId(query, 'seller'), readUserId(query, 'buyer')]
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
      withoutFields(renderRow(order, orders.packOf(order), nicknameOf(order.buyerId)), lacking(order)),
    ),
    sort: sorts.find(({id}) => id === sort),
    available_sorts: sorts.filter(({id}) => id !== sort),
    filters: [],
    paging: {total: shownTotal(rows.length, settings.orders_total), offset, limit},
    display: 'complete',
  }
  return {body, missing: [...new Set(page.flatMap(lacking))]}
}

/** A seller's search leaves out cancelled orders unless the query names the status: our reading (section 8). */
function hidesCancelled(query: Query, {cancelled}: Settings): boolean {
  if (cancelled === 'shown') return false
  return cancelled === 'hidden' || !statusesOf(query).has('cancelled')
}

/** Sellers sort by the date of closing, buyers and open orders by the date of creation. */
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
  const [limit, offset] = [readPagingParameter(query, 'limit', highestLimit), readPagingParameter(query, 'offset', 0)]
  const tooHigh = limit > highestLimit && highLimit === 'refuse'
  const shown = Math.min(limit, highestLimit)
  if (limit < 1 || tooHigh || (offsetCap !== null && offset + shown > offsetCap)) throw invalidPaging()
  return {limit: shown, offset}
}

/** Data beside the order, looked up only by filters that need it, because a search reads all orders. */
interface FilterLookups {
  packOf(order: Order): Pack | undefined
  /** The nickname of the other party. */
  nicknameOf(order: Order): string
}

type Test = (order: Order) => boolean

const hourMs = 3_600_000

/** An offset is required, because the meaning of a time without one is not documented. */
const fullDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/

/** All filters of section 8 combined. Other parameters are ignored. @throws WireError 400 for an invalid date */
function readFilters(query: Query, settings: Settings, lookups: FilterLookups): Test {
  const tests = [
    ...byStatus(query),
    ...byDates(query, settings),
    ...byItem(query),
    ...byUnsupported(query),
    ...byTags(query, lookups),
    ...byText(query, lookups),
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

/** An order has to have all `tags` and none of `tags.not`: our reading. */
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

/** Times are cut to the hour (section 8), so a range may begin earlier and end earlier than the query says. */
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

/** The emulator has no mediations and no feedback, so no order matches. */
function byUnsupported(query: Query): Test[] {
  const asked = [...query.keys()].some((name) => name.startsWith('mediations.') || name.startsWith('feedback.'))
  return asked ? [() => false] : []
}
