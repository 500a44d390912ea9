import {accessSync, constants, existsSync, statSync} from 'node:fs'
import {dirname} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import Database from 'better-sqlite3'
import {MeliError} from '../../core/errors.js'
import {makePrivateFile} from '../modes.js'
import {isBusy, translate} from '../translate.js'
import {applicationId, migrate} from './migrate.js'
import {migrationsAfter, schemaVersion} from './migrations.js'

const busyTimeoutMs = 10_000
const retryMs = 20
/** Well inside the 500 ms in which a notification has to be answered. */
const receiptTimeoutMs = 200

/**
 * A connection to an up-to-date database, made when there is none. A file that is not ours, or newer than this
 * build, is refused before anything is written to it.
 */
export async function connect(path: string): Promise<Database.Database> {
  const deadline = performance.now() + busyTimeoutMs
  for (;;) {
    try {
      if (!existsSync(path)) checkBeforeMaking(path)
      makePrivateFile(path)
      return open(path)
    } catch (error) {
      // The switch to WAL and its recovery do not wait as busy_timeout says, so the wait for them is ours.
      if (!isBusy(error) || performance.now() > deadline) throw translate(error, path)
      await sleep(retryMs)
    }
  }
}

/** A folder that cannot be written is told of as such; an install that lacks migrations leaves no empty database behind. */
function checkBeforeMaking(path: string): void {
  accessSync(dirname(path), constants.W_OK)
  migrationsAfter(0)
}

/**
 * One more connection to a database that `connect` has opened, for what can be fetched or reckoned again: a power cut may
 * take the last of its transactions, whole, and what is deleted is not wiped. Nothing secret may be written through it.
 */
export function connectForBulk(path: string): Database.Database {
  return connectOnceMore(path, {synchronous: 'NORMAL', timeoutMs: busyTimeoutMs})
}

/**
 * And one for what somebody outside waits to hear of: on the disk when it is committed, and given up soon when others are
 * writing, since waiting holds up the whole process.
 */
export function connectForReceipts(path: string): Database.Database {
  return connectOnceMore(path, {synchronous: 'FULL', timeoutMs: receiptTimeoutMs})
}

/** And one like that for bulk, for what tells of buyers: what is emptied or deleted is overwritten. */
export function connectForSales(path: string): Database.Database {
  const client = connectForBulk(path)
  client.pragma('secure_delete = ON')
  return client
}

/** A connection to a database of its own that SQLite keeps in memory while it is small, and removes when it is closed. */
export function connectTemporary(): Database.Database {
  const client = new Database('')
  migrate(client, {applied: 0, statements: migrationsAfter(0)})
  return client
}

function connectOnceMore(
  path: string,
  {synchronous, timeoutMs}: {synchronous: 'NORMAL' | 'FULL'; timeoutMs: number},
): Database.Database {
  try {
    const client = new Database(path, {timeout: timeoutMs, fileMustExist: true})
    client.pragma(`synchronous = ${synchronous}`)
    reachTheDisk(client)
    client.pragma('secure_delete = OFF')
    // What is written again and again, such as the last page of a table, then goes to the database once in 64 MB.
    client.pragma('wal_autocheckpoint = 4000')
    return client
  } catch (error) {
    throw translate(error, path)
  }
}

/** On macOS fsync() leaves what it was given in the cache of the drive. Other systems take no notice of this. */
function reachTheDisk(client: Database.Database): void {
  client.pragma('fullfsync = ON')
  client.pragma('checkpoint_fullfsync = ON')
}

function open(path: string): Database.Database {
  // The last writer to close folds the -wal file into the database, so what a newer meli left there is read first.
  if ((statSync(`${path}-wal`, {throwIfNoEntry: false})?.size ?? 0) > 0) inspectReadOnly(path)
  const client = new Database(path, {timeout: busyTimeoutMs, fileMustExist: true})
  try {
    const version = inspect(client)
    const pending = version < schemaVersion ? {applied: version, statements: migrationsAfter(version)} : undefined
    if (version === 0) client.pragma('page_size = 16384')
    client.pragma('journal_mode = WAL')
    client.pragma('synchronous = FULL')
    reachTheDisk(client)
    client.pragma('foreign_keys = ON')
    client.pragma('secure_delete = ON')
    if (pending !== undefined) migrate(client, pending)
    return client
  } catch (error) {
    client.close()
    throw error
  }
}

function inspectReadOnly(path: string): void {
  const client = new Database(path, {timeout: busyTimeoutMs, fileMustExist: true, readonly: true})
  try {
    inspect(client)
  } finally {
    client.close()
  }
}

/** The database's version; refuses one that is newer, or another program's. One transaction: others may be migrating. */
function inspect(client: Database.Database): number {
  const read = client.transaction(() => {
    const owner = Number(client.pragma('application_id', {simple: true}))
    const version = Number(client.pragma('user_version', {simple: true}))
    const isEmpty = () => client.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() === undefined
    return {version, isOurs: owner === applicationId || (owner === 0 && version === 0 && isEmpty())}
  })
  const {version, isOurs} = read()
  if (!isOurs)
    throw new MeliError('MELI_DATABASE_UNREADABLE', `${client.name} is the database of another program.`, {
      try: ['Set MELI_DATABASE_URL or MELI_HOME to another path.'],
    })
  if (version > schemaVersion)
    throw new MeliError('MELI_DATABASE_TOO_NEW', `${client.name} was written by a newer meli.`, {
      try: ['Update: npm install meli-toolkit@latest', 'Or set MELI_HOME to another folder.'],
      details: {database_version: version, known_version: schemaVersion},
    })
  return version
}
