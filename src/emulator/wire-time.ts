const offsetMs = -4 * 60 * 60 * 1000

/** As orders, questions and (our reading) shipments tell the time, whatever the site: `2026-01-31T08:00:00.000-04:00` (section 6.3). */
export function offsetTime(ms: number): string {
  return new Date(ms + offsetMs).toISOString().replace('Z', '-04:00')
}
