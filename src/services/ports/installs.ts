import type {Grant, Identity, Lease, Link} from './accounts.js'

/** A seller who authorized the application in a browser in which no operator was signed in. */
export interface PendingInstall {
  id: string
  userId: number
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
  | {state: 'linked'; storeId: string; operator: string; linkedAt: Date}
  | {state: 'unknown'}

/** Installations that wait for an operator: rows of `installation` with an identity. */
export interface InstallStore {
  /** Turns a held grant into a pending installation; an older one of the same seller goes. */
  pend(id: string, identity: Identity, until: Date): Promise<void>
  /** Oldest first. Opens no seal. */
  list(): Promise<PendingInstall[]>
  find(id: string): Promise<InstallState>
  /** With its secrets; undefined when it is not pending. */
  load(id: string): Promise<{install: PendingInstall; identity: Identity; grant: Grant} | undefined>
  /**
   * Links it: store, membership, token and the note of it (`installation_link`) in one transaction, and the row goes.
   * Somebody else's linking before this one is told as `linked`.
   */
  complete(id: string, link: Link): Promise<InstallState>
  /** Replaces the tokens while the row still holds `spent`. */
  rotate(id: string, spent: string, next: Grant & {refreshToken: string}): Promise<boolean>
  acquireLease(id: string, holder: string, now: Date, until: Date): Promise<Lease>
  releaseLease(id: string, holder: string): Promise<void>
  remove(id: string): Promise<boolean>
  /** Which operators belong to a store, and which stores an operator may see. */
  storesOf(operator: string): Promise<string[]>
}
