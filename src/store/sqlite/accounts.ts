import {randomUUID} from 'node:crypto'
import {and, asc, eq, lte, ne, sql} from 'drizzle-orm'
import {isMeliError, MeliError} from '../../core/errors.js'
import type {
  Account,
  AccountStore,
  Lease,
  LeaseRequest,
  Link,
  Linked,
  Rotation,
  TokenRecord,
} from '../../services/ports/index.js'
import {closeAnswered, closeSuperseded, positionOf} from './journal.js'
import {othersLease} from './request-lease.js'
import {installation, mercadolibreToken, operator, store, storeMembership, tokenRefresh} from './schema.js'
import type {Session} from './session.js'
import type {Vault} from './vault.js'

const providerKey = 'mercadolibre'
const token = mercadolibreToken
/** Between the exchange of a code and the link: far longer than the requests between them may take. */
const atOnceMs = 15 * 60_000

/** All but the secrets and the lease. */
const accountColumns = {
  userId: token.userId,
  nickname: token.nickname,
  email: token.email,
  siteId: token.siteId,
  isTestUser: token.isTestUser,
  isDefault: token.isDefault,
  status: token.status,
  scope: token.scope,
  expiresAt: token.expiresAt,
  storeId: token.storeId,
  clientId: token.clientId,
  createdAt: token.createdAt,
  updatedAt: token.updatedAt,
}

export class SqliteAccounts implements AccountStore {
  constructor(
    private readonly session: Session,
    private readonly vault: Vault,
  ) {}

  list(): Promise<Account[]> {
    return this.session.read((db) =>
      db.select(accountColumns).from(token).orderBy(asc(token.createdAt), asc(token.userId)).all(),
    )
  }

  load(userId: number): Promise<TokenRecord | undefined> {
    return this.session.read((db) => {
      const secrets = {accessToken: token.accessToken, refreshToken: token.refreshToken}
      const row = db
        .select({...accountColumns, ...secrets})
        .from(token)
        .where(eq(token.userId, userId))
        .get()
      if (row === undefined) return undefined
      return {
        ...row,
        accessToken: this.open(row, 'access_token', row.accessToken),
        refreshToken: this.open(row, 'refresh_token', row.refreshToken),
      }
    })
  }

  link(link: Link): Promise<Linked> {
    return this.session.write(() => this.linkNow(link))
  }

  /** Only inside `Session.write`. */
  linkNow(link: Link): Linked {
    const {db} = this.session
    if (link.signedIn === true) this.assertOperator(link.operator)
    const linked = this.linkStore(link)
    const {identity, grant, clientId, grantedAt} = link
    const tokens = {
      ...this.sealed(identity.userId, grant),
      scope: grant.scope,
      expiresAt: grant.expiresAt,
      status: 'active' as const,
      clientId,
      updatedAt: grantedAt,
    }
    const changing = {
      siteId: identity.siteId,
      nickname: identity.nickname,
      email: identity.email,
      isTestUser: identity.isTestUser,
      storeId: linked.storeId,
      ...(this.hasNewer(link) ? {} : tokens),
    }
    // A default belongs to a kind: an account that changed its kind must not displace the default of the other.
    const isDefault = sql`${token.isDefault} AND ${token.isTestUser} = excluded.is_test_user`
    db.insert(token)
      .values({userId: identity.userId, createdAt: grantedAt, ...tokens, ...changing})
      .onConflictDoUpdate({target: token.userId, set: {...changing, isDefault}})
      .run()
    // This grant, and older ones that nobody came back for: a new authorization has ended them.
    db.delete(installation)
      .where(and(eq(installation.userId, identity.userId), lte(installation.createdAt, grantedAt)))
      .run()
    return linked
  }

  /**
   * The tokens that were asked for last are those that work, whichever are linked last. The journal has the order. Where it
   * does not know both, time decides; what is far ahead then was stored before the clock was set back.
   */
  private hasNewer({identity: {userId}, grant, clientId, grantedAt}: Link): boolean {
    const {db} = this.session
    const row = db
      .select({...accountColumns, refreshToken: token.refreshToken})
      .from(token)
      .where(and(eq(token.userId, userId), eq(token.clientId, clientId), eq(token.status, 'active')))
      .get()
    if (row === undefined) return false
    const linked = positionOf(db, grant.refreshToken)
    const stored = linked === undefined ? undefined : this.positionOfStored(row)
    if (linked !== undefined && stored !== undefined) return stored > linked
    const aheadMs = row.updatedAt.getTime() - grantedAt.getTime()
    return aheadMs > 0 && aheadMs <= atOnceMs
  }

  /** Undefined too when its seal is broken: a login replaces what the key no longer opens. */
  private positionOfStored(row: {userId: number; nickname: string; refreshToken: string}): number | undefined {
    try {
      return positionOf(this.session.db, this.open(row, 'refresh_token', row.refreshToken))
    } catch (error) {
      if (isMeliError(error, 'MELI_SEAL_BROKEN')) return undefined
      throw error
    }
  }

  rotate({userId, spent, next, answered, at}: Rotation): Promise<boolean> {
    return this.session.write((db) => {
      if (!this.holds(userId, spent)) {
        closeSuperseded(db, answered, at)
        return false
      }
      const fresh = {...this.sealed(userId, next), scope: next.scope, expiresAt: next.expiresAt}
      db.update(token)
        .set({...fresh, status: 'active', updatedAt: at})
        .where(eq(token.userId, userId))
        .run()
      closeAnswered(db, answered, at)
      return true
    })
  }

  invalidate(userId: number, spent: string): Promise<boolean> {
    return this.session.write(() => this.invalidateNow(userId, spent))
  }

  /** Only inside `Session.write`. */
  invalidateNow(userId: number, spent: string): boolean {
    if (!this.holds(userId, spent)) return false
    this.session.db.update(token).set({status: 'invalid'}).where(eq(token.userId, userId)).run()
    return true
  }

  setDefault(userId: number): Promise<void> {
    return this.session.write((db) => {
      const chosen = db.select({isTestUser: token.isTestUser}).from(token).where(eq(token.userId, userId)).get()
      if (chosen === undefined) throw unknownAccount(userId)
      // In two steps: the index that allows one default of a kind is checked row by row.
      db.update(token)
        .set({isDefault: false})
        .where(and(eq(token.isTestUser, chosen.isTestUser), ne(token.userId, userId)))
        .run()
      db.update(token).set({isDefault: true}).where(eq(token.userId, userId)).run()
    })
  }

  async remove(userId: number): Promise<boolean> {
    const removed = await this.session.write((db) => {
      db.delete(tokenRefresh).where(eq(tokenRefresh.userId, userId)).run()
      db.delete(installation).where(eq(installation.userId, userId)).run()
      const row = db.delete(token).where(eq(token.userId, userId)).returning({storeId: token.storeId}).get()
      if (row === undefined) return false
      db.delete(storeMembership).where(eq(storeMembership.storeId, row.storeId)).run()
      // Its id stays for whoever refers to it, and for the next login; its name goes.
      db.update(store).set({nickname: ''}).where(eq(store.id, row.storeId)).run()
      return true
    })
    // Old pages linger in the -wal file until it is folded in; a reader in the way is no reason to fail.
    await this.session.read(() => this.session.client.pragma('wal_checkpoint(TRUNCATE)'))
    return removed
  }

  acquireLease(userId: number, request: LeaseRequest): Promise<Lease> {
    return this.session.write((db): Lease => {
      const columns = {leaseHolder: token.leaseHolder, leaseExpiresAt: token.leaseExpiresAt}
      const row = db.select(columns).from(token).where(eq(token.userId, userId)).get()
      if (row === undefined) throw unknownAccount(userId)
      const others = othersLease(row, request)
      if (others !== undefined) return {held: false, ...others}
      db.update(token)
        .set({leaseHolder: request.holder, leaseExpiresAt: request.until})
        .where(eq(token.userId, userId))
        .run()
      return {held: true}
    })
  }

  releaseLease(userId: number, holder: string): Promise<void> {
    return this.session.write((db) => {
      db.update(token)
        .set({leaseHolder: null, leaseExpiresAt: null})
        .where(and(eq(token.userId, userId), eq(token.leaseHolder, holder)))
        .run()
    })
  }

  private assertOperator(name: string): void {
    if (this.session.db.select().from(operator).where(eq(operator.name, name)).get() !== undefined) return
    throw new MeliError('MELI_OPERATOR_UNKNOWN', `${name} may not sign in here any more; nothing was linked`, {
      try: ['meli operators list'],
    })
  }

  private linkStore({identity, operator: member, grantedAt: at}: Link): Linked {
    const {db} = this.session
    const shown = {nickname: identity.nickname, siteId: identity.siteId, updatedAt: at}
    const known = db.select({userId: token.userId}).from(token).where(eq(token.userId, identity.userId)).get()
    const row = db
      .insert(store)
      .values({id: randomUUID(), providerKey, externalAccountId: String(identity.userId), createdAt: at, ...shown})
      .onConflictDoUpdate({target: [store.providerKey, store.externalAccountId], set: shown})
      .returning({id: store.id})
      .get()
    db.insert(storeMembership)
      .values({storeId: row.id, operator: member, role: 'owner', createdAt: at})
      .onConflictDoNothing()
      .run()
    return {storeId: row.id, created: known === undefined}
  }

  private holds(userId: number, refreshToken: string): boolean {
    const columns = {userId: token.userId, nickname: token.nickname, refreshToken: token.refreshToken}
    const row = this.session.db.select(columns).from(token).where(eq(token.userId, userId)).get()
    return row !== undefined && this.open(row, 'refresh_token', row.refreshToken) === refreshToken
  }

  private sealed(userId: number, grant: {accessToken: string; refreshToken: string}) {
    return {
      accessToken: this.vault.seal(place(userId, 'access_token'), grant.accessToken),
      refreshToken: this.vault.seal(place(userId, 'refresh_token'), grant.refreshToken),
    }
  }

  private open({userId, nickname}: {userId: number; nickname: string}, column: SealedColumn, text: string): string {
    return this.vault.open(place(userId, column), text, `The tokens of ${nickname} (${userId})`)
  }
}

type SealedColumn = 'access_token' | 'refresh_token'

function place(userId: number, column: SealedColumn) {
  return {table: 'mercadolibre_token', row: userId, column}
}

function unknownAccount(userId: number): MeliError {
  return new MeliError('MELI_ACCOUNT_UNKNOWN', `no connected account is called ${userId}`, {
    try: ['meli auth status', 'meli auth login'],
  })
}
