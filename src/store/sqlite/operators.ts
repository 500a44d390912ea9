import {and, asc, count, eq, gt, inArray, isNull, lt, lte} from 'drizzle-orm'
import type {
  Operator,
  OperatorSession,
  OperatorStore,
  Sharing,
  SignedIn,
  SignInLink,
} from '../../services/ports/index.js'
import {mercadolibreToken, operator, operatorSession, signInLink, storeMembership} from './schema.js'
import type {Session} from './session.js'

const keptMs = 24 * 60 * 60 * 1000

export class SqliteOperators implements OperatorStore {
  constructor(private readonly database: Session) {}

  list(now: Date): Promise<Array<Operator & {sessions: number; stores: number}>> {
    return this.database.read((db) => {
      const seen = db
        .select({operator: storeMembership.operator, stores: count()})
        .from(storeMembership)
        .innerJoin(mercadolibreToken, eq(mercadolibreToken.storeId, storeMembership.storeId))
        .groupBy(storeMembership.operator)
        .all()
      const stores = new Map(seen.map((each) => [each.operator, each.stores]))
      const alive = and(eq(operatorSession.operator, operator.name), gt(operatorSession.expiresAt, now))
      return db
        .select({name: operator.name, createdAt: operator.createdAt, sessions: count(operatorSession.idHash)})
        .from(operator)
        .leftJoin(operatorSession, alive)
        .groupBy(operator.name)
        .orderBy(asc(operator.createdAt), asc(operator.name))
        .all()
        .map((each) => ({...each, stores: stores.get(each.name) ?? 0}))
    })
  }

  add(name: string, at: Date): Promise<boolean> {
    return this.database.write(
      (db) => db.insert(operator).values({name, createdAt: at}).onConflictDoNothing().run().changes > 0,
    )
  }

  remove(name: string): Promise<{unseen: number} | undefined> {
    return this.database.write((db) => {
      const left = db
        .delete(storeMembership)
        .where(eq(storeMembership.operator, name))
        .returning({storeId: storeMembership.storeId})
        .all()
        .map(({storeId}) => storeId)
      const unseen = db
        .select({storeId: mercadolibreToken.storeId})
        .from(mercadolibreToken)
        .leftJoin(storeMembership, eq(storeMembership.storeId, mercadolibreToken.storeId))
        .where(and(inArray(mercadolibreToken.storeId, left), isNull(storeMembership.operator)))
        .all().length
      // Links and sessions go with their operator.
      const {changes} = db.delete(operator).where(eq(operator.name, name)).run()
      return changes > 0 ? {unseen} : undefined
    })
  }

  share(name: string, storeIds: readonly string[] | undefined, at: Date): Promise<Sharing> {
    return this.database.write((db): Sharing => {
      const known = db.select().from(operator).where(eq(operator.name, name)).get()
      if (known === undefined) return {outcome: 'unknown-operator'}
      const {storeId, nickname} = mercadolibreToken
      const all = db.select({storeId, nickname}).from(mercadolibreToken).orderBy(asc(nickname), asc(storeId)).all()
      const missing = storeIds?.find((id) => !all.some((each) => each.storeId === id))
      if (missing !== undefined) return {outcome: 'unknown-store', storeId: missing}
      const stores = all
        .filter((each) => storeIds === undefined || storeIds.includes(each.storeId))
        .map((each) => {
          const row = {storeId: each.storeId, operator: name, role: 'member', createdAt: at}
          return {...each, added: db.insert(storeMembership).values(row).onConflictDoNothing().run().changes > 0}
        })
      return {outcome: 'shared', stores}
    })
  }

  addLink(link: SignInLink): Promise<boolean> {
    return this.database.write((db) => {
      const known = db.select().from(operator).where(eq(operator.name, link.operator)).get()
      if (known === undefined) return false
      db.insert(signInLink).values(link).run()
      return true
    })
  }

  signIn(tokenHash: string, session: Omit<OperatorSession, 'operator'>, now: Date): Promise<SignedIn> {
    return this.database.write((db): SignedIn => {
      const mine = eq(signInLink.tokenHash, tokenHash)
      const used = db
        .update(signInLink)
        .set({usedAt: now})
        .where(and(mine, isNull(signInLink.usedAt), gt(signInLink.expiresAt, now)))
        .returning({operator: signInLink.operator})
        .get()
      if (used === undefined) {
        const row = db.select().from(signInLink).where(mine).get()
        if (row === undefined) return {outcome: 'unknown'}
        return {outcome: row.usedAt === null ? 'expired' : 'used'}
      }
      const begun = {...session, operator: used.operator}
      db.insert(operatorSession).values(begun).run()
      return {outcome: 'signed-in', session: begun}
    })
  }

  session(idHash: string, now: Date): Promise<OperatorSession | undefined> {
    return this.database.read((db) =>
      db
        .select()
        .from(operatorSession)
        .where(and(eq(operatorSession.idHash, idHash), gt(operatorSession.expiresAt, now)))
        .get(),
    )
  }

  signOut(idHash: string): Promise<void> {
    return this.database.write((db) => {
      db.delete(operatorSession).where(eq(operatorSession.idHash, idHash)).run()
    })
  }

  sweep(now: Date): Promise<number> {
    return this.database.write((db) => {
      const long = new Date(now.getTime() - keptMs)
      const links = db.delete(signInLink).where(lt(signInLink.expiresAt, long)).run().changes
      return links + db.delete(operatorSession).where(lte(operatorSession.expiresAt, now)).run().changes
    })
  }
}
