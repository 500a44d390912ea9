import {MeliError} from '../../core/errors.js'
import {itemStatuses} from '../../records/item-statuses.js'
import type {
  ItemSourceOptions,
  ItemSource as Items,
  ListedPage,
  Slice,
  SyncedProduct,
  Traffic,
} from '../../services/ports/index.js'
import {apiError, unusableAnswer} from '../http/api-errors.js'
import type {BackOff} from '../http/ask-again.js'
import type {ApiResponse, Requester, RequestOptions} from '../http/client-types.js'
import type {Query} from '../http/http-types.js'
import {LastPage} from '../http/last-page.js'
import {type Page, readPage} from '../http/page.js'
import {Multiget, mostIds} from './multiget.js'
import {isLostScroll, isOldScroll, lostScroll, scrollBehind} from './scroll.js'
import {readCursor, type ScrollCursor, writeCursor} from './scroll-cursor.js'

const pageSize = 100
/** Records that paging by offset can reach. */
const offsetCap = 1000

export interface ItemSourceDeps extends ItemSourceOptions {
  userId: number
  now: () => Date
  backOff: BackOff
}

/** The listings of one seller. docs/mercadolibre.md, sections 6.1 and 6.2. */
export function createItemSource(client: Requester & {readonly traffic: Traffic}, options: ItemSourceDeps): Items {
  return new ItemSource(client, options)
}

class ItemSource implements Items {
  readonly batchSize = mostIds
  readonly recentCap = offsetCap
  readonly slices: readonly Slice[]
  readonly #multiget: Multiget
  readonly #path: string
  readonly #lastPage = new LastPage(pageSize)

  constructor(
    private readonly client: Requester & {readonly traffic: Traffic},
    private readonly options: ItemSourceDeps,
  ) {
    const chosen = [...new Set(options.statuses ?? [])]
    this.slices = (chosen.length > 0 ? chosen : itemStatuses).map((status) => ({status}))
    this.#multiget = new Multiget(client, options.backOff)
    this.#path = `/users/${options.userId}/items/search`
  }

  get traffic(): Traffic {
    return this.client.traffic
  }

  /**
   * Each call sends the scroll id of the page before. The end is a page without results or without a scroll id, or a short page
   * that completes the total.
   */
  async *list(slice: Slice, cursor: string | null, signal: AbortSignal): AsyncGenerator<ListedPage> {
    const query = {...this.#filter(slice), search_type: 'scan', limit: pageSize}
    let at = cursor === null ? undefined : readCursor(cursor)
    let counted = 0
    for (;;) {
      const answer = await this.#scan(query, at, signal)
      const page = readPage(answer.json())
      const ids = idsOf(page)
      // Only the service knows where a handle stands after a crash, so the listing begins anew.
      if (cursor !== null && ids.length > 0 && page.scrollId === at?.scroll.id) throw lostScroll()
      // The end has no ids, and need not have a total; a beginning without one is no listing.
      const total = ids.length === 0 && at !== undefined ? (page.total ?? counted) : totalOf(page)
      at = this.#behind(at, page, total)
      yield {ids, total, cursor: at === undefined ? null : writeCursor(at)}
      if (at === undefined) return
      counted = total
    }
  }

  /** Where the scan is after this page; undefined at its end. */
  #behind(at: ScrollCursor | undefined, {results, scrollId}: Page, total: number): ScrollCursor | undefined {
    const received = (at?.received ?? 0) + results.length
    const isLast = this.#lastPage.isLast({length: results.length, received, total})
    const scroll = scrollBehind(at?.scroll, scrollId, this.options.now())
    return scroll === undefined || isLast ? undefined : {scroll, received}
  }

  async recent({offset, limit, slice = {}}: {offset: number; limit: number; slice?: Slice}, signal: AbortSignal) {
    const most = Math.min(limit, pageSize, offsetCap - offset)
    if (most < 1) throw new RangeError(`paging by offset ends at ${offsetCap}`)
    const query = {...this.#filter(slice), orders: 'last_updated_desc', offset, limit: most}
    const answer = await this.client.request('GET', this.#path, this.#sending(query, signal))
    const json = answer.json()
    const page = readPage(json)
    if (orderOf(json) !== 'last_updated_desc') throw unusableAnswer(answer, 'the order by last change')
    return {ids: idsOf(page), total: totalOf(page)}
  }

  fetch(ids: readonly string[], signal: AbortSignal) {
    return this.#multiget.fetch(ids, this.options.userId, this.#sending({}, signal))
  }

  owners(ids: readonly string[], signal: AbortSignal): Promise<Map<string, number>> {
    return this.#multiget.owners(ids, this.#sending({}, signal))
  }

  changedAt(record: SyncedProduct): Date | null {
    return record.last_updated
  }

  isPartial(record: SyncedProduct): boolean {
    return record.partial
  }

  async #scan(query: Query, at: ScrollCursor | undefined, signal: AbortSignal): Promise<ApiResponse> {
    const isOld = isOldScroll(at?.scroll, this.options.now())
    const sending = this.#sending({...query, scroll_id: at?.scroll.id}, signal)
    // A 429 may mean that the scroll is too old, and waiting would not help then.
    const answer = await this.client.request('GET', this.#path, {...sending, patient: !isOld, anyStatus: true})
    if (answer.status < 300) return answer
    if (answer.status < 400) throw unusableAnswer(answer, 'a list of ids')
    throw at !== undefined && isLostScroll(answer, isOld) ? lostScroll(answer) : apiError(answer)
  }

  #filter(slice: Slice): Query {
    if (slice.status !== undefined) return {status: slice.status}
    const chosen = new Set(this.options.statuses ?? [])
    if (chosen.size > 1) throw new RangeError('several statuses are listed slice by slice')
    return {status: [...chosen][0]}
  }

  #sending(query: Query, signal: AbortSignal): RequestOptions {
    const {deadline} = this.options
    return {query, signal, patient: true, expectsJson: true, ...(deadline && {deadline})}
  }
}

function idsOf({results}: Page): string[] {
  const ids = results.filter((id) => typeof id === 'string')
  if (ids.length === results.length) return ids
  throw new MeliError('MELI_ANSWER_UNUSABLE', 'The list of items contains something other than ids', {
    try: ['try again in a minute'],
  })
}

function totalOf({total}: Page): number {
  if (total !== null) return total
  throw new MeliError('MELI_ANSWER_UNUSABLE', 'The list of items has no total', {try: ['try again in a minute']})
}

/** What the answer says it is sorted by; very large sellers may not sort. Nothing said is taken for what was asked. */
function orderOf(json: unknown): string {
  const {orders} = json as {orders?: unknown}
  const first: unknown = Array.isArray(orders) ? orders[0] : undefined
  const id = typeof first === 'object' && first !== null && 'id' in first ? first.id : undefined
  return typeof id === 'string' ? id : 'last_updated_desc'
}
