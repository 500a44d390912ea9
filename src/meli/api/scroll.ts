import {MeliError} from '../../core/errors.js'
import {apiError} from '../http/api-errors.js'
import type {ApiResponse} from '../http/client-types.js'

/** How long a scroll id is documented to live; whether that holds for one that is a position is not known. */
const scrollLifeMs = 5 * 60_000

/** The scroll id of the page before, which is a position and new on each page. docs/mercadolibre.md, section 6.1. */
export interface Scroll {
  id: string
  /** When the service first gave this id. */
  givenAt: Date
  /** The id stayed the same on the next page: it is a handle, and only the service knows where it stands. */
  isHandle: boolean
}

/** The scroll behind a page; undefined where the scan ends. */
export function scrollBehind(before: Scroll | undefined, id: string | null, now: Date): Scroll | undefined {
  if (id === null) return undefined
  return before?.id === id ? {...before, isHandle: true} : {id, givenAt: now, isHandle: false}
}

export function isOldScroll(scroll: Scroll | undefined, now: Date): boolean {
  return scroll !== undefined && now.getTime() - scroll.givenAt.getTime() >= scrollLifeMs
}

/**
 * Whether a refusal means that the scroll is lost: captured is 400 `invalid.scroll.id`, other clients meet 400 and 404 with the word
 * scroll, and the service's advice names 429 for a scroll that was open for too long.
 */
export function isLostScroll({status, text}: ApiResponse, isOld: boolean): boolean {
  return status === 429 ? isOld : (status === 400 || status === 404) && /scroll/i.test(text)
}

/** With the service's words where it refused the scroll. */
export function lostScroll(answer?: ApiResponse): MeliError {
  const cause = answer && apiError(answer)
  return new MeliError('MELI_LISTING_EXPIRED', 'The scroll of the listing has expired', {
    try: ['run it again: it resumes where it stopped'],
    ...(cause?.details && {details: cause.details}),
    ...(cause && {cause}),
  })
}
