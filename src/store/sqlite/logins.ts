import {and, eq, gt, isNull, lt} from 'drizzle-orm'
import type {BetterSQLite3Database} from 'drizzle-orm/better-sqlite3'
import type {FoundLogin, LoginAttempt, LoginStore, NewExchange} from '../../services/ports/index.js'
import {beginExchange, finishExchange} from './journal.js'
import {oauthState, tokenRefresh} from './schema.js'
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

  find(stateHash: string, now: Date, bindingHash?: string): Promise<FoundLogin> {
    return this.session.read((db): FoundLogin => {
      const row = db.select().from(oauthState).where(begun(stateHash, bindingHash)).get()
      if (row === undefined) return {outcome: 'unknown'}
      if (row.consumedAt === null)
        return row.expiresAt > now ? {outcome: 'open', attempt: this.opened(row)} : {outcome: 'expired'}
      const {exchangeId} = row
      const exchange =
        exchangeId === null ? undefined : db.select().from(tokenRefresh).where(eq(tokenRefresh.id, exchangeId)).get()
      return {outcome: 'used', attempt: this.opened(row), exchange}
    })
  }

  consume(stateHash: string, exchange: NewExchange, bindingHash?: string): Promise<string | undefined> {
    return this.session.write((db) => {
      const {sentAt} = exchange
      const open = and(begun(stateHash, bindingHash), isNull(oauthState.consumedAt), gt(oauthState.expiresAt, sentAt))
      if (db.select({stateHash: oauthState.stateHash}).from(oauthState).where(open).get() === undefined)
        return undefined
      const exchangeId = beginExchange(db, exchange)
      db.update(oauthState).set({consumedAt: sentAt, exchangeId}).where(open).run()
      return exchangeId
    })
  }

  reopen(exchangeId: string, at: Date): Promise<void> {
    return this.session.write((db) => {
      finishExchange(db, exchangeId, {outcome: 'failed', errorCode: null, at})
      db.update(oauthState).set({consumedAt: null, exchangeId: null}).where(eq(oauthState.exchangeId, exchangeId)).run()
    })
  }

  private opened({consumedAt: _, exchangeId: __, ...row}: typeof oauthState.$inferSelect): LoginAttempt {
    if (row.codeVerifier === null) return row
    const codeVerifier = this.vault.open(place(row.stateHash), row.codeVerifier, 'The secrets of this login')
    return {...row, codeVerifier}
  }
}

/** Matches a login only together with the cookie of the browser that started it. */
function begun(stateHash: string, bindingHash: string | undefined) {
  const bound = bindingHash === undefined ? isNull(oauthState.bindingHash) : eq(oauthState.bindingHash, bindingHash)
  return and(eq(oauthState.stateHash, stateHash), bound)
}

function sweep(db: BetterSQLite3Database, now: Date): number {
  const over = lt(oauthState.expiresAt, new Date(now.getTime() - keptMs))
  return db.delete(oauthState).where(over).run().changes
}

function place(stateHash: string) {
  return {table: 'oauth_state', row: stateHash, column: 'code_verifier'}
}
