import {MeliError} from '../../core/errors.js'
import type {WriteAnswer, WriteApi, WriteRequest} from '../../services/ports/index.js'
import {apiError, unusableAnswer} from '../http/api-errors.js'
import type {ApiResponse} from '../http/client-types.js'
import {readCauses} from '../http/wire-error.js'
import type {ApiParts} from './api-parts.js'

/** Requests that change something. Sent once, and once more after a 401 that a new token cures: a refused one changed nothing. */
export function writeApi({client}: Pick<ApiParts, 'client'>): WriteApi {
  return {
    async send({method, path, headers, body, bodyText}: WriteRequest, signal?: AbortSignal): Promise<WriteAnswer> {
      const answer = await client.request(method, path, {
        anyStatus: true,
        ...(headers && {headers}),
        ...(bodyText === undefined ? {body} : {jsonText: bodyText}),
        untilAnswered: true,
        ...(signal && {signal}),
      })
      if (answer.status >= 400) throw refused(answer)
      // Followed by nobody: the write must not be sent to another place, and was not carried out at this one.
      if (answer.status >= 300) throw unusableAnswer(answer, 'having carried it out')
      return answer
    },
  }
}

/** What the service says against a change is in its causes. docs/mercadolibre.md, section 6.4. */
function refused(answer: ApiResponse): MeliError {
  const {code, message, suggestions, details} = apiError(answer)
  return new MeliError(code, message, {try: suggestions, details: {...details, causes: readCauses(answer)}})
}
