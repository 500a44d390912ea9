import {existsSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import type Database from 'better-sqlite3'
import {MeliError} from '../../errors.js'

/** How many migrations this build knows. A database carries the number of those it has had in `user_version`. */
export const schemaVersion = 3

/** "meli" in ASCII: marks a SQLite file as ours. */
export const applicationId = 0x6d656c69

interface Journal {
  entries: {tag: string}[]
}

/** Brings a database up to `schemaVersion` in one transaction; whoever comes second finds nothing left to do. */
export function migrate(client: Database.Database): void {
  const folder = migrationsFolder()
  // A migration that rebuilds a table drops the old one; inside a transaction this cannot be switched any more.
  client.pragma('foreign_keys = OFF')
  client.transaction(() => applyMissing(client, folder)).immediate()
  client.pragma('foreign_keys = ON')
}

function applyMissing(client: Database.Database, folder: string): void {
  const applied = Number(client.pragma('user_version', {simple: true}))
  if (applied >= schemaVersion) return
  const journal: Journal = JSON.parse(readFileSync(join(folder, 'meta', '_journal.json'), 'utf8'))
  for (const {tag} of journal.entries.slice(applied, schemaVersion)) {
    // The marks between statements are SQL comments, so a file runs as it is.
    client.exec(readFileSync(join(folder, `${tag}.sql`), 'utf8'))
  }
  client.pragma(`user_version = ${schemaVersion}`)
  client.pragma(`application_id = ${applicationId}`)
}

/** The package's drizzle/sqlite, found from wherever this code was bundled to. */
function migrationsFolder(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    const folder = join(at, 'drizzle', 'sqlite')
    if (existsSync(join(folder, 'meta', '_journal.json'))) return folder
    if (dirname(at) === at) break
  }
  throw new MeliError('MELI_UNEXPECTED', 'The folder drizzle/sqlite of the package is missing.', {
    try: ['Install meli-toolkit again.'],
  })
}
