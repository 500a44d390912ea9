export interface Clock {
  now(): Date
  /** Milliseconds since some moment; a wall clock that is set does not change it. May stand still while the machine sleeps. For waiting, and for how long something takes. */
  monotonic(): number
  /** Rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Runs work that an interrupt must not cut in half: something was spent and is not stored yet. */
export type Protect = <T>(work: () => Promise<T>) => Promise<T>
