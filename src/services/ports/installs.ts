import type {Grant, HeldGrant, Identity, Lease, LeaseRequest} from './accounts.js'
import type {Answered} from './journal.js'

/** A seller who authorized the application in a browser in which no operator was signed in. */
export interface PendingInstall {
  id: string
  userId: number
  /**
   * False for tokens that came in answer to another account's: nothing was asked of the service with them, so that nickname
   * and site are empty and the kind is not known.
   */
  identified: boolean
  nickname: string
  siteId: string
  isTestUser: boolean
  clientId: string
  createdAt: Date
  /** Revoked at the service, and removed, after this. */
  pendingUntil: Date
  expiresAt: Date
}

export type InstallState =
  | {state: 'pending'; install: PendingInstall}
  /** By somebody, and so that the same id leads to the same store. */
  | {state: 'linked'; storeId: string; nickname: string; operator: string; linkedAt: Date}
  | {state: 'unknown'}

export type Completion = InstallState | {state: 'busy'; until: Date}

/** Rotation of a pending installation's tokens. */
export interface InstallRotation {
  id: string
  /** The refresh token that was sent: the row changes only while it still holds this one. */
  spent: string
  next: Grant & {refreshToken: string}
  answered: Answered
  at: Date
}

/** Installations that wait for an operator: rows of `installation` with an identity. */
export interface InstallStore {
  /**
   * Turns a held grant into a pending installation, once. Of several of one seller and application the newest stays,
   * because its tokens are the ones that work; its id is returned. Undefined when the grant is not held any more.
   */
  pend(id: string, identity: Identity, until: Date): Promise<string | undefined>
  /** Oldest first. Opens no seal. */
  list(): Promise<PendingInstall[]>
  find(id: string): Promise<InstallState>
  /** With its secrets; undefined when it is not pending. */
  load(id: string): Promise<{install: PendingInstall; held: HeldGrant} | undefined>
  /**
   * Links it for this operator, once it is identified: store, membership, token and the note of it (`installation_link`) in one transaction,
   * and the row goes. Somebody's linking before this one is told as `linked`; `busy` while its token is being refreshed;
   * `unknown` after `pendingUntil`. `signedIn` as in `Link`.
   */
  complete(id: string, operator: string, at: Date, signedIn?: boolean): Promise<Completion>
  /** Compare and set, like that of an account. */
  rotate(rotation: InstallRotation): Promise<boolean>
  /** As of an account; undefined when it is not pending. */
  acquireLease(id: string, request: LeaseRequest): Promise<Lease | undefined>
  releaseLease(id: string, holder: string): Promise<void>
  /** False when it is not pending. Closes the entry of a revocation, if there was one, in the same transaction. */
  remove(id: string, revocation?: {exchangeId: string; at: Date}): Promise<boolean>
  /** Removes it if it still holds `spent`, the refresh token that the service refused; false when it does not. */
  removeRefused(id: string, spent: string): Promise<boolean>
  /** Grants of logins that were held before this time and can be found by nobody any more; how many went. */
  sweepHeld(before: Date): Promise<number>
  /** Who belonged first to the store of a connected seller. */
  ownerOf(userId: number): Promise<string | undefined>
  /** The stores that an operator belongs to. */
  storesOf(operator: string): Promise<string[]>
}
