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
      const {userId, scope, expiresAt, accessToken, refreshToken} = grant
      const seal = (column: SealedColumn, text: string) => this.vault.seal(place(id, column), text, at)
      db.insert(installation)
        .values({
          id,
          origin,
          userId,
          accessToken: seal('access_token', accessToken),
          refreshToken: refreshToken === undefined ? null : seal('refresh_token', refreshToken),
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
      if (row === undefined) return undefined
      const {id, userId, scope, expiresAt, clientId, createdAt} = row
      const open = (column: SealedColumn, text: string) =>
        this.vault.open(place(id, column), text, `The tokens held for user ${userId}`)
      const grant: Grant = {userId, accessToken: open('access_token', row.accessToken), scope, expiresAt}
      if (row.refreshToken !== null) grant.refreshToken = open('refresh_token', row.refreshToken)
      return {id, origin, grant, clientId, createdAt}
    })
  }

  drop(id: string): Promise<void> {
    return this.session.write((db) => {
      db.delete(installation).where(eq(installation.id, id)).run()
    })
  }
}

type SealedColumn = 'access_token' | 'refresh_token'

function place(id: string, column: SealedColumn) {
  return {table: 'installation', row: id, column}
}
