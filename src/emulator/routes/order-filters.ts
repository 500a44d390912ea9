import {badRequest} from '../model/api-error.js'
import type {Order, Pack} from '../model/orders/order.js'
import type {Settings} from '../model/settings.js'
import {tagsOf} from './order-tags.js'
import type {Query} from './query.js'

/** What a filter may look up beside the order; only those that need it do, since a search goes through all orders. */
export interface Around {
  packOf(order: Order): Pack | undefined
  /** Of whoever is not the caller. */
  nicknameOf(order: Order): string
}

type Test = (order: Order) => boolean

const hourMs = 3_600_000

/** With its offset: what a time without one means is not told, and must not depend on this machine. */
const fullDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/

/** All filters of section 8 at once; other parameters are ignored. @throws WireError 400 for a date that is none */
export function readFilters(query: Query, settings: Settings, around: Around): Test {
  const tests = [
    ...byStatus(query),
    ...byDates(query, settings),
    ...byItem(query),
    ...byWhatIsNeverThere(query),
    ...byTags(query, around),
    ...byText(query, around),
  ]
  return (order) => tests.every((test) => test(order))
}

/** The statuses that the query names. */
export function statusesOf(query: Query): ReadonlySet<string> {
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
function byTags(query: Query, {packOf}: Around): Test[] {
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
function byText(query: Query, {nicknameOf}: Around): Test[] {
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
function byWhatIsNeverThere(query: Query): Test[] {
  const asked = [...query.keys()].some((name) => name.startsWith('mediations.') || name.startsWith('feedback.'))
  return asked ? [() => false] : []
}
