const offsetMs = -4 * 60 * 60 * 1000

/** As orders, questions and (our reading) shipments tell the time, whatever the site: `2026-01-31T08:00:00.000-04:00` (section 6.3). */
export function offsetTime(ms: number): string {
  return new Date(ms + offsetMs).toISOString().replace('Z', '-04:00')
}

/** As packs tell the time: the same without the colon of the offset (section 8). */
export function compactOffsetTime(ms: number): string {
  return offsetTime(ms).replace(/:(\d\d)$/, '$1')
}

/** As `date_last_updated` of an order search tells it: `2026-01-31T12:00:00.000+00:00` (section 8). */
export function utcTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+00:00')
}
