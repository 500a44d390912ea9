import {MeliError} from '../../core/errors.js'
import {orderStatuses} from '../../records/order-statuses.js'
import type {
  MissingRecord,
  Order,
  OrderApi,
  OrderSource,
  Pack,
  Traffic,
  WalkPage,
  WalkSourceRequest,
} from '../../services/ports/index.js'
import {unusableAnswer} from '../http/api-errors.js'
import type {Requester, RequestOptions} from '../http/client-types.js'
import {readExact} from '../http/raw-json.js'
import {missingOf, readOrder, readPack} from '../wire/orders.js'
import type {ApiParts} from './api-parts.js'
import {beyondListing, stillBeyond} from './order-beyond.js'
import {type OrderFilter, OrderSearch, type Reading} from './order-search.js'
import {
  type Bounds,
  beginning,
  behind,
  boundsOf,
  endOf,
  hourMs,
  narrower,
  type Place,
  passes,
  readPlace,
  widest,
  writePlace,
} from './order-windows.js'

/** Statuses that part an hour; cancelled ones have a pass of their own. */
const statuses = orderStatuses.filter((status) => status !== 'cancelled')
/** Readings of an hour that moves while it is read. */
const mostReadings = 3

type Walking = AsyncGenerator<WalkPage<Order>, Reading>

interface Window extends Reading {
  /** Distinct orders that came. */
  rows: number
  /** Otherwise it has to be narrower. */
  isRead: boolean
  /** Those that the service lists to nobody, and those that it counts and did not list. */
  beyond?: MissingRecord[]
  unreachable?: MissingRecord[]
}

export function orderApi({client, bulkClient}: ApiParts): OrderApi {
  return {
    orders: (userId) => new OrdersOfSeller(bulkClient(), userId),
    order: (userId, id, signal) => readOne(client, userId, id, {...(signal && {signal})}),
    pack: (userId, id, signal) => readPackOf(client, userId, id, {...(signal && {signal})}),
  }
}

async function readOne(client: Requester, userId: number, id: string, options: RequestOptions): Promise<Order> {
  const answer = await client.request('GET', `/orders/${encodeURIComponent(id)}`, {...options, expectsJson: true})
  answer.json()
  const read = readOrder(readExact(answer.text), {userId, missing: missingOf(answer)})
  if (read?.order.id !== id) throw unusableAnswer(answer, 'the order')
  const {order, sellerId} = read
  // Who bought it may see it too.
  if (sellerId !== null && sellerId !== userId) throw notTheSeller(id)
  if (sellerId === null && (order.buyer_id ?? userId) === userId)
    throw unusableAnswer(answer, 'the seller of the order')
  return order
}

async function readPackOf(client: Requester, userId: number, id: string, options: RequestOptions): Promise<Pack> {
  const answer = await client.request('GET', `/packs/${encodeURIComponent(id)}`, {...options, expectsJson: true})
  answer.json()
  const read = readPack(readExact(answer.text), userId)
  if (read?.id !== id) throw unusableAnswer(answer, 'the pack')
  return read
}

function notTheSeller(id: string): MeliError {
  return new MeliError('MELI_FORBIDDEN', `order ${id} was sold by another account`, {
    try: ['use the account that sold it: --account'],
  })
}

/**
 * Goes through the dates in windows of whole hours, as the service has them, narrow enough for what paging reaches; within
 * a window the order of the listing does not matter, since what came is compared with what was counted.
 */
class OrdersOfSeller implements OrderSource {
  private readonly search: OrderSearch
  /** Requests, by whether what they gave was taken as it was. */
  readonly #effort = {read: 0, inVain: 0}
  /** What the last window counted that was cut. */
  #cutTotal: number | undefined
  /** Of the windows that gave something else than was counted. */
  readonly #gap = {total: 0, rows: 0}

  constructor(
    private readonly client: Requester & {readonly traffic: Traffic},
    private readonly userId: number,
  ) {
    this.search = new OrderSearch(client, userId)
  }

  order(id: string, signal: AbortSignal): Promise<Order> {
    return readOne(this.client, this.userId, id, {signal, patient: true})
  }

  pack(id: string, signal: AbortSignal): Promise<Pack> {
    return readPackOf(this.client, this.userId, id, {signal, patient: true})
  }

  get traffic(): Traffic {
    return this.search.traffic
  }

  async *walk(request: WalkSourceRequest, signal: AbortSignal): AsyncGenerator<WalkPage<Order>> {
    const bounds = boundsOf(request)
    let place = request.cursor === null ? beginning(bounds) : readPlace(request.cursor, bounds)
    for (;;) {
      const trusted = !this.search.overlooksTotals
      const window = yield* this.#window(place, bounds, signal)
      const count = this.#countOf(window)
      place = counted(place, count)
      if (!window.isRead) {
        place = narrower(place, bounds, window)
        continue
      }
      const {beyond = [], unreachable = []} = window
      const next = behind(place, bounds, {total: count, cap: window.cap})
      const cursor = next === undefined ? null : writePlace(next)
      const before = next === undefined ? stillBeyond(request.beyond ?? [], bounds, request.startedAt) : []
      yield {records: [], cursor, total: place.total, beyond: [...before, ...beyond], unreachable}
      if (next === undefined) return
      // A wrong total has narrowed the window for nothing.
      place = trusted && this.search.overlooksTotals ? widest(next, bounds) : next
    }
  }

  /** Orders of a window, and the effort that it took. */
  #countOf({isRead, rows, total, pages}: Window): number {
    if (isRead) this.#effort.read += pages
    // A first page that says that there is too much is what narrowing costs in any case.
    else if (pages > 1) this.#effort.inVain += pages
    return this.search.overlooksTotals ? rows : total
  }

  /**
   * A resumed walk reads a window from its beginning: what it counts is compared with the whole of it. What is out of reach in an
   * hour, which cannot be narrower, is named.
   */
  async *#window(place: Place, bounds: Bounds, signal: AbortSignal): AsyncGenerator<WalkPage<Order>, Window> {
    const to = endOf(place, bounds)
    const filter = {by: bounds.by, from: new Date(place.at), to: new Date(to), status: passes[place.pass]?.status}
    const [isLive, isHour] = [place.at >= bounds.live, to - place.at <= hourMs]
    // An hour cannot be narrower, and a total beyond what paging reaches may be wrong.
    const options = {partly: isHour, seen: new Set<string>(), signal}
    const reading = yield* this.#settled(place, filter, {...options, isNarrow: isLive || isHour})
    const {state, total} = reading
    const rows = options.seen.size
    const read = {...reading, rows, isRead: true}
    if (state === 'whole') this.#cutTotal = undefined
    if (state === 'whole' || (state === 'moving' && (isLive || this.#isAllThere(total, rows, isHour)))) return read
    if (this.#isWrong(reading)) return {...read, unreachable: this.#gapOf(total, rows)}
    if (isHour) return {...read, beyond: yield* this.#byStatus(place, filter, {...options, total})}
    if (state !== 'moving' || this.#mayReadAgain) return {...read, isRead: false}
    return {...read, unreachable: this.#gapOf(total, rows)}
  }

  /** What moved has come all the same. An hour that is not over moves on, and the next run looks at it again. */
  #isAllThere(total: number, rows: number, isHour: boolean): boolean {
    return rows >= total && (isHour || !this.#mayReadAgain)
  }

  /** Whether the count does not fit what came, or a narrower window has the same count and is cut too. */
  #isWrong({state, total}: Reading): boolean {
    const isCutAgain = state === 'cut' && total === this.#cutTotal
    if (state === 'cut') this.#cutTotal = total
    if (state !== 'contradicted' && !isCutAgain) return false
    this.search.overlooksTotals = true
    return true
  }

  /** Reads a window, and again what moves or contradicts itself, unless more would be read in vain than is read. */
  async *#settled(
    place: Place,
    filter: OrderFilter,
    {isNarrow, ...options}: {partly: boolean; seen: Set<string>; signal: AbortSignal; isNarrow: boolean},
  ): Walking {
    let reading = yield* this.#read(place, filter, options)
    for (let count = 1; count < mostReadings && this.#isWorthAnother(reading, isNarrow); count++) {
      this.#effort.inVain += reading.pages
      const before = reading
      reading = yield* this.#read(place, filter, options)
      if (reading.state === 'contradicted' && reading.total === before.total) break
    }
    return reading
  }

  #isWorthAnother({state, total, cap}: Reading, isNarrow: boolean): boolean {
    if (!this.#mayReadAgain || this.search.overlooksTotals) return false
    // A short page of more than paging reaches leaves no doubt.
    return state === 'contradicted' ? total <= cap : state === 'moving' && isNarrow
  }

  get #mayReadAgain(): boolean {
    return this.#effort.inVain <= this.#effort.read
  }

  #gapOf(total: number, rows: number): MissingRecord[] {
    this.#gap.total += total
    this.#gap.rows += rows
    return [{id: 'listing', status: 200, message: `the service counts ${this.#gap.total} and lists ${this.#gap.rows}`}]
  }

  async *#byStatus(
    place: Place,
    filter: OrderFilter,
    {total, ...options}: {seen: Set<string>; signal: AbortSignal; total: number},
  ): AsyncGenerator<WalkPage<Order>, MissingRecord[]> {
    for (const status of filter.status === undefined ? statuses : [filter.status])
      yield* this.#read(place, {...filter, status}, {...options, partly: true})
    return beyondListing(filter, total - options.seen.size, total)
  }

  async *#read(
    place: Place,
    filter: OrderFilter,
    options: {partly: boolean; seen: Set<string>; signal: AbortSignal},
  ): Walking {
    const pages = this.search.read(filter, options)
    for (;;) {
      const {done, value} = await pages.next()
      if (done === true) return value
      for (const {id} of value.answers) options.seen.add(id)
      const known = counted(place, value.total)
      yield {records: value.answers, cursor: writePlace(place), total: known.total}
    }
  }
}

function counted(place: Place, total: number): Place {
  return place.counted ? place : {...place, total: place.total + total, counted: true}
}
