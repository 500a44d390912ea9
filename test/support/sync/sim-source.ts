import {MeliError} from '../../../src/errors.js'
import type {Fetched, ListedPage, Slice, SyncSource, Traffic} from '../../../src/services/ports.js'
import type {Process} from './process.js'
import {type SimRecord, type SimService, statuses} from './sim-service.js'

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
    let [token, before] = cursor === null ? [undefined, 0] : readCursor(cursor)
    for (;;) {
      this.pages += 1
      const fault = await this.send(signal)
      this.service.clock.advance(this.pageMs)
      token ??= this.service.openScroll(slice.status)
      this.expire(slice, fault === 'expired' && before > 0)
      const askedAgain = this.isLost(fault, token)
      const page = this.service.scroll(token, this.pageSize)
      if (page === undefined) throw new MeliError('MELI_LISTING_EXPIRED', 'the scroll is gone')
      before += page.ids.length
      const isLast = page.ids.length === 0 || (page.ids.length < this.pageSize && before >= page.total)
      await this.process.step()
      yield {...page, cursor: isLast ? null : `${token} ${before}`, askedAgain}
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

  private expire({status}: Slice, isFault: boolean): void {
    if (isFault || (this.sliced && status === undefined)) this.service.expireScrolls()
  }

  /** The service has moved on, and its answer did not come. */
  private isLost(fault: Fault | undefined, token: string): boolean {
    if (fault !== 'lost') return false
    this.service.scroll(token, this.pageSize)
    this.retry()
    return true
  }

  private retry(): void {
    this.traffic.retries += 1
    this.traffic.requests += 1
  }
}

function readCursor(cursor: string): [string, number] {
  const [token = '', before = '0'] = cursor.split(' ')
  return [token, Number(before)]
}
