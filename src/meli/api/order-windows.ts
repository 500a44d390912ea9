import {MeliError} from '../../core/errors.js'

export const hourMs = 3_600_000
/** Behind which a search may lag, and by which clocks may differ: read again by the next run. */
const overlapMs = hourMs
/** Two walks over all dates: searching as seller hides cancelled orders unless they are asked for. */
export const passes: readonly {status: string | undefined}[] = [{status: undefined}, {status: 'cancelled'}]

export interface Bounds {
  by: 'date_created' | 'date_last_updated'
  /** Milliseconds, on the hour. */
  from: number
  to: number
  /** From here on the next run looks again, whatever this one saw. */
  live: number
}

/** Where a walk is: the window that it reads, or reads next. */
export interface Place {
  /** Index into `passes`. */
  pass: number
  at: number
  hours: number
  /** As counted at the begin of each pass. */
  total: number
  /** The total of this pass is in there. */
  counted: boolean
}

/** Orders are kept for twelve months: a day more does no harm. */
export function yearBefore(date: Date): number {
  const yearAgo = new Date(date)
  return yearAgo.setUTCMonth(yearAgo.getUTCMonth() - 12, yearAgo.getUTCDate() - 1)
}

export function boundsOf({since, startedAt}: {since: Date | null; startedAt: Date}): Bounds {
  // A clock that was set back must not leave a gap.
  const from = since === null ? yearBefore(startedAt) : Math.min(since.getTime(), startedAt.getTime()) - overlapMs
  return {
    by: since === null ? 'date_created' : 'date_last_updated',
    from: floor(from),
    to: floor(startedAt.getTime()) + 2 * hourMs,
    live: floor(startedAt.getTime() - overlapMs),
  }
}

export function beginning(bounds: Bounds, pass = 0, total = 0): Place {
  return {pass, at: bounds.from, hours: (bounds.to - bounds.from) / hourMs, total, counted: false}
}

export function endOf({at, hours}: Place, {to}: Bounds): number {
  return Math.min(at + hours * hourMs, to)
}

/** Behind a window that was read; undefined behind the last. Windows grow again where there is little. */
export function behind(place: Place, bounds: Bounds, {total, cap}: {total: number; cap: number}): Place | undefined {
  const at = endOf(place, bounds)
  if (at < bounds.to) return {...place, at, hours: total < cap / 4 ? place.hours * 2 : place.hours}
  return place.pass + 1 < passes.length ? beginning(bounds, place.pass + 1, place.total) : undefined
}

/** A part of a window that did not fit, or that moved while it was read. */
export function narrower(place: Place, bounds: Bounds, {total, cap}: {total: number; cap: number}): Place {
  const end = endOf(place, bounds)
  // What moves is most likely at the end.
  if (total <= cap && place.at < bounds.live && bounds.live < end)
    return {...place, hours: (bounds.live - place.at) / hourMs}
  const hours = (end - place.at) / hourMs
  const fitting = total > cap ? (hours * cap) / (2 * total) : hours / 2
  return {...place, hours: Math.max(1, Math.floor(Math.min(fitting, hours / 2)))}
}

/** The same place with all that is left behind it in one window. */
export function widest(place: Place, {to}: Bounds): Place {
  return {...place, hours: (to - place.at) / hourMs}
}

export function writePlace({at, ...same}: Place): string {
  return JSON.stringify({...same, at: new Date(at).toISOString()})
}

/** MELI_LISTING_EXPIRED when it is of another walk, or of another version. */
export function readPlace(cursor: string, bounds: Bounds): Place {
  const place = parse(cursor)
  if (place !== undefined && place.at >= bounds.from && place.at < bounds.to) return place
  throw new MeliError('MELI_LISTING_EXPIRED', 'The place in the list of orders is of no use any more', {
    try: ['run it again'],
  })
}

function parse(cursor: string): Place | undefined {
  try {
    const {pass, at, hours, total, counted} = JSON.parse(cursor) as Record<keyof Place, unknown>
    const time = Date.parse(String(at))
    const isRight =
      Number.isSafeInteger(hours) && Number(hours) > 0 && Number.isSafeInteger(total) && passes[Number(pass)]
    if (!isRight || time !== floor(time)) return undefined
    return {pass: Number(pass), at: time, hours: Number(hours), total: Number(total), counted: counted === true}
  } catch {
    return undefined
  }
}

function floor(ms: number): number {
  return Math.floor(ms / hourMs) * hourMs
}
