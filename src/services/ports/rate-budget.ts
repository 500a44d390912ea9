/** One budget for all processes of the machine that use the same application. */
export interface RateBudget {
  /** Resolves when one request may be sent. */
  take(signal?: AbortSignal): Promise<void>
  /** A 429 was answered: everybody waits (with jitter) and goes on at half the rate. */
  throttled(retryAfterMs: number | null): Promise<void>
  /** Share of a minute's budget that is left now, 0 to 1, and the rate in force. */
  state(): Promise<{perMinute: number; limit: number; left: number}>
}

/** A pause before the next request, told as it begins. */
export interface Wait {
  ms: number
  /** A limit of the service, a fault of it, or the rate that is set for this machine. */
  why: 'limited' | 'failing' | 'rate'
}
