import {isMeliError} from '../../../errors.js'
import type {ActiveRun} from './active-run.js'
import {overlapMs} from './newest-first.js'
import type {Identified} from './parts.js'

/**
 * Nothing has changed since the run began, and so nothing has come: what comes is the newest change. Costs two requests.
 * False also when the service does not tell.
 */
export async function isQuiet<T extends Identified>(run: ActiveRun<T>, signal: AbortSignal): Promise<boolean> {
  const {source} = run.parts
  try {
    const {ids} = await source.recent({offset: 0, limit: 1}, signal)
    const [id] = ids
    if (id === undefined) return false
    const [answer] = await source.fetch([id], signal)
    const changedAt = answer?.ok ? source.changedAt(answer.record) : null
    return changedAt !== null && changedAt.getTime() < run.startedAt.getTime() - overlapMs
  } catch (error) {
    if (isMeliError(error, 'MELI_API_REJECTED') || isMeliError(error, 'MELI_ANSWER_UNUSABLE')) return false
    throw error
  }
}
