import type {NotificationOutcome, SyncHour, SyncOutcome, TallyRow} from '../../ports/index.js'

const hourMs = 3_600_000
const daysShown = 14
const hoursShown = 48

export interface SyncDay {
  /** `2026-03-01`, in the zone that was asked for. */
  day: string
  runs: Record<SyncOutcome, number>
  mean_ms: number | null
  longest_ms: number | null
}

export interface NotificationHour {
  hour: string
  outcomes: Record<NotificationOutcome, number>
}

/** Before this is nothing that `syncDays` shows, whatever the zone. */
export function firstOfDays(now: Date): Date {
  return new Date(now.getTime() - (daysShown + 1) * 24 * hourMs)
}

export function firstOfHours(now: Date): Date {
  return new Date((Math.floor(now.getTime() / hourMs) - hoursShown + 1) * hourMs)
}

/** The last fourteen days, today included, oldest first; days without runs too. */
export function syncDays(rows: readonly SyncHour[], now: Date, timeZone: string): SyncDay[] {
  // The form of ISO 8601.
  const local = new Intl.DateTimeFormat('en-CA', {timeZone, year: 'numeric', month: '2-digit', day: '2-digit'})
  const today = Date.parse(local.format(now))
  const days = Array.from({length: daysShown}, (_, index) =>
    new Date(today - (daysShown - 1 - index) * 24 * hourMs).toISOString().slice(0, 10),
  )
  const sums = new Map(days.map((day) => [day, {runs: noRuns(), count: 0, totalMs: 0, longestMs: 0}]))
  for (const {hour, outcome, runs, totalMs, longestMs} of rows) {
    const sum = sums.get(local.format(hour))
    if (sum === undefined) continue
    sum.runs[outcome] += runs
    sum.count += runs
    sum.totalMs += totalMs
    sum.longestMs = Math.max(sum.longestMs, longestMs)
  }
  return [...sums].map(([day, {runs, count, totalMs, longestMs}]) => ({
    day,
    runs,
    mean_ms: count === 0 ? null : Math.round(totalMs / count),
    longest_ms: count === 0 ? null : longestMs,
  }))
}

/** The last 48 hours, this one included, oldest first; of these sellers. */
export function notificationHours(
  rows: readonly TallyRow[],
  isShown: (userId: number) => boolean,
  now: Date,
): NotificationHour[] {
  const first = firstOfHours(now).getTime()
  const hours = Array.from({length: hoursShown}, (_, index) => ({
    hour: new Date(first + index * hourMs).toISOString(),
    outcomes: noOutcomes(),
  }))
  for (const {hour, userId, outcome, count} of rows) {
    const at = hours[Math.floor((hour.getTime() - first) / hourMs)]
    if (at !== undefined && isShown(userId)) at.outcomes[outcome] += count
  }
  return hours
}

function noRuns(): Record<SyncOutcome, number> {
  return {complete: 0, incomplete: 0, failed: 0, interrupted: 0}
}

function noOutcomes(): Record<NotificationOutcome, number> {
  return {accepted: 0, duplicate: 0, unknown: 0, refused: 0, done: 0, failed: 0, parked: 0}
}
