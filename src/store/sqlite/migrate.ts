import type Database from 'better-sqlite3'
import {schemaVersion} from './migrations.js'

/** "meli" in ASCII: marks a SQLite file as ours. */
export const applicationId = 0x6d656c69

/** What a database that has had `applied` migrations still needs. */
interface Pending {
  applied: number
  statements: readonly string[]
}

/** Brings a database up to `schemaVersion` in one transaction; whoever comes second finds nothing left to do. */
export function migrate(client: Database.Database, pending: Pending): void {
  // A migration that rebuilds a table drops the old one; inside a transaction this cannot be switched any more.
  client.pragma('foreign_keys = OFF')
  client.transaction(() => applyMissing(client, pending)).immediate()
  client.pragma('foreign_keys = ON')
}

function applyMissing(client: Database.Database, {applied, statements}: Pending): void {
  const now = Number(client.pragma('user_version', {simple: true}))
  if (now >= schemaVersion) return
  for (const sql of statements.slice(now - applied)) client.exec(sql)
  client.pragma(`user_version = ${schemaVersion}`)
  client.pragma(`application_id = ${applicationId}`)
}
