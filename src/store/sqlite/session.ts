import type Database from 'better-sqlite3'
import {type BetterSQLite3Database, drizzle} from 'drizzle-orm/better-sqlite3'
import {translate} from '../translate.js'

interface Opened {
  client: Database.Database
  db: BetterSQLite3Database
  inTransaction: (work: () => unknown) => unknown
}

/** One connection, made when it is used first. All work on it is synchronous, so what runs inside `write` is inside its transaction. */
export class Session {
  private opened: Opened | undefined

  constructor(
    private readonly connect: () => Database.Database,
    readonly path: string,
  ) {}

  get client(): Database.Database {
    return this.open().client
  }

  get db(): BetterSQLite3Database {
    return this.open().db
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
    return this.read((db) => this.open().inTransaction(() => work(db)) as T)
  }

  close(): void {
    this.opened?.client.close()
  }

  private open() {
    if (this.opened === undefined) {
      const client = this.connect()
      // Made once and past the query builder, which makes one for each.
      const {immediate} = client.transaction((work: () => unknown) => work())
      this.opened = {client, db: drizzle(client), inTransaction: immediate}
    }
    return this.opened
  }
}
