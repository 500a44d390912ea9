import {and, count, desc, eq, gte, inArray, isNull, lt, or, sql} from 'drizzle-orm'
import type {
  NewWrite,
  WriteAction,
  WriteFilter,
  WriteLog,
  WriteOutcome,
  WriteRecord,
} from '../../services/ports/index.js'
import {writeLog, writeOutcome} from './schema-of-writes.js'
import type {Session} from './session.js'

/** The newest write that takes this one back, unless it came to nothing. */
const undoneBy = sql<number | null>`(
  SELECT max(later.id) FROM write_log AS later LEFT JOIN write_outcome AS its ON its.write_id = later.id
  WHERE later.undoes = "write_log"."id" AND (its.outcome IS NULL OR its.outcome IN ('done', 'unknown'))
)`

const mayHaveChanged: WriteOutcome['outcome'][] = ['done', 'unknown']

export class SqliteWriteLog implements WriteLog {
  /** A session whose commits survive a power cut. */
  constructor(private readonly session: Session) {}

  begin(write: NewWrite): Promise<number> {
    return this.session.write((db) => db.insert(writeLog).values(write).returning({id: writeLog.id}).get().id)
  }

  /** What was said first stays: rows are never changed. */
  end(id: number, outcome: WriteOutcome): Promise<void> {
    return this.session.write((db) => {
      db.insert(writeOutcome)
        .values({writeId: id, ...outcome})
        .onConflictDoNothing()
        .run()
    })
  }

  async find(id: number): Promise<WriteRecord | undefined> {
    const [found] = await this.select(eq(writeLog.id, id), 1)
    return found
  }

  list({before, limit, ...filter}: Parameters<WriteLog['list']>[0]): Promise<WriteRecord[]> {
    return this.select(and(fitting(filter), before === undefined ? undefined : lt(writeLog.id, before)), limit)
  }

  count(filter: WriteFilter): Promise<number> {
    return this.session.read((db) => db.select({rows: count()}).from(writeLog).where(fitting(filter)).get()?.rows ?? 0)
  }

  ofPush({userId, pushId, subjects, limit = -1}: Parameters<WriteLog['ofPush']>[0]): Promise<WriteRecord[]> {
    const mine = and(eq(writeLog.userId, userId), eq(writeLog.pushId, pushId))
    const named = subjects === undefined ? undefined : inArray(writeLog.subject, [...subjects])
    const filter = and(mine, named, or(isNull(writeOutcome.outcome), inArray(writeOutcome.outcome, mayHaveChanged)))
    // Sorted behind the search: for the order alone all writes of the account would be gone through.
    return this.select(filter, limit, sql`+${writeLog.id} DESC`)
  }

  private select(filter: ReturnType<typeof and>, limit: number, order = desc(writeLog.id)): Promise<WriteRecord[]> {
    return this.session.read((db) =>
      db
        .select({write: writeLog, end: writeOutcome, undoneBy})
        .from(writeLog)
        .leftJoin(writeOutcome, eq(writeOutcome.writeId, writeLog.id))
        .where(filter)
        .orderBy(order)
        .limit(limit)
        .all()
        .map(recordOf),
    )
  }
}

function fitting({userId, isTestUser, subject, since}: WriteFilter) {
  return and(
    userId === undefined ? undefined : eq(writeLog.userId, userId),
    isTestUser === undefined ? undefined : eq(writeLog.isTestUser, isTestUser),
    subject === undefined ? undefined : eq(writeLog.subject, subject),
    since === undefined ? undefined : gte(writeLog.at, since),
  )
}

interface Row {
  write: typeof writeLog.$inferSelect
  end: typeof writeOutcome.$inferSelect | null
  undoneBy: number | null
}

function recordOf({write, end, undoneBy}: Row): WriteRecord {
  const {action, method, before, after, ...rest} = write
  return {
    ...rest,
    // Nothing but `begin` writes these two.
    action: action as WriteAction,
    method: method as NewWrite['method'],
    before,
    after,
    end: end === null ? null : endOf(end),
    undoneBy,
  }
}

function endOf({writeId: _, ...end}: typeof writeOutcome.$inferSelect): WriteOutcome {
  return end
}
