import type {Exchange, NewExchange} from './journal.js'

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

export type FoundLogin =
  | {outcome: 'open'; attempt: LoginAttempt}
  /** With the exchange that used it up, unless its account was disconnected since. */
  | {outcome: 'used'; attempt: LoginAttempt; exchange: Exchange | undefined}
  | {outcome: 'expired'}
  | {outcome: 'unknown'}

/** Table `oauth_state`. In all of it `bindingHash` has to be the one that the login was begun with (none at a terminal). */
export interface LoginStore {
  /** Also sweeps. */
  begin(attempt: LoginAttempt): Promise<void>
  /** Removes rows that expired more than a day ago; until then a late callback is told what happened. How many. */
  sweep(now: Date): Promise<number>
  /** Uses nothing up. */
  find(stateHash: string, now: Date, bindingHash?: string): Promise<FoundLogin>
  /**
   * Uses the state up and begins the journal entry of its code, in one transaction; the id of the entry. Undefined when it
   * is not open any more: of any number of concurrent calls exactly one gets an id.
   */
  consume(stateHash: string, exchange: NewExchange, bindingHash?: string): Promise<string | undefined>
  /** The code never left this machine: the entry has failed, and the state is open again until it expires. */
  reopen(exchangeId: string, at: Date): Promise<void>
}
