import {isMeliError} from '../../core/errors.js'
import type {Fetched, Order, Traffic} from '../../services/ports/index.js'
import {unusableAnswer} from '../http/api-errors.js'
import type {Requester} from '../http/client-types.js'
import {LastPage} from '../http/last-page.js'
import {readExact} from '../http/raw-json.js'
import {unreadable} from '../http/unreadable.js'
import {missingOf, readOrder, readOrderPage} from '../wire/orders.js'

/** The most in one request. docs/mercadolibre.md, section 8. */
const pageSize = 50
/** How far offset and limit reach together, as on other listings: for orders it is not documented. */
const usualCap = 1000

export interface OrderFilter {
  by: 'date_created' | 'date_last_updated'
  from: Date
  /** Belongs to the next window too: how the service takes the end of a range is not documented. */
  to: Date
  status?: string | undefined
}

interface OrderPage {
  answers: Fetched<Order>[]
  /** As the service counts them now. */
  total: number
}

/**
 * `whole`: what came is what the service counted, from the first page to the last. `moving`: the count changed meanwhile.
 * `contradicted`: the count stayed the same and is not what came. `too-large`: paging ends before the last page. `cut`: an empty
 * page came behind a full one, so paging may have ended, or the count is wrong.
 */
export interface Reading {
  state: 'whole' | 'moving' | 'contradicted' | 'too-large' | 'cut'
  /** As the service counted last. */
  total: number
  /** Rows that paging reaches here. */
  cap: number
  /** Requests that the reading took. */
  pages: number
}

/** Searches of the orders of one seller, by dates that the service cuts down to the hour. docs/mercadolibre.md, section 8. */
export class OrderSearch {
  /** Less, once the service has refused an offset below. */
  cap = usualCap
  /** The service's totals have turned out to be wrong: the pages alone tell what there is. */
  overlooksTotals = false
  readonly #lastPage = new LastPage(pageSize)

  constructor(
    private readonly client: Requester & {readonly traffic: Traffic},
    private readonly userId: number,
  ) {}

  get traffic(): Traffic {
    return this.client.traffic
  }

  /** What fits, page by page; of too many nothing, unless `partly`. */
  async *read(
    filter: OrderFilter,
    {partly, signal}: {partly: boolean; signal: AbortSignal},
  ): AsyncGenerator<OrderPage, Reading> {
    const tally = new Tally()
    for (;;) {
      const size = Math.min(pageSize, this.cap - tally.count)
      const page = await this.#page(filter, tally.count, signal)
      if (page === undefined) return this.#atCap(tally)
      const {total} = page
      const isTooLarge = total > this.cap && page.answers.length >= size && !partly && !this.overlooksTotals
      if (isTooLarge) return {state: 'too-large', total, cap: this.cap, pages: tally.pages + 1}
      yield page
      tally.add(page, size)
      const {length} = page.answers
      const options = {size, shortIsLast: this.overlooksTotals}
      if (this.#lastPage.isLast({length, received: tally.count, total}, options)) return this.#atEnd(tally, {partly})
      if (tally.count >= this.cap) return this.#atCap(tally)
    }
  }

  #atEnd({isWhole, isSteady, endsFull, count, total, pages}: Tally, {partly}: {partly: boolean}): Reading {
    const {cap} = this
    if (isWhole) return {state: 'whole', total, cap, pages}
    if (!isSteady) return {state: 'moving', total, cap, pages}
    const isCut = endsFull && count < total && !partly && !this.overlooksTotals
    if (isCut) return {state: 'cut', total, cap: count, pages}
    return {state: count === total ? 'moving' : 'contradicted', total, cap, pages}
  }

  #atCap({isWhole, total, pages}: Tally): Reading {
    const {cap} = this
    if (isWhole && !this.overlooksTotals) return {state: 'whole', total, cap, pages}
    // More has come than paging reaches, whatever is counted.
    return {state: 'too-large', total: this.overlooksTotals ? cap + 1 : Math.max(total, cap + 1), cap, pages}
  }

  /** Undefined where the service does not go so far. */
  async #page(filter: OrderFilter, offset: number, signal: AbortSignal): Promise<OrderPage | undefined> {
    const {by, from, to, status} = filter
    const query = {
      seller: this.userId,
      [`order.${by}.from`]: wireDate(from),
      [`order.${by}.to`]: wireDate(to),
      'order.status': status,
      sort: 'date_asc',
      offset,
      limit: Math.min(pageSize, this.cap - offset),
    }
    try {
      const answer = await this.client.request('GET', '/orders/search', {
        ...{query, signal, patient: true, expectsJson: true},
      })
      // Refuses what is no JSON, before it is read in our way.
      answer.json()
      const page = readOrderPage(readExact(answer.text))
      if (page === undefined) throw unusableAnswer(answer, 'a page of orders')
      const missing = missingOf(answer)
      return {answers: page.results.map((each) => this.#answer(each, missing)), total: page.total}
    } catch (error) {
      if (offset === 0 || !isMeliError(error, 'MELI_API_REJECTED')) throw error
      this.cap = Math.min(this.cap, offset)
      return undefined
    }
  }

  #answer(json: unknown, missing: readonly string[] | undefined): Fetched<Order> {
    const read = readOrder(json, {userId: this.userId, missing: missing && lackingIn(json, missing)})
    if (read === undefined) return unreadable('order', json)
    const {order, sellerId} = read
    if (sellerId === null || sellerId === this.userId) return {ok: true, id: order.id, record: order}
    return {ok: false, id: order.id, status: 403, message: 'the order is of another seller'}
  }
}

/** What came of a window, against what was counted. */
class Tally {
  count = 0
  total = 0
  pages = 0
  /** The last page with rows was full. */
  endsFull = false
  private readonly ids = new Set<string>()
  private readonly totals = new Set<number>()

  get isSteady(): boolean {
    return this.totals.size === 1
  }

  get isWhole(): boolean {
    return this.isSteady && this.count === this.total && this.ids.size === this.total
  }

  add({answers, total}: OrderPage, size: number): void {
    for (const {id} of answers) this.ids.add(id)
    this.totals.add(total)
    this.total = total
    this.count += answers.length
    this.pages += 1
    if (answers.length > 0) this.endsFull = answers.length >= size
  }
}

/** Of the names for a whole page those that this order lacks; undefined when it has them all. */
function lackingIn(json: unknown, missing: readonly string[]): readonly string[] | undefined {
  const there = new Map(Object.entries(json ?? {}))
  const lacking = missing.filter((name) => (there.get(name) ?? null) === null)
  return missing.length > 0 && lacking.length === 0 ? undefined : lacking
}

/** Notation of the documentation; in UTC. */
function wireDate(date: Date): string {
  return date.toISOString().replace('Z', '-00:00')
}
