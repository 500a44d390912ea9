import {isMeliError} from '../../../core/errors.js'
import type {Clock, LocalOrders, Order, OrderSource, WalkPage, WalkSource} from '../../ports/index.js'
import {someAtATime} from '../../sync/some-at-a-time.js'

export interface OrderWalkParts {
  userId: number
  source: OrderSource
  orders: Pick<LocalOrders, 'partial' | 'packsToRead' | 'savePacks'>
  clock: Pick<Clock, 'now'>
  /** Reads no packs: they are written as they come. */
  dryRun: boolean
}

/** Partial orders that one run asks for again. */
const mostPartial = 500
const pageSize = 40
const together = 8

/** Cursors behind those of the listing. */
const partialCursor = 'partial'
const packCursor = 'packs:'

type Page = WalkPage<Order>

/** The listing of orders; behind it those that are here with parts missing, and the packs of several orders. */
export function walkOrders(parts: OrderWalkParts): WalkSource<Order> {
  const {source} = parts
  return {
    get traffic() {
      return source.traffic
    },
    async *walk({cursor, ...request}, signal): AsyncGenerator<Page> {
      const isBehind = cursor === partialCursor || cursor?.startsWith(packCursor) === true
      if (!isBehind)
        for await (const page of source.walk({...request, cursor}, signal))
          yield {...page, cursor: page.cursor ?? partialCursor}
      if (!isBehind || cursor === partialCursor) yield* partialOrders(parts, signal)
      yield* packs(parts, isBehind && cursor !== partialCursor ? (cursor ?? '').slice(packCursor.length) : '', signal)
    },
  }
}

/**
 * What cannot be had now either stays as it is, and is asked for by a later run. Where the service does not give one of
 * them whole, it will not give the others.
 */
async function* partialOrders({userId, source, orders}: OrderWalkParts, signal: AbortSignal): AsyncGenerator<Page> {
  const ids = await orders.partial(userId, mostPartial)
  for (let at = 0; at < ids.length; at += pageSize) {
    const found = await each(ids.slice(at, at + pageSize), (id) => source.order(id, signal))
    const records = found.map((record) => ({ok: true, id: record.id, record}) as const)
    yield {records, cursor: partialCursor, total: null}
    if (found.length > 0 && found.every(({partial}) => partial)) return
  }
}

async function* packs(parts: OrderWalkParts, begin: string, signal: AbortSignal): AsyncGenerator<Page> {
  const {userId, source, orders, clock, dryRun} = parts
  for (let after: string | null = dryRun ? null : begin; after !== null; ) {
    const ids: string[] = await orders.packsToRead(userId, {after, limit: pageSize})
    // As of before they are asked for: an order that changes meanwhile has its pack read again.
    const at = clock.now()
    await orders.savePacks(await each(ids, (id) => source.pack(id, signal)), at)
    after = ids.length < pageSize ? null : (ids.at(-1) ?? null)
    if (after !== null) yield {records: [], cursor: `${packCursor}${after}`, total: null}
  }
  yield {records: [], cursor: null, total: null}
}

/** Without those that the service does not give; fails with what all of them would fail with. */
async function each<T>(ids: readonly string[], read: (id: string) => Promise<T>): Promise<T[]> {
  const found: T[] = []
  const stopped = new AbortController()
  let failure: {error: unknown} | undefined
  await someAtATime(together, ids, stopped.signal, async (id) => {
    try {
      found.push(await read(id))
    } catch (error) {
      if (isMeliError(error) && (error.family === 'api' || error.code === 'MELI_ANSWER_UNUSABLE')) return
      failure ??= {error}
      stopped.abort()
    }
  })
  if (failure !== undefined) throw failure.error
  return found
}
