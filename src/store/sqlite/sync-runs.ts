import {eq} from 'drizzle-orm'
import type {SyncOutcome, SyncRun, SyncRunStore} from '../../services/ports.js'
import {syncRun} from './schema.js'
import type {Session} from './session.js'

export class SqliteSyncRuns implements SyncRunStore {
  constructor(private readonly session: Session) {}

  start(run: SyncRun): Promise<void> {
    return this.session.write((db) => {
      db.insert(syncRun).values(run).run()
    })
  }

  finish(id: string, outcome: SyncOutcome, counts: Readonly<Record<string, number>>, at: Date): Promise<void> {
    return this.session.write((db) => {
      db.update(syncRun).set({outcome, counts, finishedAt: at}).where(eq(syncRun.id, id)).run()
    })
  }
}
