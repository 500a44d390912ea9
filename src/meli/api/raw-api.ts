import {MeliError} from '../../core/errors.js'
import type {RawApi, RawRequest} from '../../services/ports/index.js'
import {apiError, unusableAnswer} from '../http/api-errors.js'
import type {JsonSource} from '../http/body.js'
import type {ApiResponse, Requester} from '../http/client-types.js'
import {listIn, type Page} from '../http/page.js'
import {pagesOf} from '../http/paginate.js'
import {eachElement, eachProperty, skipSpace, valueEnd} from '../http/raw-json.js'
import type {ApiParts} from './api-parts.js'

const reading: ReadonlySet<RawRequest['method']> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Any path, with the token, the budget and the errors of every other call. */
export function rawApi({client}: Pick<ApiParts, 'client'>): RawApi {
  return {
    async raw({method, path, headers, body}, signal) {
      const isRead = reading.has(method)
      const answer = await client.request(method, path, {
        anyStatus: true,
        untilAnswered: !isRead,
        ...(headers && {headers}),
        ...(body !== undefined && {jsonText: body}),
        ...(signal && {signal}),
      })
      const {status, text, bytes} = answer
      return {status, headers: answer.headers, text, bytes, error: errorOf(answer, isRead)}
    },

    rawPages({path: asked, headers = {}}, signal) {
      const {path, query} = parted(asked)
      const pages = (requester: Requester) => pagesOf(requester, path, {query, ...(signal && {signal})})
      return linesOf(client, headers, (requester) => allOf(pages(requester), rowsBefore(asked)))
    },
  }
}

function errorOf(answer: ApiResponse, isRead: boolean) {
  if (answer.status >= 400) return apiError(answer)
  // 304 is what a conditional read asks for.
  const isAnswer = answer.status < 300 || (isRead && answer.status === 304)
  return isAnswer ? null : unusableAnswer(answer, 'what was asked for')
}

const ofPaging: ReadonlySet<string> = new Set(['search_type', 'limit', 'offset'])

/** What turns the pages apart from the rest of the query, which stays as it was written: there a name may be repeated. */
function parted(asked: string): {path: string; query: Readonly<Record<string, string>>} {
  const [, base = '', given = ''] = /^([^?]*)\??(.*)/s.exec(asked) ?? []
  const pairs = given.split('&').filter((pair) => pair !== '')
  const turns = ([name]: [string, string]) => ofPaging.has(name)
  const kept = pairs.filter((pair) => ![...new URLSearchParams(pair)].some(turns)).join('&')
  const query = Object.fromEntries([...new URLSearchParams(given)].filter(turns))
  return {path: kept === '' ? base : `${base}?${kept}`, query}
}

/** Rows of the listing before the one that the request begins with; undefined where it begins within a scan. */
function rowsBefore(asked: string): number | undefined {
  const given = new URLSearchParams(asked.replace(/^[^?]*\??/, ''))
  if (given.get('search_type') !== 'scan') return Number(given.get('offset')) || 0
  return given.has('scroll_id') ? undefined : 0
}

/** The pages; MELI_LISTING_INCOMPLETE behind the last one when fewer rows came than the service counts. */
async function* allOf(pages: AsyncIterable<Page>, before: number | undefined): AsyncGenerator<Page> {
  let received = 0
  let counted: number | null = null
  for await (const page of pages) {
    received += page.results.length
    counted = page.total ?? counted
    yield page
  }
  if (counted === null || before === undefined || before + received >= counted) return
  throw incomplete(received, counted - before)
}

function incomplete(received: number, counted: number): MeliError {
  return new MeliError('MELI_LISTING_INCOMPLETE', `Only ${received} of ${counted} results were listed`, {
    try: ['run it again: the listing may have changed while it was read'],
    details: {received, total: counted},
  })
}

/** Paging looks at the values; what is given out is cut from the text that they were read from. */
async function* linesOf(
  client: Requester,
  headers: Readonly<Record<string, string>>,
  pages: (requester: Requester) => AsyncIterable<unknown>,
): AsyncGenerator<string> {
  let last: ApiResponse | undefined
  const requester: Requester = {
    async request(method, path, options) {
      last = await client.request(method, path, {...options, headers})
      return last
    },
  }
  for await (const _ of pages(requester)) if (last !== undefined) yield* elements(last.source())
}

function elements({json, text, cut}: JsonSource): string[] {
  const found: string[] = []
  const collect = (at: number) => {
    const end = valueEnd(text, at)
    // A line feed in JSON stands between its parts: within a string it is written as an escape.
    found.push(
      Buffer.from(cut([at, end]))
        .toString('utf8')
        .replace(/[\r\n]+\s*/g, ''),
    )
    return end
  }
  const name = listIn(json)
  const start = skipSpace(text, 0)
  if (name === null) eachElement(text, start, collect)
  else
    eachProperty(text, start, (each, at) => {
      if (each === name) eachElement(text, at, collect)
      return valueEnd(text, at)
    })
  return found
}
