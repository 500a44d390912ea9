import {and, asc, desc, eq, isNotNull, isNull, like, lt, ne, sql} from 'drizzle-orm'
import {livenessOf} from '../../core/holder.js'
import type {
  Completion,
  HeldGrant,
  Identity,
  InstallRotation,
  InstallState,
  InstallStore,
  Lease,
  LeaseRequest,
  PendingInstall,
} from '../../services/ports/index.js'
import type {SqliteAccounts} from './accounts.js'
import {openHeld, sealHeld} from './held-grants.js'
import {closeAnswered, closeSuperseded} from './journal.js'
import {othersLease} from './request-lease.js'
import {installation, installationLink, mercadolibreToken, store, storeMembership} from './schema.js'
import type {Session} from './session.js'
import type {Vault} from './vault.js'

type Row = typeof installation.$inferSelect
const pending = isNotNull(installation.pendingUntil)

export class SqliteInstalls implements InstallStore {
  constructor(
    private readonly session: Session,
    private readonly vault: Vault,
    private readonly accounts: SqliteAccounts,
  ) {}

  pend(id: string, identity: Identity, until: Date): Promise<string | undefined> {
    return this.session.write((db) => {
      const {nickname, email, siteId, isTestUser, userId} = identity
      const held = db
        .update(installation)
        // The time that it has begins once.
        .set({
          nickname,
          email,
          siteId,
          isTestUser,
          pendingUntil: sql`coalesce(${installation.pendingUntil}, ${until.getTime()})`,
        })
        .where(and(eq(installation.id, id), eq(installation.userId, userId)))
        .returning({clientId: installation.clientId})
        .get()
      if (held === undefined) return undefined
      const same = and(pending, eq(installation.userId, userId), eq(installation.clientId, held.clientId))
      const newest = db
        .select({id: installation.id})
        .from(installation)
        .where(same)
        // In the order of exchange, which a clock that is set back does not change.
        .orderBy(desc(sql`rowid`))
        .get()
      const stays = newest?.id ?? id
      db.delete(installation)
        .where(and(same, ne(installation.id, stays)))
        .run()
      return stays
    })
  }

  list(): Promise<PendingInstall[]> {
    return this.session.read((db) =>
      db
        .select()
        .from(installation)
        .where(pending)
        .orderBy(asc(installation.createdAt), asc(installation.id))
        .all()
        .map(shown),
    )
  }

  find(id: string): Promise<InstallState> {
    return this.session.read(() => this.state(id))
  }

  load(id: string): Promise<{install: PendingInstall; held: HeldGrant} | undefined> {
    return this.session.read(() => {
      const row = this.row(id)
      return row === undefined ? undefined : {install: shown(row), held: openHeld(this.vault, row)}
    })
  }

  complete(id: string, operator: string, at: Date, signedIn = false): Promise<Completion> {
    return this.session.write((db): Completion => {
      const row = this.row(id)
      if (row === undefined) return this.state(id)
      const install = shown(row)
      if (install.pendingUntil <= at || !install.identified) return {state: 'unknown'}
      // Whoever refreshes it has spent what is in the row, and is about to store what came for it.
      const others = othersLease(row, {holder: ''})
      // Of a process that is alive here it is known that the lease is in use, whatever the wall clock says.
      if (others !== undefined && (others.until > at || livenessOf(others.holder) === 'alive'))
        return {state: 'busy', until: others.until}
      const {grant, clientId, createdAt: grantedAt} = openHeld(this.vault, row)
      const {refreshToken} = grant
      if (refreshToken === undefined) return {state: 'unknown'}
      const {userId, nickname, siteId, isTestUser} = install
      const identity = {userId, nickname, siteId, isTestUser, email: row.email, tags: []}
      const {storeId} = this.accounts.linkNow({
        identity,
        grant: {...grant, refreshToken},
        clientId,
        operator,
        signedIn,
        grantedAt,
      })
      db.delete(installation).where(eq(installation.id, id)).run()
      db.insert(installationLink).values({installationId: id, storeId, operator, linkedAt: at}).run()
      return {state: 'linked', storeId, nickname, operator, linkedAt: at}
    })
  }

  rotate({id, spent, next, answered, at}: InstallRotation): Promise<boolean> {
    return this.session.write((db) => {
      const holds = this.holds(id, spent)
      if (holds) {
        const {scope, expiresAt} = next
        db.update(installation)
          .set({...sealHeld(this.vault, id, next, at), scope, expiresAt})
          .where(eq(installation.id, id))
          .run()
      }
      if (holds) closeAnswered(db, answered, at)
      else closeSuperseded(db, answered, at)
      return holds
    })
  }

  acquireLease(id: string, request: LeaseRequest): Promise<Lease | undefined> {
    return this.session.write((db): Lease | undefined => {
      const row = this.row(id)
      if (row === undefined) return undefined
      const others = othersLease(row, request)
      if (others !== undefined) return {held: false, ...others}
      db.update(installation)
        .set({leaseHolder: request.holder, leaseExpiresAt: request.until})
        .where(eq(installation.id, id))
        .run()
      return {held: true}
    })
  }

  releaseLease(id: string, holder: string): Promise<void> {
    return this.session.write((db) => {
      db.update(installation)
        .set({leaseHolder: null, leaseExpiresAt: null})
        .where(and(eq(installation.id, id), eq(installation.leaseHolder, holder)))
        .run()
    })
  }

  remove(id: string, revocation?: {exchangeId: string; at: Date}): Promise<boolean> {
    return this.session.write((db) => {
      if (revocation !== undefined)
        closeAnswered(db, {exchangeId: revocation.exchangeId, received: null}, revocation.at)
      return (
        db
          .delete(installation)
          .where(and(eq(installation.id, id), pending))
          .run().changes > 0
      )
    })
  }

  removeRefused(id: string, spent: string): Promise<boolean> {
    return this.session.write((db) => {
      if (!this.holds(id, spent)) return false
      db.delete(installation).where(eq(installation.id, id)).run()
      return true
    })
  }

  sweepHeld(before: Date): Promise<number> {
    const forgotten = and(isNull(installation.pendingUntil), like(installation.origin, 'state:%'))
    return this.session.write(
      (db) =>
        db
          .delete(installation)
          .where(and(forgotten, lt(installation.createdAt, before)))
          .run().changes,
    )
  }

  ownerOf(userId: number): Promise<string | undefined> {
    return this.session.read(
      (db) =>
        db
          .select({operator: storeMembership.operator})
          .from(storeMembership)
          .innerJoin(mercadolibreToken, eq(mercadolibreToken.storeId, storeMembership.storeId))
          .where(eq(mercadolibreToken.userId, userId))
          .orderBy(asc(storeMembership.createdAt), asc(storeMembership.operator))
          .get()?.operator,
    )
  }

  storesOf(operator: string): Promise<string[]> {
    return this.session.read((db) =>
      db
        .select({storeId: storeMembership.storeId})
        .from(storeMembership)
        .where(eq(storeMembership.operator, operator))
        .orderBy(asc(storeMembership.createdAt), asc(storeMembership.storeId))
        .all()
        .map(({storeId}) => storeId),
    )
  }

  private holds(id: string, refreshToken: string): boolean {
    const row = this.row(id)
    return row !== undefined && openHeld(this.vault, row).grant.refreshToken === refreshToken
  }

  private row(id: string): Row | undefined {
    return this.session.db
      .select()
      .from(installation)
      .where(and(eq(installation.id, id), pending))
      .get()
  }

  private state(id: string): InstallState {
    const row = this.row(id)
    if (row !== undefined) return {state: 'pending', install: shown(row)}
    const note = this.session.db
      .select({
        storeId: installationLink.storeId,
        operator: installationLink.operator,
        linkedAt: installationLink.linkedAt,
        nickname: store.nickname,
      })
      .from(installationLink)
      .innerJoin(store, eq(store.id, installationLink.storeId))
      .where(eq(installationLink.installationId, id))
      .get()
    return note === undefined ? {state: 'unknown'} : {state: 'linked', ...note}
  }
}

/** Of a row that is pending. All of these are set, unless it was set aside and nobody has asked yet whose it is. */
function shown({
  id,
  userId,
  nickname,
  siteId,
  isTestUser,
  clientId,
  createdAt,
  pendingUntil,
  expiresAt,
}: Row): PendingInstall {
  return {
    id,
    userId,
    identified: nickname !== null,
    nickname: nickname ?? '',
    siteId: siteId ?? '',
    isTestUser: isTestUser ?? false,
    clientId,
    createdAt,
    pendingUntil: pendingUntil ?? createdAt,
    expiresAt,
  }
}
