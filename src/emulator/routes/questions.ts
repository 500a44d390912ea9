import type {FastifyInstance} from 'fastify'
import {type Fields, isFields, parseJson} from '../model/json.js'
import {invalidQuestion, type Question, questionNotFound, questionStatuses} from '../model/questions/question.js'
import {answer, ask, type Questions, remove} from '../model/questions/questions.js'
import {accessDenied, badRequest, invalidScrollId} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'
import {type Query, readLimit, readOffset, readQuery, readUserId, shownTotal} from './query.js'
import {offsetTime} from './wire-format.js'

type QuestionRoute = {Params: {id: string}}

/** docs/mercadolibre.md, section 7. */
export function registerQuestions(app: FastifyInstance, world: World): void {
  app.get('/questions/search', (request, reply) => {
    const {userId} = authenticate(world, request)
    return reply.send(searchQuestions(world.questions, userId, readQuery(request.query)))
  })

  app.get('/my/received_questions/search', (request, reply) => {
    const {userId} = authenticate(world, request)
    const query = new Map([...readQuery(request.query), ['seller_id', String(userId)] as const])
    return reply.send(searchQuestions(world.questions, userId, query))
  })

  app.get<QuestionRoute>('/questions/:id', (request, reply) => {
    const {userId} = authenticate(world, request)
    const id = idOf(request.params.id)
    const {questions} = world
    const question = questions.get(id)
    if (question === undefined) throw questionNotFound(id)
    if (question.sellerId !== userId && question.buyerId !== userId) throw accessDenied()
    const isNew = readQuery(request.query).get('api_version') === '4'
    return reply.send(
      isNew ? renderQuestion(question) : renderOldQuestion(question, questions.answeredOf(question.buyerId)),
    )
  })

  // The answer to a POST is documented for answers alone: the question in the newer shape (section 7).
  app.post('/questions', (request, reply) =>
    reply.send(renderQuestion(ask(world, authenticate(world, request), request.body))),
  )

  app.post('/answers', (request, reply) =>
    reply.send(renderQuestion(answer(world, authenticate(world, request).userId, request.body))),
  )

  app.delete<QuestionRoute>('/questions/:id', (request, reply) => {
    remove(world.questions, authenticate(world, request).userId, idOf(request.params.id))
    return reply.send(['Question deleted.'])
  })
}

function idOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw invalidQuestion(text)
  return Number(text)
}

type Json = Record<string, unknown>

/** `GET /questions/search`, as the user `caller`. docs/mercadolibre.md, section 7. @throws WireError 400 */
function searchQuestions(questions: Questions, caller: number, query: Query): Json {
  const filter = readFilter(query)
  if (filter.seller === undefined && filter.item === undefined && filter.from === undefined)
    throw badRequest('seller_id, item or from is needed')
  const sorts = readSorts(query)
  const limit = readLimit(query)
  const find = () => sorted(matching(questions, caller, filter), sorts)
  const found =
    query.get('search_type') === 'scan'
      ? scan(questions, caller, query, {limit, sorts, find})
      : slice(query, limit, find)
  const shape = query.get('api_version') === '4' ? renderQuestionRow : oldRowRenderer(questions)
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

/** The source does not show the elements, so they are our reading. docs/mercadolibre.md, section 7. */
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
    seller: readUserId(query, 'seller_id'),
    item: query.get('item') ?? query.get('item_id'),
    from: readUserId(query, 'from'),
    statuses: new Set(statuses),
  }
}

/** The statuses that other users see, as on the item's page: our reading. */
const publicStatuses: ReadonlySet<string> = new Set(['ANSWERED', 'UNANSWERED', 'CLOSED_UNANSWERED'])

function matching(questions: Questions, caller: number, {seller, item, from, statuses}: Filter): Question[] {
  return questions
    .list()
    .filter(
      (question) =>
        (seller === undefined || question.sellerId === seller) &&
        (item === undefined || question.itemId === item) &&
        (from === undefined || question.buyerId === from) &&
        (statuses.size === 0 || statuses.has(question.status)) &&
        (question.sellerId === caller || question.buyerId === caller || publicStatuses.has(question.status)),
    )
}

const fields = {
  item_id: ({itemId}: SortKey) => itemId,
  seller_id: ({sellerId}: SortKey) => sellerId,
  from_id: ({buyerId}: SortKey) => buyerId,
  date_created: ({createdMs}: SortKey) => createdMs,
} as const
type SortField = keyof typeof fields

interface Sort {
  field: SortField
  descending: boolean
}

function isField(name: string): name is SortField {
  return Object.hasOwn(fields, name)
}

/** Newest first by default, which is our reading. docs/mercadolibre.md, section 7. */
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

function compared(one: SortKey, other: SortKey, sorts: readonly Sort[]): number {
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
  const offset = readOffset(query, limit)
  const rows = find()
  return {total: rows.length, offset, rows: rows.slice(offset, offset + limit)}
}

/** Renders rows in the older shape. Each user's answered questions are counted once for all rows. */
function oldRowRenderer(questions: Questions): (question: Question) => Json {
  const counts = new Map<number, number>()
  for (const {buyerId, status} of questions.list())
    if (status === 'ANSWERED') counts.set(buyerId, (counts.get(buyerId) ?? 0) + 1)
  return (question) => renderOldQuestion(question, counts.get(question.buyerId) ?? 0)
}

/** The fields by which a search sorts. */
type SortKey = Pick<Question, 'id' | 'itemId' | 'sellerId' | 'buyerId' | 'createdMs'>

/** The scroll id, which contains the position of the last row, as for items. docs/mercadolibre.md, sections 6.1 and 7. */
function writePosition({id, itemId, sellerId, buyerId, createdMs}: SortKey): string {
  return Buffer.from(JSON.stringify({id, itemId, sellerId, buyerId, createdMs})).toString('base64')
}

/** @throws WireError 400 when it is not a position */
function readPosition(scrollId: string): SortKey {
  const position = parseJson(Buffer.from(scrollId, 'base64').toString())
  if (!isSortKey(position)) throw invalidScrollId()
  return position
}

function isSortKey(value: unknown): value is Fields & SortKey {
  if (!isFields(value) || typeof value.itemId !== 'string') return false
  return [value.id, value.sellerId, value.buyerId, value.createdMs].every(Number.isFinite)
}

/** Banned texts are empty. docs/mercadolibre.md, section 7. */
function textOf({text, status}: {text: string; status: string}): string {
  return status === 'BANNED' ? '' : text
}

function answerOf({answer}: Question): Json | null {
  if (answer === null) return null
  return {text: textOf(answer), status: answer.status, date_created: offsetTime(answer.createdMs)}
}

/** `GET /questions/:id?api_version=4`. docs/mercadolibre.md, section 7. */
export function renderQuestion(question: Question): Json {
  return {
    id: question.id,
    seller_id: question.sellerId,
    buyer_id: question.buyerId,
    item_id: question.itemId,
    deleted_from_listing: question.deletedFromListing,
    suspected_spam: question.suspectedSpam,
    status: question.status,
    hold: question.hold,
    text: textOf(question),
    app_id: question.appId,
    date_created: offsetTime(question.createdMs),
    last_updated: offsetTime(question.updatedMs),
    answer: answerOf(question),
  }
}

/** An element of a search. docs/mercadolibre.md, section 7. */
function renderQuestionRow(question: Question): Json {
  return {
    date_created: offsetTime(question.createdMs),
    item_id: question.itemId,
    seller_id: question.sellerId,
    status: question.status,
    text: textOf(question),
    id: question.id,
    deleted_from_listing: question.deletedFromListing,
    hold: question.hold,
    suspected_spam: question.suspectedSpam,
    answer: answerOf(question),
    from: {id: question.buyerId},
  }
}

/** The shape without `api_version`, with the number of the user's answered questions. docs/mercadolibre.md, section 7. */
function renderOldQuestion(question: Question, answeredQuestions: number): Json {
  return {...renderQuestionRow(question), from: {id: question.buyerId, answered_questions: answeredQuestions}}
}
