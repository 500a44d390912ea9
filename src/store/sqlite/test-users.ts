import {randomUUID} from 'node:crypto'
import {and, asc, desc, eq, getTableColumns, isNotNull, lt, ne, or, type SQL, sql} from 'drizzle-orm'
import {MeliError} from '../../core/errors.js'
import type {TestUser, TestUserCredentials, TestUserRole, TestUserStore} from '../../services/ports/index.js'
import {testUser} from './schema.js'
import type {Session} from './session.js'
import type {Vault} from './vault.js'

const {password: _password, updatedAt: _updatedAt, ...shown} = getTableColumns(testUser)
const oldestFirst = [asc(testUser.createdAt), asc(sql`rowid`)]

/** The service drops a test user that was idle for this long, and nobody here can use a forgotten one. */
const idleMs = 60 * 24 * 60 * 60 * 1000

type Adopted = Parameters<TestUserStore['adopt']>[0]

export class SqliteTestUsers implements TestUserStore {
  constructor(
    private readonly session: Session,
    private readonly vault: Vault,
  ) {}

  intend(intent: {ownerUserId: number; siteId: string; role: TestUserRole; at: Date}): Promise<string> {
    const {ownerUserId, siteId, role, at} = intent
    return this.session.write((db) => {
      const intentId = randomUUID()
      const gone = lt(testUser.updatedAt, new Date(at.getTime() - idleMs))
      db.delete(testUser)
        .where(and(eq(testUser.state, 'forgotten'), gone))
        .run()
      db.insert(testUser)
        .values({intentId, ownerUserId, siteId, role, state: 'intended', createdAt: at, updatedAt: at})
        .run()
      return intentId
    })
  }

  complete(intentId: string, credentials: TestUserCredentials, at: Date): Promise<void> {
    return this.session.write((db) => {
      this.forgetOthers(credentials.userId, intentId)
      const {changes} = db
        .update(testUser)
        .set({...this.sealed(intentId, credentials), state: 'created', updatedAt: at})
        .where(eq(testUser.intentId, intentId))
        .run()
      if (changes === 0)
        throw new MeliError('MELI_UNEXPECTED', `The intent of the test user ${credentials.nickname} is gone.`)
    })
  }

  fail(intentId: string, at: Date): Promise<void> {
    return this.session.write((db) => {
      db.update(testUser).set({state: 'failed', updatedAt: at}).where(eq(testUser.intentId, intentId)).run()
    })
  }

  adopt({ownerUserId, siteId, role, at, ...credentials}: Adopted): Promise<void> {
    return this.session.write((db) => {
      const known = db.select(shown).from(testUser).where(eq(testUser.userId, credentials.userId)).get()
      const intentId = known?.intentId ?? randomUUID()
      const changing = {
        ...this.sealed(intentId, credentials),
        // Who owns it decides whose quota it fills, so a known owner is not traded for an unknown one.
        ownerUserId: ownerUserId ?? known?.ownerUserId ?? null,
        siteId,
        role,
        state: 'created' as const,
        updatedAt: at,
      }
      db.insert(testUser)
        .values({intentId, createdAt: at, ...changing})
        .onConflictDoUpdate({target: testUser.intentId, set: changing})
        .run()
    })
  }

  list(): Promise<TestUser[]> {
    return this.session.read((db) =>
      db
        .select(shown)
        .from(testUser)
        .orderBy(...oldestFirst)
        .all(),
    )
  }

  reveal(nicknameOrId: string): Promise<(TestUser & TestUserCredentials) | undefined> {
    return this.session.read((db) => {
      const row = db
        .select({...shown, password: testUser.password})
        .from(testUser)
        .where(and(eq(testUser.state, 'created'), named(nicknameOrId)))
        .orderBy(desc(testUser.createdAt), desc(sql`rowid`))
        .get()
      if (row === undefined) return undefined
      const {userId, nickname, password, ...rest} = row
      if (userId === null || nickname === null || password === null) return undefined
      const opened = this.vault.open(place(rest.intentId), password, `The credentials of ${nickname} (${userId})`)
      return {...rest, userId, nickname, password: opened}
    })
  }

  forget(nicknameOrId: string, at: Date): Promise<boolean> {
    return this.session.write((db) => {
      const known = or(named(nicknameOrId), eq(testUser.intentId, nicknameOrId))
      const mine = and(known, ne(testUser.state, 'forgotten'))
      const counts = and(mine, eq(testUser.state, 'created'), isNotNull(testUser.ownerUserId))
      const forgotten = {state: 'forgotten', password: null, updatedAt: at} as const
      const kept = db.update(testUser).set(forgotten).where(counts).run().changes
      return db.delete(testUser).where(mine).run().changes + kept > 0
    })
  }

  /** The service never gives an id twice, but an emulator that was started again does. */
  private forgetOthers(userId: number, intentId: string): void {
    this.session.db
      .delete(testUser)
      .where(and(eq(testUser.userId, userId), ne(testUser.intentId, intentId)))
      .run()
  }

  private sealed(intentId: string, {userId, nickname, password, siteStatus}: TestUserCredentials) {
    return {userId, nickname, siteStatus, password: this.vault.seal(place(intentId), password)}
  }
}

/** By nickname, whatever its case, or by user id. */
function named(nicknameOrId: string): SQL | undefined {
  const byNickname = sql`lower(${testUser.nickname}) = lower(${nicknameOrId})`
  const isId = /^\d{1,16}$/.test(nicknameOrId) && Number.isSafeInteger(Number(nicknameOrId))
  return isId ? or(byNickname, eq(testUser.userId, Number(nicknameOrId))) : byNickname
}

function place(intentId: string) {
  return {table: 'test_user', row: intentId, column: 'password'}
}
