export interface Clock {
  now(): Date
  /** Rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Runs work that an interrupt must not cut in half: something was spent and is not stored yet. */
export type Protect = <T>(work: () => Promise<T>) => Promise<T>
