import {minuteOf} from '../core/format-time.js'

/** 6 d 3 h, 5 h 58 min, 12 min, 40 s. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const [d, h, min] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600), Math.floor(seconds / 60)]
  if (d > 0) return h % 24 > 0 ? `${d} d ${h % 24} h` : `${d} d`
  if (h > 0) return min % 60 > 0 ? `${h} h ${min % 60} min` : `${h} h`
  return min > 0 ? `${min} min` : `${seconds} s`
}

/** "in 5 h 58 min", "3 min ago" or "just now"; a dash for what has no time. */
export function relative(iso: string | null, now: Date): string {
  if (iso === null) return '-'
  const ms = Date.parse(iso) - now.getTime()
  if (ms <= 0 && ms > -5000) return 'just now'
  return ms >= 0 ? `in ${span(ms)}` : `${span(-ms)} ago`
}

/** `2026-11-22 15:50 UTC (2 h ago)`; a dash for what has no time. */
export function dated(iso: string | null, now: Date): string {
  return iso === null ? '-' : `${minuteOf(iso)} (${relative(iso, now)})`
}
