/** A login under way. `codeVerifier` is sealed; the state itself is stored as its SHA-256 only. */
export interface LoginAttempt {
  stateHash: string
  codeVerifier: string | null
  redirectUri: string
  siteId: string
  clientId: string
  /** User id or nickname that must come back. */
  expect: string | null
  /** SHA-256 of the cookie of the browser that began it, which has to come back with it; null at a terminal. */
  bindingHash: string | null
  /** The local path that a browser goes to in the end. */
  next: string | null
  createdAt: Date
  expiresAt: Date
}

export type Consumed =
  | {outcome: 'consumed'; attempt: LoginAttempt}
  | {outcome: 'used'; attempt: LoginAttempt}
  | {outcome: 'expired'}
  | {outcome: 'unknown'}

/** Table `oauth_state`. */
export interface LoginStore {
  /** Also sweeps. */
  begin(attempt: LoginAttempt): Promise<void>
  /** Removes rows that expired more than a day ago; until then a late callback is told what happened. How many. */
  sweep(now: Date): Promise<number>
  /**
   * Single use: of any number of concurrent calls exactly one is told `consumed`. `bindingHash` has to be the one that it
   * was begun with (none at a terminal); with another it is `unknown`, and stays as it was.
   */
  consume(stateHash: string, now: Date, bindingHash?: string): Promise<Consumed>
}
