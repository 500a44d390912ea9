import type {Requester} from './client-types.js'
import type {Query} from './http-types.js'
import {fetchPage, type Page} from './page.js'

const scanPageSize = 100

/**
 * Pages of a deep listing. The same scroll_id goes with every call; null or no results is the end. A scroll that does
 * not move, or goes round, is cut: whoever must have everything compares what came with the total.
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
  const {scrollId} = page
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
    if (scrollId === null || page.scrollId === null || isLast(page, received, size)) return
    page = await fetchPage(client, path, {...asked, scroll_id: scrollId}, signal)
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
