import {isMeliError} from '../../../core/errors.js'
import type {Fetched, SyncSource} from '../../ports/index.js'
import type {Identified} from './parts.js'

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
