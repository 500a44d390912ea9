import type {ActiveRun} from './active-run.js'
import {fetchers} from './fetchers.js'
import {NewestFirst} from './newest-first.js'
import type {Identified} from './parts.js'
import {PendingQueue} from './pending-queue.js'
import {together} from './together.js'

/** So many records marked stale are cheaper to have by a full run than one by one. */
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

/** What an interrupted run left, what came in part before, and what was marked stale. */
async function fetchOutstanding<T extends Identified>(run: ActiveRun<T>, stale: readonly string[]): Promise<void> {
  const {resumed, parts, request} = run
  if (stale.length === 0 && !resumed) return
  const {batchSize} = parts.source
  const queue = new PendingQueue({ledger: parts.ledger, runId: run.id, batchSize, resumed})
  queue.offer(await run.note(stale, run.checkpoint))
  queue.close()
  await together(request.signal, fetchers(run, queue))
}
