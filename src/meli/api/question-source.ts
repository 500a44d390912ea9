import type {Fetched, Question, QuestionApi} from '../../services/ports/index.js'
import {apiError, isRecordRefused, unusableAnswer} from '../http/api-errors.js'
import type {ApiResponse, Requester, RequestOptions} from '../http/client-types.js'
import {readServiceError} from '../http/wire-error.js'
import {readQuestion} from '../wire/questions.js'
import type {ApiParts} from './api-parts.js'
import {QuestionSearch} from './question-search.js'
import {QuestionWalk} from './question-walk.js'

/** Questions that a seller received. docs/mercadolibre.md, section 7. */
export function questionApi({client, bulkClient, now}: ApiParts): QuestionApi {
  return {
    questions(userId, known) {
      const bulk = bulkClient()
      const search = new QuestionSearch(bulk, {userId, now})
      const one = (id: string, signal: AbortSignal) => fetchOne(bulk, userId, id, signal)
      return new QuestionWalk({search, traffic: bulk.traffic, now, known, one})
    },
    async question(userId, id, signal) {
      return questionIn(await ask(client, id, signal ? {signal} : {}), userId, id)
    },
  }
}

async function fetchOne(
  client: Requester,
  userId: number,
  id: string,
  signal: AbortSignal,
): Promise<Fetched<Question>> {
  const answer = await ask(client, id, {signal, patient: true, anyStatus: true})
  const {status} = answer
  if (isRecordRefused(answer)) return {ok: false, id, status, message: readServiceError(answer).message}
  if (status >= 400) throw apiError(answer)
  return {ok: true, id, record: questionIn(answer, userId, id)}
}

function ask(client: Requester, id: string, options: RequestOptions): Promise<ApiResponse> {
  const query = {api_version: 4}
  return client.request('GET', `/questions/${encodeURIComponent(id)}`, {...options, query, expectsJson: true})
}

function questionIn(answer: ApiResponse, userId: number, id: string): Question {
  const question = readQuestion(answer.json(), {userId, partial: answer.status === 206})
  if (question?.id !== id) throw unusableAnswer(answer, 'the question')
  return question
}
