import type {ActiveRun} from './active-run.js'
import {Gate} from './gate.js'
import {Keeper} from './keeper.js'
import type {Identified} from './parts.js'
import type {PendingQueue} from './pending-queue.js'
import {tolerantFetch} from './tolerant-fetch.js'

type Task = (signal: AbortSignal) => Promise<void>

/**
 * So many loops that take a batch, fetch it and commit it before they take another: what a kill can lose is in flight,
 * and memory holds one answer for each loop. The gate lets in as many as are of use.
 */
export function fetchers<T extends Identified>(run: ActiveRun<T>, queue: PendingQueue): Task[] {
  const fetch = tolerantFetch(run.parts.source)
  const most = Math.max(1, run.request.concurrency)
  const gate = new Gate({most, activity: run.parts.activity})
  const keeper = new Keeper(run)
  const work: Task = async (signal) => {
    for (;;) {
      await gate.enter()
      try {
        const ids = await queue.take(signal)
        if (ids.length === 0) return
        await keeper.keep(await fetch(ids, signal))
        queue.settle(ids)
      } finally {
        gate.leave()
      }
    }
  }
  return Array.from({length: most}, () => work)
}
