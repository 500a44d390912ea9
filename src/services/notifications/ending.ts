import {isMeliError, type MeliError} from '../../core/errors.js'

/** How one piece of work ended: with an error, or with what was found instead of the resource. Neither: it is up to date. */
export interface Ending {
  error?: unknown
  found?: {code: string; message: string} | undefined
}

/** Brings single resources of one kind up to date, by their ids. */
export interface KindRefresh {
  /** How it went for each id. An error is that of all. */
  refresh(userId: number, ids: readonly string[], signal: AbortSignal): Promise<Map<string, Ending>>
}

/**
 * What an error says of one resource, however often one asks: it is gone, or another's. Whoever may send notifications can
 * name ids of others, so a refusal of what is not known here is an end and no failure; what is known is tried again.
 */
export function endingOfError(error: unknown, isKnown: boolean): Ending {
  if (!isMeliError(error)) return {error}
  const isEnd = error.code === 'MELI_NOT_FOUND' || error.code === 'MELI_WRONG_ACCOUNT' || isRefused(error, isKnown)
  return isEnd ? {found: {code: error.code, message: error.message}} : {error}
}

function isRefused({code}: MeliError, isKnown: boolean): boolean {
  return !isKnown && (code === 'MELI_FORBIDDEN' || code === 'MELI_API_REJECTED')
}
