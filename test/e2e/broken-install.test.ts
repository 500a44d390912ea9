import {createHash} from 'node:crypto'
import {cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {afterEach, describe, expect, it} from '@jest/globals'
import Database from 'better-sqlite3'
import {applicationId} from '../../src/store/sqlite/migrate.js'
import {ensureBuilt} from '../support/build-once.js'
import {runCli} from '../support/cli.js'

const root = resolve(import.meta.dirname, '../..')
const made: string[] = []
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, {recursive: true, force: true})
})

/** The program as npm would have put it there, with these files of its folder of migrations. */
async function install(migrations: (from: string, to: string) => void) {
  await ensureBuilt()
  const folder = mkdtempSync(join(tmpdir(), 'meli-install-'))
  made.push(folder)
  for (const part of ['bin', 'dist', 'package.json', 'oclif.manifest.json']) {
    cpSync(join(root, part), join(folder, part), {recursive: true})
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  migrations(join(root, 'drizzle/sqlite'), join(folder, 'drizzle/sqlite'))
  const home = join(folder, 'home')
  const run = (...args: string[]) => runCli([...args, '--json'], {home, program: join(folder, 'bin/run.js')})
  return {home, run}
}

/** As a version that had the first migration alone left it. */
function firstVersion(home: string): string {
  mkdirSync(home, {mode: 0o700})
  const file = join(home, 'meli.db')
  const client = new Database(file)
  client.exec(readFileSync(join(root, 'drizzle/sqlite/0000_foundation.sql'), 'utf8'))
  client.pragma('user_version = 1')
  client.pragma(`application_id = ${applicationId}`)
  client.close()
  return file
}

const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex')

const damages: ReadonlyArray<[string, string, (from: string, to: string) => void]> = [
  ['has no migrations', 'is missing', () => undefined],
  [
    'has the migrations of an older version',
    'older than the program',
    (from, to) => {
      cpSync(from, to, {recursive: true})
      const journal = join(to, 'meta/_journal.json')
      const {entries, ...rest} = JSON.parse(readFileSync(journal, 'utf8'))
      writeFileSync(journal, JSON.stringify({...rest, entries: entries.slice(0, 1)}))
    },
  ],
  [
    'lacks one file',
    '0001_sync_engine.sql is missing',
    (from, to) => {
      cpSync(from, to, {recursive: true})
      rmSync(join(to, '0001_sync_engine.sql'))
    },
  ],
  [
    'has a damaged journal',
    'missing or damaged',
    (from, to) => {
      cpSync(from, to, {recursive: true})
      writeFileSync(join(to, 'meta/_journal.json'), '{"entries"')
    },
  ],
]

describe.each(damages)('an install that %s', (_, why, damage) => {
  it('says so, and what to do, before anything is written', async () => {
    const {home, run} = await install(damage)
    const {status, stdout} = await run('sync', 'status')
    expect(status).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: 'MELI_INSTALL_BROKEN',
        message: expect.stringContaining(why),
        suggestions: [expect.stringContaining('npm install')],
      },
    })
    expect(keptIn(home)).toEqual([])
  })

  it('leaves a database that it cannot bring up to date as it was', async () => {
    const {home, run} = await install(damage)
    const file = firstVersion(home)
    const before = digest(file)
    const {status, stdout} = await run('auth', 'status')
    expect([status, JSON.parse(stdout).error.code]).toEqual([3, 'MELI_INSTALL_BROKEN'])
    expect([digest(file), keptIn(home)]).toEqual([before, ['meli.db']])
  })
})

/** Besides the code that Node 22 and newer keep compiled. */
function keptIn(home: string): string[] {
  return readdirSync(home).filter((name) => name !== 'cache')
}

describe('an install without a driver for its database', () => {
  const other = join(root, 'node_modules/better-sqlite3')
  const cases: ReadonlyArray<[string, (packages: string) => void]> = [
    ['has no driver', () => undefined],
    [
      'has a driver without a binary',
      (packages) =>
        cpSync(other, join(packages, 'better-sqlite3'), {recursive: true, filter: (from) => !from.endsWith('.node')}),
    ],
    [
      'has a binary that is none of this machine',
      (packages) => {
        cpSync(other, join(packages, 'better-sqlite3'), {recursive: true})
        const folder = join(packages, 'better-sqlite3')
        const binaries = readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter((name) =>
          name.endsWith('.node'),
        )
        for (const binary of binaries) {
          rmSync(join(folder, binary))
          writeFileSync(join(folder, binary), 'not a shared library')
        }
      },
    ],
  ]

  it.each(cases)('%s: says to install again, and touches no database', async (_, prepare) => {
    const {home, run} = await install((from, to) => cpSync(from, to, {recursive: true}))
    const packages = join(home, '../node_modules')
    rmSync(packages)
    mkdirSync(packages)
    for (const name of ['bindings', 'file-uri-to-path'])
      symlinkSync(join(root, 'node_modules', name), join(packages, name))
    prepare(packages)
    const {status, stdout} = await run('auth', 'status')
    expect([status, JSON.parse(stdout).error]).toMatchObject([
      3,
      {
        code: 'MELI_NATIVE_MODULE_UNAVAILABLE',
        suggestions: expect.arrayContaining([expect.stringContaining('install meli-toolkit again')]),
      },
    ])
  })
})

describe('an install without migrations', () => {
  it('goes on with a database that needs none', async () => {
    const {home, run} = await install((from, to) => cpSync(from, to, {recursive: true}))
    expect((await run('sync', 'status')).status).toBe(0)
    rmSync(join(home, '../drizzle'), {recursive: true})
    expect((await run('sync', 'status')).status).toBe(0)
  })
})
