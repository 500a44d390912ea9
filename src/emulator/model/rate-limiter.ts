import type {VirtualClock} from './clock.js'

/** The four forms of a 429 (docs/mercadolibre.md, section 11). */
export const rateLimitShapes = ['over_quota', 'too_many_requests', 'empty', 'local_rate_limited'] as const
export type RateLimitShape = (typeof rateLimitShapes)[number]

const minuteMs = 60_000

/**
 * Requests per client id and minute of virtual time, in fixed windows that start with a bucket's first request, so that
 * a test can wait a minute by advancing the clock. The service gives no figures (docs/mercadolibre.md, section 11).
 */
export class RateLimiter {
  private readonly buckets = new Map<string, {startedAt: number; used: number}>()

  constructor(private readonly clock: VirtualClock) {}

  /** False when the bucket's requests of this minute are used up. */
  admit(bucket: string, perMinute: number | null): boolean {
    if (perMinute === null) return true
    const now = this.clock.now().getTime()
    const current = this.buckets.get(bucket)
    if (current === undefined || now - current.startedAt >= minuteMs) {
      this.buckets.set(bucket, {startedAt: now, used: 1})
      return perMinute >= 1
    }
    current.used += 1
    return current.used <= perMinute
  }
}
