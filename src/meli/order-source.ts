import {MeliError} from '../errors.js'
import {orderStatuses} from '../order-statuses.js'
import type {
  MissingRecord,
  Order,
  OrderApi,
  OrderSource,
  Pack,
  Traffic,
  WalkPage,
  WalkSourceRequest,
} from '../services/ports.js'
import {unusableAnswer} from './api-errors.js'
import type {ApiParts} from './api-parts.js'
import type {Requester, RequestOptions} from './client-types.js'
import {readExact} from './exact-json.js'
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
  writePlace,
} from './order-windows.js'
import {missingOf, readOrder, readPack} from './wire-orders.js'

/** Statuses that part an hour; cancelled ones have a pass of their own. */
const statuses = orderStatuses.filter((status) => status !== 'cancelled')
/** Readings of an hour that moves while it is read. */
const mostReadings = 3

type Walking = AsyncGenerator<WalkPage<Order>, Reading & {beyond?: MissingRecord[]}>

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
  if (sellerId === null && (order.buyerId ?? userId) === userId) throw unusableAnswer(answer, 'the seller of the order')
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
      const reading = yield* this.#window(place, bounds, signal)
      const {cap} = this.search
      const {total, beyond = []} = reading
      place = counted(place, total)
      if (reading.state !== 'whole') {
        place = narrower(place, bounds, {total, cap})
        continue
      }
      const next = behind(place, bounds, {total, cap})
      const cursor = next === undefined ? null : writePlace(next)
      const before = next === undefined ? stillBeyond(request.beyond ?? [], bounds, request.startedAt) : []
      yield {records: [], cursor, total: place.total, beyond: [...before, ...beyond]}
      if (next === undefined) return
      place = next
    }
  }

  /**
   * A window is read from its beginning by whoever goes on: what it counts is compared with the whole of it. What is not
   * to be had of an hour, which cannot be narrower, is told.
   */
  async *#window(place: Place, bounds: Bounds, signal: AbortSignal): Walking {
    const to = endOf(place, bounds)
    const filter = {by: bounds.by, from: new Date(place.at), to: new Date(to), status: passes[place.pass]?.status}
    const [isLive, isHour] = [place.at >= bounds.live, to - place.at <= hourMs]
    const options = {partly: false, seen: new Set<string>(), signal}
    let reading = yield* this.#read(place, filter, options)
    for (let count = 1; reading.state === 'unsure' && (isLive || isHour) && count < mostReadings; count++)
      reading = yield* this.#read(place, filter, options)
    const {state, total} = reading
    // An hour that is not over moves on; the next run looks at it again.
    if (state === 'unsure' && (isLive || (isHour && options.seen.size >= total))) return {state: 'whole', total}
    if (state === 'whole' || !isHour) return reading
    return {state: 'whole', total, beyond: yield* this.#byStatus(place, filter, {...options, total})}
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
