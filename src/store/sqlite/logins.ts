import {and, eq, gt, isNull, lt} from 'drizzle-orm'
import type {BetterSQLite3Database} from 'drizzle-orm/better-sqlite3'
import type {Consumed, LoginAttempt, LoginStore} from '../../services/ports.js'
import {oauthState} from './schema.js'
import type {Session} from './session.js'
import type {Vault} from './vault.js'

const keptMs = 24 * 60 * 60 * 1000

export class SqliteLogins implements LoginStore {
  constructor(
    private readonly session: Session,
    private readonly vault: Vault,
  ) {}

  begin(attempt: LoginAttempt): Promise<void> {
    return this.session.write((db) => {
      const {stateHash, codeVerifier, createdAt} = attempt
      sweep(db, createdAt)
      const sealed = codeVerifier === null ? null : this.vault.seal(place(stateHash), codeVerifier, createdAt)
      db.insert(oauthState)
        .values({...attempt, codeVerifier: sealed})
        .run()
    })
  }

  sweep(now: Date): Promise<number> {
    return this.session.write((db) => sweep(db, now))
  }

  consume(stateHash: string, now: Date, bindingHash?: string): Promise<Consumed> {
    return this.session.write((db): Consumed => {
      const bound = bindingHash === undefined ? isNull(oauthState.bindingHash) : eq(oauthState.bindingHash, bindingHash)
      const mine = and(eq(oauthState.stateHash, stateHash), bound)
      const consumed = db
        .update(oauthState)
        .set({consumedAt: now})
        .where(and(mine, isNull(oauthState.consumedAt), gt(oauthState.expiresAt, now)))
        .returning()
        .get()
      if (consumed !== undefined) return {outcome: 'consumed', attempt: this.opened(consumed)}
      const row = db.select().from(oauthState).where(mine).get()
      if (row === undefined) return {outcome: 'unknown'}
      return row.consumedAt === null ? {outcome: 'expired'} : {outcome: 'used', attempt: this.opened(row)}
    })
  }

  private opened({consumedAt: _, ...row}: typeof oauthState.$inferSelect): LoginAttempt {
    if (row.codeVerifier === null) return row
    const codeVerifier = this.vault.open(place(row.stateHash), row.codeVerifier, 'The secrets of this login')
    return {...row, codeVerifier}
  }
}

function sweep(db: BetterSQLite3Database, now: Date): number {
  const over = lt(oauthState.expiresAt, new Date(now.getTime() - keptMs))
  return db.delete(oauthState).where(over).run().changes
}

function place(stateHash: string) {
  return {table: 'oauth_state', row: stateHash, column: 'code_verifier'}
}
