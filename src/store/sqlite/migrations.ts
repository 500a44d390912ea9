import {existsSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {MeliError} from '../../core/errors.js'

/** How many migrations this build knows. A database carries the number of those it has had in `user_version`. */
export const schemaVersion = 7

/**
 * The SQL of what a database that has had `applied` of them still needs, whole before the first is run. The marks between
 * statements are SQL comments, so a file runs as it is. MELI_INSTALL_BROKEN when the package lacks one.
 */
export function migrationsAfter(applied: number, start = dirname(fileURLToPath(import.meta.url))): string[] {
  const folder = migrationsFolder(start)
  const tags = tagsIn(folder)
  if (tags.length < schemaVersion) throw broken(`${folder} is older than the program`)
  return tags.slice(applied, schemaVersion).map((tag) => {
    const sql = readIfThere(join(folder, `${tag}.sql`))
    if (sql === undefined) throw broken(`${tag}.sql is missing in ${folder}`)
    return sql
  })
}

/** The package's drizzle/sqlite, found from wherever this code was bundled to. */
function migrationsFolder(start: string): string {
  for (let at = start; ; at = dirname(at)) {
    const folder = join(at, 'drizzle', 'sqlite')
    if (existsSync(folder)) return folder
    if (dirname(at) === at) throw broken('the folder drizzle/sqlite of the package is missing')
  }
}

function tagsIn(folder: string): string[] {
  const text = readIfThere(join(folder, 'meta', '_journal.json'))
  const journal = text === undefined ? undefined : parsed(text)
  const entries: unknown = isRecord(journal) ? journal.entries : undefined
  if (!Array.isArray(entries)) throw broken(`the journal in ${folder} is missing or damaged`)
  return entries.flatMap((entry) => (isRecord(entry) && typeof entry.tag === 'string' ? [entry.tag] : []))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function broken(what: string): MeliError {
  return new MeliError(
    'MELI_INSTALL_BROKEN',
    `The installed meli is incomplete: ${what}. The database was not touched.`,
    {
      try: ['install it again: npm install meli-toolkit@latest'],
    },
  )
}
