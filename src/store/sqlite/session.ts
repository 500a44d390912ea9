import type Database from 'better-sqlite3'
import {type BetterSQLite3Database, drizzle} from 'drizzle-orm/better-sqlite3'
import {translate} from '../translate.js'

/** One connection. All work on it is synchronous, so what runs inside `write` is inside its transaction. */
export class Session {
  readonly db: BetterSQLite3Database

  constructor(
    readonly client: Database.Database,
    readonly path: string,
  ) {
    this.db = drizzle(client)
  }

  async read<T>(work: (db: BetterSQLite3Database) => T): Promise<T> {
    try {
      return work(this.db)
    } catch (error) {
      throw translate(error, this.path)
    }
  }

  /** Takes the write lock before it reads, so that what `work` saw is still true when it writes. */
  async write<T>(work: (db: BetterSQLite3Database) => T): Promise<T> {
    return this.read((db) => db.transaction(() => work(db), {behavior: 'immediate'}))
  }
}
