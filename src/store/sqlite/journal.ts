import {randomUUID} from 'node:crypto'
import {and, desc, eq, sql} from 'drizzle-orm'
import type {RefreshAttempt, RefreshJournal} from '../../services/ports.js'
import {tokenRefresh} from './schema.js'
import type {Session} from './session.js'

export class SqliteJournal implements RefreshJournal {
  constructor(private readonly session: Session) {}

  begin(attempt: Omit<RefreshAttempt, 'id' | 'finishedAt' | 'outcome' | 'errorCode'>): Promise<string> {
    return this.session.write((db) => {
      const id = randomUUID()
      db.insert(tokenRefresh)
        .values({...attempt, id, outcome: 'sent'})
        .run()
      return id
    })
  }

  /** Only what is still `sent`: an entry that `rotate` has set to `stored` stays so. */
  finish(id: string, outcome: 'stored' | 'failed', errorCode: string | null, at: Date): Promise<void> {
    return this.session.write((db) => {
      db.update(tokenRefresh)
        .set({outcome, errorCode, finishedAt: at})
        .where(and(eq(tokenRefresh.id, id), eq(tokenRefresh.outcome, 'sent')))
        .run()
    })
  }

  recent(userId: number, limit: number): Promise<RefreshAttempt[]> {
    return this.session.read((db) =>
      db
        .select()
        .from(tokenRefresh)
        .where(eq(tokenRefresh.userId, userId))
        .orderBy(desc(tokenRefresh.sentAt), desc(sql`rowid`))
        .limit(limit)
        .all(),
    )
  }
}
