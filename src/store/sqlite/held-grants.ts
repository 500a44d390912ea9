import {randomUUID} from 'node:crypto'
import {and, desc, eq, gte, like, sql} from 'drizzle-orm'
import {fingerprint} from '../../core/fingerprint.js'
import type {Answered, Grant, HeldGrant, HeldGrantStore, OtherUsersGrant} from '../../services/ports/index.js'
import type {SqliteAccounts} from './accounts.js'
import {closeAnswered, finishExchange} from './journal.js'
import {installation} from './schema.js'
import type {Session} from './session.js'
import type {Vault} from './vault.js'

/** The origins of tokens that came for another user than the one whose token was sent. */
const answers = 'answer:'

export class SqliteHeldGrants implements HeldGrantStore {
  constructor(
    private readonly session: Session,
    private readonly vault: Vault,
    private readonly accounts: SqliteAccounts,
  ) {}

  hold(origin: string, grant: Grant, clientId: string, at: Date, answered?: Answered): Promise<string> {
    return this.session.write((db) => {
      if (answered !== undefined) closeAnswered(db, answered, at)
      return this.insert(origin, grant, {clientId, at})
    })
  }

  setAside({grant, clientId, exchangeId, at, until, distrust}: OtherUsersGrant): Promise<string> {
    return this.session.write((db) => {
      if (distrust !== undefined && 'userId' in distrust) this.accounts.invalidateNow(distrust.userId, distrust.spent)
      else if (distrust !== undefined) this.removeNow(distrust.installationId, distrust.spent)
      const received = grant.refreshToken === undefined ? null : fingerprint(grant.refreshToken)
      finishExchange(db, exchangeId, {outcome: 'failed', errorCode: 'MELI_GRANT_MISMATCH', at, received})
      return this.insert(`${answers}${exchangeId}`, grant, {clientId, at, pendingUntil: until})
    })
  }

  /** The newest, should one origin have been held twice. */
  find(origin: string): Promise<HeldGrant | undefined> {
    return this.session.read((db) => {
      const newest = [desc(installation.createdAt), desc(sql`rowid`)]
      const row = db
        .select()
        .from(installation)
        .where(eq(installation.origin, origin))
        .orderBy(...newest)
        .get()
      return row === undefined ? undefined : openHeld(this.vault, row)
    })
  }

  setAsideSince({userId, clientId}: {userId: number; clientId: string}, since: Date): Promise<string | undefined> {
    const kept = and(
      eq(installation.userId, userId),
      eq(installation.clientId, clientId),
      like(installation.origin, `${answers}%`),
      gte(installation.createdAt, since),
    )
    return this.session.read(
      (db) => db.select({id: installation.id}).from(installation).where(kept).orderBy(desc(sql`rowid`)).get()?.id,
    )
  }

  drop(id: string): Promise<void> {
    return this.session.write((db) => {
      db.delete(installation).where(eq(installation.id, id)).run()
    })
  }

  /** Only inside `Session.write`. */
  private removeNow(id: string, spent: string): void {
    const {db} = this.session
    const row = db.select().from(installation).where(eq(installation.id, id)).get()
    if (row === undefined || openHeld(this.vault, row).grant.refreshToken !== spent) return
    db.delete(installation).where(eq(installation.id, id)).run()
  }

  private insert(
    origin: string,
    grant: Grant,
    {at, ...more}: {clientId: string; at: Date; pendingUntil?: Date},
  ): string {
    const id = randomUUID()
    const {userId, scope, expiresAt} = grant
    const tokens = sealHeld(this.vault, id, grant, at)
    this.session.db
      .insert(installation)
      .values({id, origin, userId, ...tokens, scope, expiresAt, createdAt: at, ...more})
      .run()
    return id
  }
}

type SealedColumn = 'access_token' | 'refresh_token'

export function openHeld(vault: Vault, row: typeof installation.$inferSelect): HeldGrant {
  const {id, origin, userId, scope, expiresAt, clientId, createdAt} = row
  const open = (column: SealedColumn, text: string) =>
    vault.open(place(id, column), text, `The tokens held for user ${userId}`)
  const grant: Grant = {userId, accessToken: open('access_token', row.accessToken), scope, expiresAt}
  if (row.refreshToken !== null) grant.refreshToken = open('refresh_token', row.refreshToken)
  return {id, origin, grant, clientId, createdAt}
}

/** Only inside `Session.write`. */
export function sealHeld(vault: Vault, id: string, tokens: {accessToken: string; refreshToken?: string}, at: Date) {
  const seal = (column: SealedColumn, text: string) => vault.seal(place(id, column), text, at)
  const {accessToken, refreshToken} = tokens
  return {
    accessToken: seal('access_token', accessToken),
    refreshToken: refreshToken === undefined ? null : seal('refresh_token', refreshToken),
  }
}

function place(id: string, column: SealedColumn) {
  return {table: 'installation', row: id, column}
}
