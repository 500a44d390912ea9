import type {Answered} from './journal.js'

/** The outcome of the token endpoint. The only type, with TokenRecord, that holds live secrets. */
export interface Grant {
  userId: number
  accessToken: string
  /** Absent when the application has no `offline_access`. */
  refreshToken?: string
  scope: string
  expiresAt: Date
}

export type AccountStatus = 'active' | 'invalid'

/** A connected account without its secrets; readable without the encryption key. */
export interface Account {
  userId: number
  nickname: string
  email: string | null
  siteId: string
  isTestUser: boolean
  isDefault: boolean
  status: AccountStatus
  scope: string
  expiresAt: Date
  /** Internal UUID of the store; never the seller's id. */
  storeId: string
  /** The application that the tokens are bound to. */
  clientId: string
  createdAt: Date
  /** When the tokens were stored. */
  updatedAt: Date
}

export interface TokenRecord extends Account {
  accessToken: string
  refreshToken: string
}

/** What `/users/me` says of an account. */
export interface Identity {
  userId: number
  nickname: string
  email: string | null
  siteId: string
  tags: string[]
  isTestUser: boolean
}

export interface Link {
  identity: Identity
  grant: Grant & {refreshToken: string}
  clientId: string
  /** Who owns the membership: `MELI_OPERATOR` or the OS user. */
  operator: string
  /** The operator is signed in at the server: MELI_OPERATOR_UNKNOWN, and nothing is linked, when removed meanwhile. */
  signedIn?: boolean
  /**
   * When the grant was received. Tokens that came later stay: the journal tells which did, and this time where it does not
   * know both.
   */
  grantedAt: Date
}

export interface Linked {
  storeId: string
  /** False when the same seller is connected already and was updated. */
  created: boolean
}

/** A lease that another process has. */
export interface OthersLease {
  holder: string
  until: Date
}

export type Lease = {held: true} | ({held: false} & OthersLease)

export interface LeaseRequest {
  holder: string
  /** For others to read: the wall clock ends no lease. */
  until: Date
  /** Another's lease that ran out under the eyes of this process: taken, if it is still the same. */
  expired?: OthersLease | undefined
}

export interface Rotation {
  userId: number
  /** The refresh token that was sent: the row changes only while it still holds this one. */
  spent: string
  next: Grant & {refreshToken: string}
  answered: Answered
  at: Date
}

export interface AccountStore {
  /** All accounts, oldest first. Opens no seal. */
  list(): Promise<Account[]>
  /** Fails with MELI_SEAL_BROKEN when the key is wrong or the row was changed. */
  load(userId: number): Promise<TokenRecord | undefined>
  /**
   * Store, membership and token in one transaction; linking a seller again updates all three and revives the row. The
   * held grants of this user that are not newer go in the same transaction.
   */
  link(link: Link): Promise<Linked>
  /** Compare and set; false when the row no longer holds `spent`: then only the journal entry is closed, with MELI_ANSWER_SUPERSEDED. */
  rotate(rotation: Rotation): Promise<boolean>
  /** Marks the row `invalid` if it still holds `spent`. */
  invalidate(userId: number, spent: string): Promise<boolean>
  /** Makes one account the default of its kind (real, or test user) and the others of the kind not. */
  setDefault(userId: number): Promise<void>
  /** Wipes the row with its secrets, its journal and its membership; false when there was none. The store keeps its id. */
  remove(userId: number): Promise<boolean>
  /** Takes the refresh lease when it is free, this holder's already, `expired`, or of a holder that is known to be dead. */
  acquireLease(userId: number, request: LeaseRequest): Promise<Lease>
  releaseLease(userId: number, holder: string): Promise<void>
}

/** A grant that was received but cannot be linked yet (identity unknown), sealed; nothing received is ever lost. */
export interface HeldGrant {
  id: string
  /** Where it came from and how to find it again: `state:<hash>`, `import:<fingerprint>` or `answer:<exchange>`. */
  origin: string
  grant: Grant
  clientId: string
  createdAt: Date
}

/** Tokens that came for another user than the one whose token was sent. */
export interface OtherUsersGrant {
  grant: Grant
  clientId: string
  /** The journal entry, which becomes `failed` with MELI_GRANT_MISMATCH in the same transaction. */
  exchangeId: string
  at: Date
  /** The tokens are of no use after this, and go. */
  until: Date
  /**
   * Holds the token that was sent, and is not trusted any more, in the same transaction if it still holds `spent`: an account
   * becomes `invalid`, a pending installation goes. Absent for a code, and for a token that is imported.
   */
  distrust?: {userId: number; spent: string} | {installationId: string; spent: string}
}

/** Table `installation`. */
export interface HeldGrantStore {
  hold(origin: string, grant: Grant, clientId: string, at: Date, answered?: Answered): Promise<string>
  find(origin: string): Promise<HeldGrant | undefined>
  drop(id: string): Promise<void>
  /** The newest tokens of this user and application that came in answer to another account's since then, by their id. */
  setAsideSince(account: {userId: number; clientId: string}, since: Date): Promise<string | undefined>
  /** Keeps the tokens of another user as a pending installation whose identity is not known; its id. */
  setAside(received: OtherUsersGrant): Promise<string>
}
