import type {Fetched, Question} from '../../services/ports/index.js'
import {apiError, unusableAnswer} from '../http/api-errors.js'
import type {ApiResponse, Requester} from '../http/client-types.js'
import type {Query} from '../http/http-types.js'
import {unreadable} from '../http/unreadable.js'
import {readQuestion, readQuestionPage} from '../wire/questions.js'
import {isLostScroll, isOldScroll, lostScroll, type Scroll} from './scroll.js'

/** What the service's own samples say. */
export const pageSize = 50
/** Records that paging by offset can reach. docs/mercadolibre.md, section 7. */
export const offsetCap = 1000

/** A page of questions as they came. */
export interface Found {
  records: Fetched<Question>[]
  total: number | null
  scrollId: string | null
}

interface SearchDeps {
  userId: number
  now: () => Date
}

/** `GET /questions/search` for the questions that one seller received, by offset and by scroll. */
export class QuestionSearch {
  constructor(
    private readonly client: Requester,
    private readonly deps: SearchDeps,
  ) {}

  /** The newest first. Fewer come at the end of what paging by offset reaches. */
  async newest(filter: Query, offset: number, signal: AbortSignal): Promise<Found> {
    const limit = Math.min(pageSize, offsetCap - offset)
    const query = {...filter, sort_fields: 'date_created', sort_types: 'DESC', offset, limit}
    return this.#read(await this.#ask(query, signal, {patient: true}))
  }

  /** MELI_LISTING_EXPIRED when the service does not know the scroll any more. */
  async scan(filter: Query, scroll: Scroll | undefined, signal: AbortSignal): Promise<Found> {
    const isOld = isOldScroll(scroll, this.deps.now())
    const query = {...filter, search_type: 'scan', limit: pageSize, scroll_id: scroll?.id}
    // A 429 may mean that the scroll is too old, and waiting would not help then.
    const answer = await this.#ask(query, signal, {patient: !isOld})
    if (answer.status >= 400 && scroll !== undefined && isLostScroll(answer, isOld)) throw lostScroll(answer)
    return this.#read(answer)
  }

  #ask(query: Query, signal: AbortSignal, {patient}: {patient: boolean}): Promise<ApiResponse> {
    const all = {seller_id: this.deps.userId, api_version: 4, ...query}
    const options = {query: all, signal, patient, expectsJson: true, anyStatus: true}
    return this.client.request('GET', '/questions/search', options)
  }

  #read(answer: ApiResponse): Found {
    if (answer.status >= 400) throw apiError(answer)
    const page = answer.status < 300 ? readQuestionPage(answer.json()) : undefined
    if (page === undefined) throw unusableAnswer(answer, 'a list of questions')
    const context = {userId: this.deps.userId, partial: answer.status === 206}
    const records = page.questions.map((json): Fetched<Question> => {
      const record = readQuestion(json, context)
      return record === undefined ? unreadable('question', json) : {ok: true, id: record.id, record}
    })
    return {records, total: page.total, scrollId: page.scrollId}
  }
}
