/** Somebody who may sign in to `meli serve`: an e-mail address in small letters, or the name of an OS user. */
export interface Operator {
  name: string
  createdAt: Date
}

/** A signed-in browser. Its id is known to its cookie alone; the store has the SHA-256. */
export interface OperatorSession {
  idHash: string
  operator: string
  /** What a form has to send back with a POST. */
  csrfToken: string
  createdAt: Date
  expiresAt: Date
}

export interface SignInLink {
  tokenHash: string
  operator: string
  createdAt: Date
  expiresAt: Date
}

/** A store as whoever shares it names it. */
export interface SharedStore {
  storeId: string
  nickname: string
  /** False when the operator saw it before. */
  added: boolean
}

export type Sharing =
  | {outcome: 'shared'; stores: SharedStore[]}
  | {outcome: 'unknown-operator'}
  | {outcome: 'unknown-store'; storeId: string}

export type SignedIn =
  | {outcome: 'signed-in'; session: OperatorSession}
  | {outcome: 'used' | 'expired' | 'unknown'; session?: undefined}

/** Tables `operator`, `sign_in_link` and `operator_session`. */
export interface OperatorStore {
  /** Oldest first, with the sessions that are alive at `now`, and the connected stores that each is a member of. */
  list(now: Date): Promise<Array<Operator & {sessions: number; stores: number}>>
  /** False when there is one of this name. */
  add(name: string, at: Date): Promise<boolean>
  /**
   * With links, sessions and memberships; undefined when there is none. `unseen` is how many connected stores have no
   * member left, of those that this one was a member of.
   */
  remove(name: string): Promise<{unseen: number} | undefined>
  /** Makes a member of connected stores, or of all of them; either of all that are named or of none. */
  share(name: string, storeIds: readonly string[] | undefined, at: Date): Promise<Sharing>
  /** False when there is no such operator. Earlier links go on working. */
  addLink(link: SignInLink): Promise<boolean>
  /** Uses the link up and begins the session in one step; of any number of concurrent calls one gets it. */
  signIn(tokenHash: string, session: Omit<OperatorSession, 'operator'>, now: Date): Promise<SignedIn>
  /** Undefined when it expired, was revoked, or never was. */
  session(idHash: string, now: Date): Promise<OperatorSession | undefined>
  signOut(idHash: string): Promise<void>
  /** Links a day after they expired (until then they are told apart from unknown ones), and expired sessions; how many. */
  sweep(now: Date): Promise<number>
}
