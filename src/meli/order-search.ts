import {isMeliError} from '../errors.js'
import type {Fetched, Order, Traffic} from '../services/ports.js'
import {unusableAnswer} from './api-errors.js'
import type {Requester} from './client-types.js'
import {readExact} from './exact-json.js'
import {unreadable} from './unreadable.js'
import {missingOf, readOrder, readOrderPage} from './wire-orders.js'

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
 * `whole`: what came is what the service counted, from the first page to the last. `unsure`: it changed meanwhile.
 * `too-large`: paging ends before.
 */
export interface Reading {
  state: 'whole' | 'unsure' | 'too-large'
  total: number
}

/** Searches of the orders of one seller, by dates that the service cuts down to the hour. docs/mercadolibre.md, section 8. */
export class OrderSearch {
  /** Less, once the service has refused an offset below. */
  cap = usualCap

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
    const read = new Tally()
    for (;;) {
      const page = await this.#page(filter, read.count, signal)
      const isTooLarge = page === undefined || (page.total > this.cap && !partly)
      if (isTooLarge) return {state: 'too-large', total: page?.total ?? read.total}
      yield page
      read.add(page)
      if (read.isOver) return {state: read.isWhole ? 'whole' : 'unsure', total: read.total}
      if (read.count >= this.cap) return {state: 'too-large', total: read.total}
    }
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
  isOver = false
  private readonly ids = new Set<string>()
  private readonly totals = new Set<number>()

  get isWhole(): boolean {
    return this.totals.size === 1 && this.ids.size === this.total
  }

  add({answers, total}: OrderPage): void {
    for (const {id} of answers) this.ids.add(id)
    this.totals.add(total)
    this.total = total
    this.count += answers.length
    this.isOver = answers.length === 0 || this.count >= total
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
