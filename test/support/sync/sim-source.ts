import {MeliError} from '../../../src/core/errors.js'
import type {Fetched, ListedPage, Slice, SyncSource, Traffic} from '../../../src/services/ports/index.js'
import type {Process} from './process.js'
import {type SimPage, type SimRecord, type SimService, statuses} from './sim-service.js'

/** What goes wrong with one request: it fails for good, its answer is lost and it is asked again, or some of it is bad. */
export type Fault = 'fails' | 'lost' | 'missing' | 'refused' | 'partial' | 'expired'

export interface SimSourceOptions {
  batchSize?: number
  pageSize?: number
  recentCap?: number
  /** Milliseconds that each page of a listing takes. */
  pageMs?: number
  /** A listing of the whole expires each time before it has named anything, so that the slices are listed. */
  sliced?: boolean
}

/** The service as one process reaches it, with what may go wrong on the way. */
export class SimSource implements SyncSource<SimRecord> {
  readonly batchSize: number
  readonly recentCap: number
  readonly slices: readonly Slice[] = statuses.map((status) => ({status}))
  readonly traffic: Traffic = {requests: 0, retries: 0, rateLimited: 0, bytes: 0}
  /** By number of the request, from 1. */
  readonly faults = new Map<number, Fault>()
  /** Sizes of the requests for records, in order. */
  readonly batches: number[] = []
  /** Pages of listings that were asked for. */
  pages = 0
  private readonly pageSize: number
  private readonly pageMs: number
  private readonly sliced: boolean

  constructor(
    private readonly service: SimService,
    private readonly process: Process,
    {batchSize = 20, pageSize = 100, recentCap = 1_000, pageMs = 0, sliced = false}: SimSourceOptions = {},
  ) {
    this.batchSize = batchSize
    this.pageSize = pageSize
    this.recentCap = recentCap
    this.pageMs = pageMs
    this.sliced = sliced
  }

  async *list(slice: Slice, cursor: string | null, signal: AbortSignal): AsyncGenerator<ListedPage> {
    let [scrollId, before] = readCursor(cursor)
    for (;;) {
      this.pages += 1
      const fault = await this.send(signal)
      this.service.clock.advance(this.pageMs)
      if (fault === 'expired' && before > 0) this.service.expireScrolls()
      const page = this.ask(slice, scrollId, fault)
      const isHandle = page.scrollId === scrollId
      if (isHandle && cursor !== null && page.ids.length > 0) throw lost()
      const {ids, total} = page
      scrollId = page.scrollId
      before += ids.length
      const isLast = ids.length === 0 || (ids.length < this.pageSize && before >= total)
      const behind = isHandle ? ofHandle : `${before}:${scrollId}`
      await this.process.step()
      yield {ids, total, cursor: isLast ? null : behind}
      if (isLast) return
    }
  }

  async recent({offset, limit, slice}: {offset: number; limit: number; slice?: Slice}, signal: AbortSignal) {
    if ((await this.send(signal)) === 'lost') this.retry()
    if (offset + limit > this.recentCap) throw new Error('past the cap')
    const page = this.service.newest(offset, limit, slice?.status)
    await this.process.step()
    return page
  }

  async fetch(ids: readonly string[], signal: AbortSignal): Promise<Array<Fetched<SimRecord>>> {
    const fault = await this.send(signal)
    if (fault === 'lost') this.retry()
    this.batches.push(ids.length)
    const answers = ids.map((id, at) => this.answer(id, at === 0 ? fault : undefined))
    await this.process.step()
    return answers
  }

  changedAt({changedAt}: SimRecord): Date {
    return changedAt
  }

  isPartial({partial}: SimRecord): boolean {
    return partial
  }

  private answer(id: string, fault: Fault | undefined): Fetched<SimRecord> {
    const record = this.service.items.get(id)
    if (record === undefined || fault === 'missing') return {ok: false, id, status: 404, message: 'not found'}
    if (fault === 'refused') return {ok: false, id, status: 500, message: 'internal error'}
    return {ok: true, id, record: fault === 'partial' ? {...record, partial: true} : record}
  }

  private async send(signal: AbortSignal): Promise<Fault | undefined> {
    signal.throwIfAborted()
    this.traffic.requests += 1
    const fault = this.faults.get(this.traffic.requests)
    await this.process.step()
    signal.throwIfAborted()
    if (fault === 'fails') throw new MeliError('MELI_SERVICE_FAILING', 'the service fails')
    return fault
  }

  /** Asks again when the answer was lost, with which a handle has moved on. */
  private ask({status}: Slice, scrollId: string | undefined, fault: Fault | undefined): SimPage {
    if (fault === 'lost') {
      this.service.scan(status, scrollId, this.pageSize)
      this.retry()
    }
    const isTooLong = this.sliced && status === undefined
    const page = isTooLong ? undefined : this.service.scan(status, scrollId, this.pageSize)
    if (page === undefined) throw lost()
    return page
  }

  private retry(): void {
    this.traffic.retries += 1
    this.traffic.requests += 1
  }
}

const ofHandle = 'handle'

function readCursor(cursor: string | null): [string | undefined, number] {
  if (cursor === null) return [undefined, 0]
  const [, before = '0', scrollId] = /^(\d+):(.*)$/.exec(cursor) ?? []
  if (scrollId === undefined) throw lost()
  return [scrollId, Number(before)]
}

function lost(): MeliError {
  return new MeliError('MELI_LISTING_EXPIRED', 'the scroll is gone')
}
