import type {Requester} from './client-types.js'
import type {Query} from './http-types.js'
import {isNewBeginning, LastPage} from './last-page.js'
import {fetchPage, type Page} from './page.js'

const scanPageSize = 100

/**
 * Pages of a deep listing. Each call sends the scroll id of the page before; none of it, or no results, is the end. A scroll that
 * does not move, or goes round, is cut: a caller that needs everything compares what came with the total.
 * docs/mercadolibre.md, section 6.1.
 */
export async function* scanPages(
  client: Requester,
  path: string,
  {query, signal}: {query?: Query; signal?: AbortSignal},
): AsyncGenerator<Page> {
  const asked = {limit: scanPageSize, ...query, search_type: 'scan', offset: null}
  const lastPage = new LastPage(Number(asked.limit))
  const beginnings = new Set<string>()
  let page = await fetchPage(client, path, asked, signal)
  let received = 0
  // The caller must learn the total, above all when nothing came although there is something.
  if (page.results.length === 0) yield page
  while (page.results.length > 0 && isNewBeginning(page.results[0], beginnings)) {
    yield page
    const {results, total, scrollId} = page
    received += results.length
    if (scrollId === null || lastPage.isLast({length: results.length, received, total})) return
    page = await fetchPage(client, path, {...asked, scroll_id: scrollId}, signal)
  }
}
