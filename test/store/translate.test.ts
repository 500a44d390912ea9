import {join} from 'node:path'
import {inspect} from 'node:util'
import {describe, expect, it} from '@jest/globals'
import Database from 'better-sqlite3'
import {DrizzleQueryError} from 'drizzle-orm'
import {MeliError} from '../../src/core/errors.js'
import {openStore} from '../../src/store/open.js'
import {connect} from '../../src/store/sqlite/connect.js'
import {SqliteJournal} from '../../src/store/sqlite/journal.js'
import {Session} from '../../src/store/sqlite/session.js'
import {translate} from '../../src/store/translate.js'
import {link} from '../support/store-contract.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()
const coded = (code: string) => Object.assign(new Error(`driver says TG-planted`), {code})
const codeFor = (error: unknown) => (translate(error, '/nowhere/meli.db') as {code?: string}).code

describe('an error of the driver', () => {
  it('that has no binary asks for a new install, never for a backup', () => {
    const translated = translate(new Error('Could not locate the bindings file. Tried: ...'), '/nowhere/meli.db')
    expect(translated).toMatchObject({code: 'MELI_NATIVE_MODULE_UNAVAILABLE'})
    expect((translated as MeliError).suggestions.join()).toMatch(/install meli-toolkit again/)
  })

  it.each([
    ['SQLITE_FULL', 'MELI_STORAGE_FULL'],
    ['SQLITE_READONLY', 'MELI_STORAGE_READ_ONLY'],
    ['SQLITE_READONLY_DIRECTORY', 'MELI_STORAGE_READ_ONLY'],
    ['SQLITE_BUSY', 'MELI_DATABASE_BUSY'],
    ['SQLITE_BUSY_SNAPSHOT', 'MELI_DATABASE_BUSY'],
    ['SQLITE_PROTOCOL', 'MELI_DATABASE_BUSY'],
    ['SQLITE_NOTADB', 'MELI_DATABASE_UNREADABLE'],
    ['SQLITE_CORRUPT_INDEX', 'MELI_DATABASE_UNREADABLE'],
    ['SQLITE_IOERR_READ', 'MELI_DATABASE_UNREADABLE'],
    ['SQLITE_CONSTRAINT_UNIQUE', 'MELI_UNEXPECTED'],
    ['ENOSPC', 'MELI_STORAGE_FULL'],
    ['EDQUOT', 'MELI_STORAGE_FULL'],
    ['EACCES', 'MELI_STORAGE_READ_ONLY'],
    ['EROFS', 'MELI_STORAGE_READ_ONLY'],
    ['ENOTDIR', 'MELI_DATABASE_UNREADABLE'],
    ['ERR_DLOPEN_FAILED', 'MELI_NATIVE_MODULE_UNAVAILABLE'],
    ['MODULE_NOT_FOUND', 'MELI_NATIVE_MODULE_UNAVAILABLE'],
  ])('with the code %s is %s', (code, expected) => {
    const translated = translate(coded(code), '/nowhere/meli.db')
    expect(translated).toMatchObject({code: expected})
    expect(inspect(translated)).not.toContain('planted')
  })

  it('is found inside what the query builder made of it, without the bound values', () => {
    const wrapped = new DrizzleQueryError('insert into t values (?)', ['TG-planted'], coded('SQLITE_FULL'))
    expect(codeFor(wrapped)).toBe('MELI_STORAGE_FULL')
    expect(inspect(translate(wrapped, '/nowhere'), {depth: 9})).not.toContain('planted')
    const bare = new DrizzleQueryError('insert into t values (?)', ['TG-planted'])
    expect(inspect(translate(bare, '/nowhere'), {depth: 9})).not.toContain('planted')
  })

  it('that is ours, or nobody knows, stays what it is', () => {
    const ours = new MeliError('MELI_SEAL_BROKEN', 'x')
    const bug = new RangeError('a bug')
    expect(translate(ours, '/nowhere')).toBe(ours)
    expect(translate(bug, '/nowhere')).toBe(bug)
  })

  it('names the lock when another program keeps it', async () => {
    const home = newHome()
    await (await openStore({home})).close()
    const client = await connect(join(home, 'meli.db'))
    client.pragma('busy_timeout = 20')
    const other = new Database(client.name)
    other.exec('BEGIN IMMEDIATE')
    const journal = new SqliteJournal(new Session(() => client, client.name))
    expect(await journal.recent(1, 1)).toEqual([])
    const finished = journal.finish('id', 'stored', null, new Date(0))
    await expect(finished).rejects.toMatchObject({code: 'MELI_DATABASE_BUSY', retryable: true, exitCode: 3})
    other.close()
    client.close()
  })

  it('carries no token when a real statement fails', async () => {
    const store = await openStore({home: newHome()})
    await store.accounts.link(link())
    const vandal = new Database(store.path)
    vandal.exec(`CREATE TRIGGER refuse BEFORE UPDATE ON mercadolibre_token BEGIN SELECT RAISE(ABORT, 'no'); END`)
    const planted = {accessToken: 'APP_USR-planted', refreshToken: 'TG-planted'}
    const failed = await store.accounts.link(link({tokens: planted})).catch((error: unknown) => error)
    expect(failed).toMatchObject({code: 'MELI_UNEXPECTED'})
    const everything = inspect(failed, {depth: 9, showHidden: true}) + JSON.stringify({...(failed as object)})
    expect(everything).not.toMatch(/planted|v1\./)
    vandal.close()
    await store.close()
  })
})
