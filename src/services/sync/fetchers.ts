import {isMeliError} from '../../core/errors.js'
import type {Fetched, SyncSource} from '../ports/index.js'
import type {ActiveRun, Identified} from './active-run.js'
import {ConcurrencyLimiter} from './concurrency.js'
import type {PendingQueue} from './pending-queue.js'

type Task = (signal: AbortSignal) => Promise<void>

/**
 * Loops that each take a batch, fetch it and commit it before the next one. A kill loses only the batches in flight, and
 * memory holds one answer for each loop. The limiter lets in as many loops as are of use.
 */
export function fetchers<T extends Identified>(run: ActiveRun<T>, queue: PendingQueue): Task[] {
  const fetch = tolerantFetch(run.parts.source)
  const most = Math.max(1, run.request.concurrency)
  const limiter = new ConcurrencyLimiter({most, activity: run.parts.activity})
  const batcher = new CommitBatcher(run)
  const work: Task = async (signal) => {
    for (;;) {
      await limiter.enter()
      try {
        const ids = await queue.take(signal)
        if (ids.length === 0) return
        await batcher.keep(await fetch(ids, signal))
        queue.settle(ids)
      } finally {
        limiter.leave()
      }
    }
  }
  return Array.from({length: most}, () => work)
}

interface Waiting<T> {
  answers: ReadonlyArray<Fetched<T>>
  kept: () => void
  failed: (error: unknown) => void
}

/**
 * Commits together the answers that arrive in one turn of the event loop: a commit writes whole pages of the database, so
 * two batches in one cost little more than one. Nobody waits for more to come.
 */
export class CommitBatcher<T extends Identified> {
  private waiting: Waiting<T>[] = []

  constructor(private readonly run: Pick<ActiveRun<T>, 'keep'>) {}

  /** Resolves when they are committed. Never cut by an abort: they are in hand. */
  keep(answers: ReadonlyArray<Fetched<T>>): Promise<void> {
    return new Promise((kept, failed) => {
      this.waiting.push({answers, kept, failed})
      if (this.waiting.length === 1) setImmediate(() => void this.commit())
    })
  }

  private async commit(): Promise<void> {
    const group = this.waiting.splice(0)
    try {
      await this.run.keep(group.flatMap(({answers}) => answers))
      for (const {kept} of group) kept()
    } catch (error) {
      for (const {failed} of group) failed(error)
    }
  }
}

/** A service that refuses again and again means it, and counts what it refuses against the application. */
const mostRefusals = 5

type Fetch<T> = (ids: readonly string[], signal: AbortSignal) => Promise<Fetched<T>[]>

/** A fetch that is refused, or whose answer cannot be read, costs the ids that it asked for and not the whole run. */
export function tolerantFetch<T extends Identified>(source: SyncSource<T>): Fetch<T> {
  let refusals = 0
  return async (ids, signal) => {
    try {
      return await source.fetch(ids, signal)
    } catch (error) {
      if (!isMeliError(error) || !['MELI_API_REJECTED', 'MELI_ANSWER_UNUSABLE'].includes(error.code)) throw error
      refusals += 1
      if (refusals > mostRefusals) throw error
      const status = Number(error.details?.status ?? 0)
      return ids.map((id) => ({ok: false, id, status, message: error.message}))
    }
  }
}
