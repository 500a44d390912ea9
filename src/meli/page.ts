import {MeliError} from '../errors.js'
import type {Requester} from './client-types.js'
import type {Query} from './http-types.js'
import {readPaging} from './wire.js'

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

/** `results`, the answer itself, or the only list beside `paging`, such as `grants` or `questions`. */
function resultsOf(json: unknown): unknown[] {
  if (Array.isArray(json)) return json
  if (typeof json === 'object' && json !== null) {
    if ('results' in json && (json.results === null || Array.isArray(json.results))) return json.results ?? []
    const lists = Object.values(json).filter((value) => Array.isArray(value))
    if (lists.length === 1 && lists[0]) return lists[0]
  }
  throw new MeliError('MELI_ANSWER_UNUSABLE', 'The answer has no list of results', {
    try: ['use get for resources that are not listings'],
  })
}
