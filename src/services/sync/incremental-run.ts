import {isMeliError} from '../../core/errors.js'
import type {Fetched, SaveCounts} from '../ports/index.js'
import type {ActiveRun, Identified} from './active-run.js'
import {runAll} from './concurrency.js'
import {fetchers} from './fetchers.js'
import {PendingQueue} from './pending-queue.js'

/** Above this number of stale records, a full run is cheaper than fetching them one by one. */
const mostStale = 10_000

/** Fetches what changed since the watermark, newest first; gives a reason when only a full run can tell. */
export async function incrementalRun<T extends Identified>(run: ActiveRun<T>): Promise<string | null> {
  const {ledger, sink} = run.parts
  const stale = await sink.stale(mostStale)
  if (stale.length >= mostStale) return `${mostStale} records or more are marked stale`
  await fetchOutstanding(run, stale)
  const newest = new NewestFirst(run)
  const reason = await newest.walk()
  if (reason !== null) return reason
  const {created} = await ledger.counts(run.id)
  const live = (await sink.countLive()) + (run.request.dryRun ? created : 0)
  return live === newest.total ? null : `the service counts ${newest.total} records and ${live} are here`
}

/** Fetches the rest of an interrupted run, partial records, and records marked stale. */
async function fetchOutstanding<T extends Identified>(run: ActiveRun<T>, stale: readonly string[]): Promise<void> {
  const {resumed, parts, request} = run
  if (stale.length === 0 && !resumed) return
  const {batchSize} = parts.source
  const queue = new PendingQueue({ledger: parts.ledger, runId: run.id, batchSize, resumed})
  queue.offer(await run.note(stale, run.checkpoint))
  queue.close()
  await runAll(request.signal, fetchers(run, queue))
}

const pageSize = 100
/** The clocks of service and machine may differ by as much. */
export const overlapMs = 10 * 60_000
/** Times that two pages do not meet, because records came or went while they were read. */
const mostRestarts = 3

/** The walk from the newest change back to the watermark, a batch at a time. */
class NewestFirst<T extends Identified> {
  /** As the service counted last. */
  total = 0
  private readonly changedAfter: number

  constructor(private readonly run: ActiveRun<T>) {
    this.changedAfter = (run.request.since ?? run.startedAt).getTime() - overlapMs
  }

  /** Null when everything changed was met; else why not. */
  async walk(): Promise<string | null> {
    const {source} = this.run.parts
    let offset = 0
    let last: string | undefined
    for (let restarts = 0; restarts <= mostRestarts; ) {
      const limit = Math.min(pageSize, source.recentCap - offset)
      const page = await this.page(offset, limit)
      if (page === undefined) return 'the service does not list the newest changes of this account'
      const {ids, total} = page
      this.total = total
      this.run.total = total
      if (last !== undefined && !ids.includes(last)) {
        restarts += 1
        offset = 0
        last = undefined
        continue
      }
      if (await this.reachesWatermark(ids)) return null
      if (offset + ids.length >= total) return null
      if (ids.length < limit) return 'the service lists fewer records than it counts'
      if (offset + limit >= source.recentCap) return `more than ${source.recentCap} records changed`
      // Pages share one id, so that a record which went in between does not pull another one past unseen.
      last = ids.at(-1)
      offset += ids.length - 1
    }
    return 'records came and went faster than they could be read'
  }

  /** Undefined when it is not sorted as asked: the largest sellers may not sort. docs/mercadolibre.md, section 6.1. */
  private async page(offset: number, limit: number) {
    const {parts, request} = this.run
    try {
      return await parts.source.recent({offset, limit}, request.signal)
    } catch (error) {
      if (isMeliError(error, 'MELI_ANSWER_UNUSABLE')) return undefined
      throw error
    }
  }

  private async reachesWatermark(ids: readonly string[]): Promise<boolean> {
    const {run} = this
    const {source} = run.parts
    for (let at = 0; at < ids.length; at += source.batchSize) {
      const fresh = await run.note(ids.slice(at, at + source.batchSize), run.checkpoint)
      if (fresh.length === 0) continue
      const answers = await source.fetch(fresh, run.request.signal)
      const saved = await run.keep(answers)
      if (saved !== undefined && this.isOld(answers, saved)) return true
    }
    return false
  }

  /** Some of the batch changed before the watermark, and no more of it is new here than what changed since. */
  private isOld(answers: ReadonlyArray<Fetched<T>>, {created, updated}: SaveCounts): boolean {
    const records = answers.flatMap((answer) => (answer.ok ? [answer.record] : []))
    const since = records.filter((record) => {
      const at = this.run.parts.source.changedAt(record)
      return at === null || at.getTime() >= this.changedAfter
    })
    return since.length < records.length && created + updated <= since.length
  }
}
