import {isMeliError} from '../../core/errors.js'
import type {Slice} from '../ports/index.js'
import type {ActiveRun, Identified} from './active-run.js'
import {tolerantFetch} from './fetchers.js'
import {overlapMs} from './incremental-run.js'

const pageSize = 100
/** Times that two pages do not meet, and that the newest changes go on naming something new. */
const mostRestarts = 3

/**
 * Names and fetches what went from a slice that was not listed yet into one that was: no slice named it, and all counts
 * agree. To move is to change, so it is among the newest changes since the listing began. False when they reach further
 * than the service lists them; true also when it does not list them at all, which the largest sellers have to live with.
 */
export async function nameMoved<T extends Identified>(run: ActiveRun<T>, listingBegan: Date): Promise<boolean> {
  const {slices} = run.request.scope
  const moved = new Moved(run, listingBegan.getTime() - overlapMs)
  try {
    for (const slice of slices.length > 0 ? slices : [{}]) if (!(await moved.name(slice))) return false
    return true
  } catch (error) {
    if (isMeliError(error, 'MELI_API_REJECTED') || isMeliError(error, 'MELI_ANSWER_UNUSABLE')) return true
    throw error
  }
}

interface NamedPage {
  ids: readonly string[]
  /** No more are counted, or shown. */
  isLast: boolean
  /** How many of the ids nobody had named before. */
  joined: number
}

class Moved<T extends Identified> {
  private readonly fetch

  constructor(
    private readonly run: ActiveRun<T>,
    private readonly oldest: number,
  ) {
    this.fetch = tolerantFetch(run.parts.source)
  }

  async name(slice: Slice): Promise<boolean> {
    for (let restarts = 0; restarts <= mostRestarts; restarts++) {
      const pages = await this.walk(slice)
      if (pages === 'too many') return false
      if (pages === 1) return true
      // What changes during the walk goes to the top, past the page being read.
      if (pages !== 'torn' && (await this.page(slice, 0)).joined === 0) return true
    }
    return false
  }

  /** Back to the beginning of the listing; gives how many pages that took. */
  private async walk(slice: Slice): Promise<number | 'torn' | 'too many'> {
    const {source} = this.run.parts
    let [offset, last] = [0, '']
    for (let pages = 1; offset < source.recentCap; pages++) {
      const {ids, isLast} = await this.page(slice, offset)
      // Pages share one id, so that a record which went in between does not pull another one past unseen.
      if (pages > 1 && !ids.includes(last)) return 'torn'
      const end = ids.at(-1)
      if (end === undefined || isLast || (await this.isOld(end))) return pages
      last = end
      offset += ids.length - 1
      if (offset + 1 >= source.recentCap) return 'too many'
    }
    return 'too many'
  }

  private async page(slice: Slice, offset: number): Promise<NamedPage> {
    const {run} = this
    const {source} = run.parts
    const {signal} = run.request
    const limit = Math.min(pageSize, source.recentCap - offset)
    const {ids, total} = await source.recent({offset, limit, slice}, signal)
    const {listed, duplicates} = run
    const fresh = await run.note(ids, run.checkpoint)
    // They are named for the second time on purpose.
    run.duplicates = duplicates
    for (let at = 0; at < fresh.length; at += source.batchSize)
      await run.keep(await this.fetch(fresh.slice(at, at + source.batchSize), signal))
    const isLast = ids.length < limit || offset + ids.length >= total
    return {ids, isLast, joined: run.listed - listed}
  }

  private async isOld(id: string): Promise<boolean> {
    const {source} = this.run.parts
    const [answer] = await this.fetch([id], this.run.request.signal)
    const changedAt = answer?.ok ? source.changedAt(answer.record) : null
    return changedAt !== null && changedAt.getTime() < this.oldest
  }
}
