import {MeliError} from '../errors.js'
import type {Fetched, Question} from '../services/ports.js'
import {apiError, unusableAnswer} from './api-errors.js'
import type {ApiResponse, Requester} from './client-types.js'
import type {Query} from './http-types.js'
import {readQuestion, readQuestionPage} from './wire-questions.js'

/** What the service's own samples say. */
export const pageSize = 50
/** Records that paging by offset can reach. docs/mercadolibre.md, section 7. */
export const offsetCap = 1000
const scrollLifeMs = 5 * 60_000

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

  /** MELI_LISTING_EXPIRED when the scroll is of no use any more. */
  async scan(filter: Query, scroll: {id: string; openedAt: Date} | undefined, signal: AbortSignal): Promise<Found> {
    const isOld = scroll !== undefined && this.deps.now().getTime() - scroll.openedAt.getTime() >= scrollLifeMs
    const query = {...filter, search_type: 'scan', limit: pageSize, scroll_id: scroll?.id}
    // A scroll that has been open for too long is answered with 429: patience would not help.
    const answer = await this.#ask(query, signal, {patient: !isOld})
    if (answer.status >= 400 && scroll !== undefined && isExpiry(answer, isOld)) throw expired(apiError(answer))
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
      if (record !== undefined) return {ok: true, id: record.id, record}
      throw unusableAnswer(answer, 'the ids of questions')
    })
    return {records, total: page.total, scrollId: page.scrollId}
  }
}

/** How it looks is not documented; see the listing of items. */
function isExpiry({status, text}: ApiResponse, isOld: boolean): boolean {
  return status === 429 ? isOld : (status === 400 || status === 404) && /scroll/i.test(text)
}

function expired(cause: MeliError): MeliError {
  return new MeliError('MELI_LISTING_EXPIRED', 'The scroll of the questions has expired', {
    try: ['run it again'],
    ...(cause.details && {details: cause.details}),
    cause,
  })
}
