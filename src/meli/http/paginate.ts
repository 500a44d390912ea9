import type {Requester} from './client-types.js'
import type {Query} from './http-types.js'
import {isNewBeginning} from './last-page.js'
import {fetchPage, type Page} from './page.js'
import {scanPages} from './scan.js'

export interface PaginateOptions {
  query?: Query
  /** At most so many results in all. The size of a page is `query.limit`. */
  limit?: number
  signal?: AbortSignal
}

export async function* paginate(client: Requester, path: string, options: PaginateOptions): AsyncGenerator<unknown> {
  let left = options.limit ?? Number.POSITIVE_INFINITY
  if (left <= 0) return
  for await (const {results} of pagesOf(client, path, options)) {
    for (const result of results) {
      yield result
      if (--left <= 0) return
    }
  }
}

/** By scroll when the query asks for a scan, else by offset. */
export function pagesOf(
  client: Requester,
  path: string,
  options: Pick<PaginateOptions, 'query' | 'signal'>,
): AsyncIterable<Page> {
  return options.query?.search_type === 'scan' ? scanPages(client, path, options) : offsetPages(client, path, options)
}

/** A total that is smaller than what came is wrong, so the pages go on to an empty one, or to one that came before. */
async function* offsetPages(client: Requester, path: string, {query, signal}: PaginateOptions): AsyncGenerator<Page> {
  let offset = Number(query?.offset ?? 0)
  const beginnings = new Set<string>()
  for (;;) {
    const {results, total} = await fetchPage(client, path, {...query, offset}, signal)
    const isEnd = results.length === 0 || !isNewBeginning(results[0], beginnings)
    // The caller must learn the total, above all when nothing came although there is something.
    if (!isEnd || beginnings.size === 0) yield {results, total, scrollId: null}
    if (isEnd) return
    offset += results.length
    // Without a total the answer is not known to have pages at all.
    if (total === null || offset === total) return
  }
}
