import type {rateBudget} from './schema.js'

export type RateRow = Omit<typeof rateBudget.$inferSelect, 'clientId'>

const minuteMs = 60_000

/**
 * Slots are this much of the limit apart, and each may be used a little late. Together: in no 60 seconds are there more
 * than ceil((60,000 + lateMs) / spacing) grants, which is never more than the limit.
 */
const headroom = 0.98
/** A slot that was not used so long after its time is void: used later, it would be one too many for its minute. */
export const lateMs = 900
/** How much of the time in which nothing was sent is made up for, all at once. Less than `lateMs`, or it would be void. */
const catchUpMs = 600

/** Slots of so much time are reserved in one transaction, at most `mostSlots`: what a process that is killed costs. */
const reservedMs = 50
const mostSlots = 100

const lowestShare = 1 / 16
const climb = {share: 0.05, everyMs: 3_000}
/** Answers to what was sent before a pause come after it began, and say nothing new. */
const settlingMs = 1_000
/** Of the random part of a pause at the full rate; it grows as the share shrinks. */
const backoffMs = 500
const longestPauseMs = 10 * minuteMs
/** Slots that may have been given ahead of now; anything further is the mark of a clock that was set back. */
const aheadSlots = 64

export function freshRow(now: number): RateRow {
  const minute = Math.floor(now / minuteMs)
  return {nextAt: now, share: 1, shareAt: now, pausedUntil: 0, minute, used: 0, usedBefore: 0}
}

/** Milliseconds between two slots at the full rate. */
function spacingMs(perMinute: number): number {
  return minuteMs / (perMinute * headroom)
}

/** The share of the full rate in force: half of it after each 429, and a little more for every few quiet seconds. */
export function shareAt({share, shareAt}: RateRow, now: number): number {
  const steps = Math.max(0, Math.floor((now - shareAt) / climb.everyMs))
  return Math.min(1, share + steps * climb.share)
}

/** The next slots: times from which one request each may be sent. */
export function reserve(row: RateRow, perMinute: number, now: number): {row: RateRow; slots: number[]} {
  const spacing = spacingMs(perMinute) / shareAt(row, now)
  const count = Math.max(1, Math.min(mostSlots, Math.floor(reservedMs / spacing)))
  const furthest = now + minuteMs + aheadSlots * count * spacing
  const start = Math.max(Math.min(row.nextAt, furthest), pauseEnd(row, now), now - catchUpMs)
  const slots = Array.from({length: count}, (_, index) => start + index * spacing)
  const counted = countedAt(row, now)
  return {row: {...counted, nextAt: start + count * spacing, used: counted.used + count}, slots}
}

/** Takes slots back that nobody used, while they are the last that were given. */
export function giveBack(row: RateRow, {first, end, count}: {first: number; end: number; count: number}): RateRow {
  return row.nextAt === end ? {...row, nextAt: first, used: Math.max(0, row.used - count)} : row
}

/** `random` from 0 to 1: the whole of a pause that the service did not ask for is random. */
export function throttle(row: RateRow, now: number, retryAfterMs: number | null, random: number): RateRow {
  const asked = Math.min(longestPauseMs, Math.max(0, retryAfterMs ?? 0))
  const isNews = now >= row.shareAt
  const share = isNews ? Math.max(lowestShare, shareAt(row, now) / 2) : row.share
  const pause = isNews ? asked + (random * backoffMs) / share : asked
  const pausedUntil = Math.max(pauseEnd(row, now), now + pause)
  return {...row, share, pausedUntil, shareAt: Math.max(isNews ? now + settlingMs : row.shareAt, pausedUntil)}
}

export function pauseEnd({pausedUntil}: RateRow, now: number): number {
  return Math.min(pausedUntil, now + longestPauseMs + backoffMs / lowestShare)
}

/** Share of a minute's requests that is left, by the last minute's grants. */
export function leftOf(row: RateRow, perMinute: number, now: number): number {
  const {used, usedBefore} = countedAt(row, now)
  const partOfBefore = 1 - (now % minuteMs) / minuteMs
  return Math.min(1, Math.max(0, 1 - (used + usedBefore * partOfBefore) / perMinute))
}

function countedAt(row: RateRow, now: number): RateRow {
  const minute = Math.floor(now / minuteMs)
  if (minute === row.minute) return row
  return {...row, minute, used: 0, usedBefore: minute === row.minute + 1 ? row.used : 0}
}
