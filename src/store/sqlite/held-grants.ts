import {randomUUID} from 'node:crypto'
import {desc, eq, sql} from 'drizzle-orm'
import type {Grant, HeldGrant, HeldGrantStore} from '../../services/ports.js'
import {installation} from './schema.js'
import type {Session} from './session.js'
import type {Vault} from './vault.js'

export class SqliteHeldGrants implements HeldGrantStore {
  constructor(
    private readonly session: Session,
    private readonly vault: Vault,
  ) {}

  hold(origin: string, grant: Grant, clientId: string, at: Date): Promise<string> {
    return this.session.write((db) => {
      const id = randomUUID()
      const {userId, scope, expiresAt} = grant
      db.insert(installation)
        .values({
          id,
          origin,
          userId,
          ...sealHeld(this.vault, id, grant, at),
          scope,
          expiresAt,
          clientId,
          createdAt: at,
        })
        .run()
      return id
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

  drop(id: string): Promise<void> {
    return this.session.write((db) => {
      db.delete(installation).where(eq(installation.id, id)).run()
    })
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
