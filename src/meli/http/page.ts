import {MeliError} from '../../core/errors.js'
import {readPaging} from '../wire/wire.js'
import type {Requester} from './client-types.js'
import type {Query} from './http-types.js'

/** One page of a listing; null where the answer does not say. */
export interface Page {
  results: unknown[]
  total: number | null
  scrollId: string | null
}

export async function fetchPage(
  client: Requester,
  path: string,
  query: Query,
  signal: AbortSignal | undefined,
): Promise<Page> {
  return readPage((await client.request('GET', path, {query, expectsJson: true, ...(signal ? {signal} : {})})).json())
}

export function readPage(json: unknown): Page {
  return {results: resultsOf(json), ...readPaging(json)}
}

function resultsOf(json: unknown): unknown[] {
  const name = listIn(json)
  const list = name === null ? json : (Object.entries(json ?? {}).find(([each]) => each === name)?.[1] ?? [])
  return Array.isArray(list) ? list : []
}

/** Lists beside the results that say how they were, or may be, chosen and sorted. */
const aboutTheListing = /^(?:available_|filters$|sorts$|orders$)/

/**
 * The name of the list in an answer: `results`, or the only list of an answer that counts what it lists or is nothing else, such as
 * `questions` or `messages`. Null when the answer is the list. MELI_ANSWER_UNUSABLE when there is none: a user has lists too.
 */
export function listIn(json: unknown): string | null {
  if (Array.isArray(json)) return null
  if (typeof json === 'object' && json !== null) {
    if ('results' in json && (json.results === null || Array.isArray(json.results))) return 'results'
    const isListing = ['paging', 'total', 'scroll_id'].some((name) => name in json) || Object.keys(json).length === 1
    const lists = Object.entries(json).filter(([name, value]) => Array.isArray(value) && !aboutTheListing.test(name))
    if (isListing && lists.length === 1 && lists[0]) return lists[0][0]
  }
  throw new MeliError('MELI_ANSWER_UNUSABLE', 'The answer has no list of results', {
    try: ['leave --paginate out (in the library: use get): this is no listing'],
  })
}
