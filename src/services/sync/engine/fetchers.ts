import type {ActiveRun} from './active-run.js'
import type {Identified} from './parts.js'
import type {PendingQueue} from './pending-queue.js'
import {tolerantFetch} from './tolerant-fetch.js'

type Task = (signal: AbortSignal) => Promise<void>

/**
 * So many loops that take a batch, fetch it and commit it before they take another: what a kill can lose is in flight,
 * and memory holds one answer for each loop.
 */
export function fetchers<T extends Identified>(run: ActiveRun<T>, queue: PendingQueue): Task[] {
  const fetch = tolerantFetch(run.parts.source)
  const work: Task = async (signal) => {
    for (;;) {
      const ids = await queue.take(signal)
      if (ids.length === 0) return
      await run.keep(await fetch(ids, signal))
      queue.settle(ids)
    }
  }
  return Array.from({length: Math.max(1, run.request.concurrency)}, () => work)
}
