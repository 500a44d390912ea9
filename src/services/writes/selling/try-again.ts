import {isMeliError, MeliError} from '../../../core/errors.js'
import {endOf, statusOf} from '../outcome.js'

const mostTries = {usually: 5, whenLimited: 9}
const firstWaitMs = 1000
const longestWaitMs = 20_000

/**
 * How long to wait before the item is read and the change sent again; undefined when that is of no use. After 409 "wait a
 * few seconds", says the service, and after 429 longer. A change whose answer was lost may have been carried out: it names
 * values and no differences, so that it can be sent again where the item shows that it was not.
 */
export function waitBefore(error: MeliError, tries: number, random: () => number): number | undefined {
  const isLimited = error.code === 'MELI_RATE_LIMITED'
  if (tries >= (isLimited ? mostTries.whenLimited : mostTries.usually)) return undefined
  if (!isLimited && statusOf(error) !== 409 && endOf(error) !== 'unknown') return undefined
  const longest = Math.min(longestWaitMs, firstWaitMs * 2 ** tries)
  return Math.round(longest * (0.5 + random() / 2))
}

/** Nobody knows whether it was carried out, and the item cannot be asked. */
export function uncertain(error: unknown, itemId: string): unknown {
  if (!isMeliError(error) || endOf(error) !== 'unknown' || error.details?.outcome === 'unknown') return error
  const {message, details} = error
  return unknownOutcome(error, {message, details: {...details, item_id: itemId}})
}

/**
 * The service said yes and showed another value, and the item could not be read again. Status and causes of the reading are
 * left out: they are no answer to the change.
 */
export function unread(error: unknown, itemId: string): unknown {
  if (!isMeliError(error) || error.family === 'interrupted') return error
  const message = `${itemId} could not be read again after the change: ${error.message}`
  return unknownOutcome(error, {message, details: {item_id: itemId}})
}

function unknownOutcome(
  error: MeliError,
  {message, details}: {message: string; details: Record<string, unknown> & {item_id: string}},
): MeliError {
  return new MeliError(error.code, `${message}; whether the change was carried out is not known`, {
    try: [
      'run the same command again: it reads the item first, and sends only what is not so yet',
      `see what is there now: meli api GET /items/${details.item_id}`,
    ],
    details: {...details, outcome: 'unknown'},
    cause: error,
  })
}
