import {badRequest} from '../model/api-error.js'
import {type Question, questionStatuses} from '../model/questions/question.js'
import type {Questions} from '../model/questions/questions.js'
import {limitIn, offsetIn, shownTotal} from './paging.js'
import {type Query, userIn} from './query.js'
import {type Place, readPosition, writePosition} from './question-positions.js'
import {listed, oldShape} from './question-views.js'

type Json = Record<string, unknown>

/** `GET /questions/search`, as the user `caller`. docs/mercadolibre.md, section 7. @throws WireError 400 */
export function searchQuestions(questions: Questions, caller: number, query: Query): Json {
  const filter = readFilter(query)
  if (filter.seller === undefined && filter.item === undefined && filter.from === undefined)
    throw badRequest('seller_id, item or from is needed')
  const sorts = readSorts(query)
  const limit = limitIn(query)
  const find = () => sorted(matching(questions, caller, filter), sorts)
  const found =
    query.get('search_type') === 'scan'
      ? scan(questions, caller, query, {limit, sorts, find})
      : slice(query, limit, find)
  const shape = query.get('api_version') === '4' ? listed : older(questions)
  return {
    total: shownTotal(found.total, questions.settings.questions_total),
    limit,
    questions: found.rows?.map(shape) ?? null,
    ...('scrollId' in found ? {scroll_id: found.scrollId} : {}),
    filters: {
      limit,
      offset: found.offset,
      api_version: query.get('api_version') ?? null,
      is_admin: false,
      sorts: sorts.map(({field, descending}) => `${field.toUpperCase()}_${descending ? 'DESC' : 'ASC'}`),
      caller,
      ...(filter.seller === undefined ? {} : {seller: filter.seller}),
      ...(filter.item === undefined ? {} : {item: filter.item}),
      ...(filter.from === undefined ? {} : {from: filter.from}),
    },
    available_filters: availableFilters,
    available_sorts: ['item_id', 'from_id', 'date_created', 'seller_id'],
  }
}

/** The source leaves the elements out: our reading. docs/mercadolibre.md, section 7. */
const availableFilters = [
  {id: 'item', name: 'Item', type: 'text'},
  {id: 'seller_id', name: 'Seller id', type: 'number'},
  {id: 'from', name: 'From user id', type: 'number'},
  {id: 'status', name: 'Status', type: 'text', values: questionStatuses},
]

interface Filter {
  seller: number | undefined
  item: string | undefined
  from: number | undefined
  statuses: ReadonlySet<string>
}

/** The source writes both `item` and `item_id`. docs/mercadolibre.md, section 7. */
function readFilter(query: Query): Filter {
  const statuses = (query.get('status') ?? '').toUpperCase().split(',').filter(Boolean)
  const unknown = statuses.find((status) => !questionStatuses.some((known) => known === status))
  if (unknown !== undefined) throw badRequest(`there is no status ${unknown}`)
  return {
    seller: userIn(query, 'seller_id'),
    item: query.get('item') ?? query.get('item_id'),
    from: userIn(query, 'from'),
    statuses: new Set(statuses),
  }
}

/** Whoever neither asked nor was asked sees what stands on the item's page: our reading. */
const onThePage: ReadonlySet<string> = new Set(['ANSWERED', 'UNANSWERED', 'CLOSED_UNANSWERED'])

function matching(questions: Questions, caller: number, {seller, item, from, statuses}: Filter): Question[] {
  return questions
    .list()
    .filter(
      (question) =>
        (seller === undefined || question.sellerId === seller) &&
        (item === undefined || question.itemId === item) &&
        (from === undefined || question.buyerId === from) &&
        (statuses.size === 0 || statuses.has(question.status)) &&
        (question.sellerId === caller || question.buyerId === caller || onThePage.has(question.status)),
    )
}

const fields = {
  item_id: ({itemId}: Place) => itemId,
  seller_id: ({sellerId}: Place) => sellerId,
  from_id: ({buyerId}: Place) => buyerId,
  date_created: ({createdMs}: Place) => createdMs,
} as const
type SortField = keyof typeof fields

interface Sort {
  field: SortField
  descending: boolean
}

function isField(name: string): name is SortField {
  return Object.hasOwn(fields, name)
}

/** The newest first unless asked otherwise, which the source does not say. docs/mercadolibre.md, section 7. */
function readSorts(query: Query): Sort[] {
  const names = (query.get('sort_fields') ?? 'date_created').split(',')
  const types = (query.get('sort_types') ?? (query.has('sort_fields') ? 'ASC' : 'DESC')).toUpperCase().split(',')
  return names.map((field, n) => {
    const type = types[n] ?? types[0]
    if (!isField(field)) throw badRequest(`questions are not sorted by ${field}`)
    if (type !== 'ASC' && type !== 'DESC') throw badRequest('sort_types are ASC and DESC')
    return {field, descending: type === 'DESC'}
  })
}

function sorted(rows: Question[], sorts: readonly Sort[]): Question[] {
  return rows.sort((one, other) => compared(one, other, sorts))
}

function compared(one: Place, other: Place, sorts: readonly Sort[]): number {
  for (const {field, descending} of sorts) {
    const [a, b] = [fields[field](one), fields[field](other)]
    if (a !== b) return (a < b ? -1 : 1) * (descending ? -1 : 1)
  }
  return (one.id - other.id) * (sorts.at(-1)?.descending === true ? -1 : 1)
}

interface Scan {
  limit: number
  sorts: readonly Sort[]
  find: () => Question[]
}

function scan(questions: Questions, caller: number, query: Query, {limit, sorts, find}: Scan) {
  if (questions.settings.questions_scroll_id === 'handle')
    return {offset: 0, ...questions.scrolls.next(query, caller, limit, find)}
  if (query.has('offset')) throw badRequest('scroll and offset cannot be used together')
  const given = query.get('scroll_id')
  const last = given === undefined ? undefined : readPosition(given)
  const all = find()
  const rows = (last === undefined ? all : all.filter((row) => compared(row, last, sorts) > 0)).slice(0, limit)
  const end = rows.at(-1)
  return {offset: 0, total: all.length, rows, scrollId: end === undefined ? '' : writePosition(end)}
}

function slice(query: Query, limit: number, find: () => Question[]) {
  const offset = offsetIn(query, limit)
  const rows = find()
  return {total: rows.length, offset, rows: rows.slice(offset, offset + limit)}
}

/** Counts each asker's answered questions once for the whole answer. */
function older(questions: Questions): (question: Question) => Json {
  const counts = new Map<number, number>()
  for (const {buyerId, status} of questions.list())
    if (status === 'ANSWERED') counts.set(buyerId, (counts.get(buyerId) ?? 0) + 1)
  return (question) => oldShape(question, counts.get(question.buyerId) ?? 0)
}
