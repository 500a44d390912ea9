import {randomUUID} from 'node:crypto'
import {and, desc, eq, gt, gte, inArray, isNotNull, ne, or, sql} from 'drizzle-orm'
import type {BetterSQLite3Database} from 'drizzle-orm/better-sqlite3'
import type {ErrorCode} from '../../core/errors.js'
import {fingerprint as fingerprintOf} from '../../core/fingerprint.js'
import type {Answered, Exchange, ExchangeJournal, ExchangeKind, NewExchange} from '../../services/ports/index.js'
import {tokenRefresh} from './schema.js'
import type {Session} from './session.js'

const entry = tokenRefresh
/** Entries are compared in the order in which they were written, which a clock that is set back does not change. */
const position = sql<number>`${entry}.rowid`
const superseded = 'MELI_ANSWER_SUPERSEDED' satisfies ErrorCode
/** A machine that is offline for long begins many that never leave. */
const left = or(ne(entry.outcome, 'failed'), isNotNull(entry.errorCode))

export class SqliteJournal implements ExchangeJournal {
  constructor(private readonly session: Session) {}

  begin(exchange: NewExchange): Promise<string> {
    return this.session.write((db) => beginExchange(db, exchange))
  }

  beginUnlessSent(exchange: NewExchange, known: string | undefined): Promise<string | undefined> {
    return this.session.write((db) => {
      const newest = db
        .select({id: entry.id})
        .from(entry)
        .where(eq(entry.fingerprint, exchange.fingerprint ?? ''))
        .orderBy(desc(position))
        .get()
      return newest?.id === known ? beginExchange(db, exchange) : undefined
    })
  }

  finish(id: string, outcome: 'stored' | 'failed', errorCode: string | null, at: Date): Promise<void> {
    return this.session.write((db) => finishExchange(db, id, {outcome, errorCode, at}))
  }

  recent(userId: number, limit: number, kinds?: readonly ExchangeKind[]): Promise<Exchange[]> {
    return this.session.read((db) =>
      db
        .select()
        .from(entry)
        .where(and(eq(entry.userId, userId), kinds && inArray(entry.kind, [...kinds])))
        .orderBy(desc(entry.sentAt), desc(position))
        .limit(limit)
        .all(),
    )
  }

  since(userId: number, {fingerprint, storedAt}: {fingerprint: string; storedAt: Date}): Promise<Exchange[]> {
    return this.session.read((db) => {
      const brought = db
        .select({position, sentAt: entry.sentAt})
        .from(entry)
        .where(and(eq(entry.userId, userId), eq(entry.received, fingerprint)))
        .orderBy(desc(position))
        .get()
      const later =
        brought === undefined
          ? or(gte(entry.sentAt, storedAt), eq(entry.fingerprint, fingerprint))
          : gt(position, brought.position)
      // Begun before the exchange that brought the token, perhaps, but answered after it.
      const overtaken = and(eq(entry.errorCode, superseded), gte(entry.finishedAt, brought?.sentAt ?? storedAt))
      return db
        .select()
        .from(entry)
        .where(and(eq(entry.userId, userId), or(later, overtaken), left))
        .orderBy(desc(position))
        .all()
    })
  }

  ofToken(fingerprint: string): Promise<Exchange[]> {
    return this.session.read((db) =>
      db.select().from(entry).where(eq(entry.fingerprint, fingerprint)).orderBy(desc(position)).all(),
    )
  }
}

/** Only inside `Session.write`. */
export function beginExchange(db: BetterSQLite3Database, exchange: NewExchange): string {
  const id = randomUUID()
  db.insert(entry)
    .values({...exchange, id, outcome: 'sent'})
    .run()
  return id
}

interface Ending {
  outcome: 'stored' | 'failed'
  errorCode: string | null
  at: Date
  received?: string | null
}

/** Only inside `Session.write`. An entry that is `stored` stays so. */
export function finishExchange(
  db: BetterSQLite3Database,
  id: string,
  {outcome, errorCode, at, received = null}: Ending,
): void {
  db.update(entry)
    .set({outcome, errorCode, received, finishedAt: at})
    .where(and(eq(entry.id, id), eq(entry.outcome, 'sent')))
    .run()
}

/** Only inside `Session.write`, with the answer. */
export function closeAnswered(db: BetterSQLite3Database, {exchangeId, received}: Answered, at: Date): void {
  finishExchange(db, exchangeId, {outcome: 'stored', errorCode: null, at, received})
}

/** Only inside `Session.write`: the answer came when the row held another token than the one that was sent. */
export function closeSuperseded(db: BetterSQLite3Database, {exchangeId}: Answered, at: Date): void {
  finishExchange(db, exchangeId, {outcome: 'failed', errorCode: superseded, at})
}

/** Where the exchange that brought this refresh token stands among all; undefined when none did. */
export function positionOf(db: BetterSQLite3Database, refreshToken: string): number | undefined {
  const brought = eq(entry.received, fingerprintOf(refreshToken))
  return db.select({position}).from(entry).where(brought).orderBy(desc(position)).get()?.position
}
