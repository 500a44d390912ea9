import {MeliError} from '../../../src/core/errors.js'
import type {Fetched, Traffic, WalkPage, WalkSource} from '../../../src/services/ports/index.js'
import type {Process} from './process.js'
import type {SimRecord, SimService} from './sim-service.js'

/** What goes wrong with one page. */
export type PageFault = 'fails' | 'expired' | 'refused' | 'gone' | 'unreachable' | 'beyond' | 'twice'

/** The records of a service whole, page by page, in the order of their ids: what goes does not move the rest. */
export class SimListing implements WalkSource<SimRecord> {
  readonly traffic: Traffic = {requests: 0, retries: 0, rateLimited: 0, bytes: 0}
  /** By number of the request, from 1. */
  readonly faults = new Map<number, PageFault>()
  /** What the walks of this process were asked for. */
  readonly walks: Array<{since: Date | null; cursor: string | null}> = []

  constructor(
    private readonly service: SimService,
    private readonly process: Process,
    private readonly pageSize: number,
  ) {}

  async *walk(
    {since, cursor, beyond: before = []}: Parameters<WalkSource<SimRecord>['walk']>[0],
    signal: AbortSignal,
  ): AsyncGenerator<WalkPage<SimRecord>> {
    this.walks.push({since, cursor})
    for (let after = cursor ?? ''; ; ) {
      const fault = await this.send(signal, after)
      const left = this.service
        .records()
        .filter(({id, changedAt}) => id > after && (since === null || changedAt >= since))
      const page = left.slice(0, this.pageSize)
      const isLast = page.length === left.length
      after = page.at(-1)?.id ?? after
      const records = page.map((record, at) => answer(record, at === 0 ? fault : undefined))
      const twice = fault === 'twice' ? [...records, ...records] : records
      const unreachable = fault === 'unreachable' ? [{id: 'window', status: 200, message: 'too many'}] : []
      const found = fault === 'beyond' ? [{id: 'hour', status: 0, message: 'too many for one hour'}] : []
      const beyond = isLast ? [...found, ...before] : found
      yield {records: twice, cursor: isLast ? null : after, total: null, unreachable, beyond}
      if (isLast) return
    }
  }

  private async send(signal: AbortSignal, after: string): Promise<PageFault | undefined> {
    signal.throwIfAborted()
    this.traffic.requests += 1
    const fault = this.faults.get(this.traffic.requests)
    await this.process.step()
    signal.throwIfAborted()
    if (fault === 'fails') throw new MeliError('MELI_SERVICE_FAILING', 'the service fails')
    if (fault === 'expired' && after !== '') throw new MeliError('MELI_LISTING_EXPIRED', 'the cursor is gone')
    return fault
  }
}

function answer(record: SimRecord, fault: PageFault | undefined): Fetched<SimRecord> {
  const {id} = record
  if (fault === 'refused') return {ok: false, id, status: 403, message: 'forbidden'}
  if (fault === 'gone') return {ok: false, id, status: 404, message: 'not found'}
  return {ok: true, id, record}
}
