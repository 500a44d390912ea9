import {and, asc, count, eq, gt, isNull, lt, lte} from 'drizzle-orm'
import type {Operator, OperatorSession, OperatorStore, SignedIn, SignInLink} from '../../services/ports.js'
import {operator, operatorSession, signInLink, storeMembership} from './schema.js'
import type {Session} from './session.js'

const keptMs = 24 * 60 * 60 * 1000

export class SqliteOperators implements OperatorStore {
  constructor(private readonly database: Session) {}

  list(now: Date): Promise<Array<Operator & {sessions: number}>> {
    return this.database.read((db) => {
      const alive = and(eq(operatorSession.operator, operator.name), gt(operatorSession.expiresAt, now))
      return db
        .select({name: operator.name, createdAt: operator.createdAt, sessions: count(operatorSession.idHash)})
        .from(operator)
        .leftJoin(operatorSession, alive)
        .groupBy(operator.name)
        .orderBy(asc(operator.createdAt), asc(operator.name))
        .all()
    })
  }

  add(name: string, at: Date): Promise<boolean> {
    return this.database.write(
      (db) => db.insert(operator).values({name, createdAt: at}).onConflictDoNothing().run().changes > 0,
    )
  }

  remove(name: string): Promise<boolean> {
    return this.database.write((db) => {
      db.delete(storeMembership).where(eq(storeMembership.operator, name)).run()
      // Links and sessions go with their operator.
      return db.delete(operator).where(eq(operator.name, name)).run().changes > 0
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
