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
      this.opened = {client, db: drizzle(client), inTransaction: transactionsOf(client)}
    }
    return this.opened
  }
}

/** Past the query builder and the driver: their transactions throw what the rollback failed with, if it does, for the error itself. */
function transactionsOf(client: Database.Database): Opened['inTransaction'] {
  const begin = client.prepare('BEGIN IMMEDIATE')
  const commit = client.prepare('COMMIT')
  const rollback = client.prepare('ROLLBACK')
  return (work) => {
    begin.run()
    try {
      const result = work()
      commit.run()
      return result
    } catch (error) {
      try {
        // A full disk, for one, has ended the transaction already.
        if (client.inTransaction) rollback.run()
      } catch {
        // The first error says what went wrong. What was not committed is not there, rolled back or not.
      }
      throw error
    }
  }
}
