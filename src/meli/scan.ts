import type {Requester} from './client-types.js'
import type {Query} from './http-types.js'
import {fetchPage, type Page} from './page.js'

const scanPageSize = 100

/**
 * Pages of a deep listing. Each call sends the scroll id of the page before; none of it, or no results, is the end. A scroll
 * that does not move, or goes round, is cut: a caller that needs everything compares what came with the total.
 * docs/mercadolibre.md, section 6.1.
 */
export async function* scanPages(
  client: Requester,
  path: string,
  {query, signal}: {query?: Query; signal?: AbortSignal},
): AsyncGenerator<Page> {
  const asked = {limit: scanPageSize, ...query, search_type: 'scan', offset: null}
  const size = Number(asked.limit)
  let page = await fetchPage(client, path, asked, signal)
  let received = 0
  let last = ''
  // Whoever lists must learn the total, above all when nothing came although there is something.
  if (page.results.length === 0) yield page
  while (page.results.length > 0) {
    const now = JSON.stringify(page.results)
    if (now === last) return
    last = now
    yield page
    received += page.results.length
    if (page.scrollId === null || isLast(page, received, size)) return
    page = await fetchPage(client, path, {...asked, scroll_id: page.scrollId}, signal)
  }
}

/**
 * A short page that completes the total is the last one, which saves asking for an empty one. More than twice the total
 * cannot be right.
 */
function isLast({results, total}: Page, received: number, size: number): boolean {
  if (total === null) return false
  return (results.length < size && received >= total) || received > 2 * total + 1000
}
