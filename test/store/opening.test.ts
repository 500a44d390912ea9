import {chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeAll, describe, expect, it} from '@jest/globals'
import Database from 'better-sqlite3'
import {locateStore} from '../../src/store/location.js'
import {openStore} from '../../src/store/open.js'
import {applicationId} from '../../src/store/sqlite/migrate.js'
import {schemaVersion} from '../../src/store/sqlite/migrations.js'
import {bundle} from '../support/bundle.js'
import {race, spawnChild} from '../support/spawn-child.js'
import {link, noon, product, seller} from '../support/store-contract.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()
const modeOf = (path: string) => statSync(path).mode & 0o777

function inspect<T>(path: string, read: (client: Database.Database) => T): T {
  const client = new Database(path)
  try {
    return read(client)
  } finally {
    client.close()
  }
}

/** All files of a folder as they are, byte for byte. */
function contents(home: string) {
  return Object.fromEntries(readdirSync(home).map((name) => [name, readFileSync(join(home, name)).toString('base64')]))
}

async function made(): Promise<{home: string; path: string}> {
  const home = newHome()
  const store = await openStore({home})
  await store.accounts.link(link())
  await store.close()
  return {home, path: store.path}
}

describe('opening the store', () => {
  let child: string
  beforeAll(async () => {
    child = await bundle('test/support/store-child.ts')
  })

  it('makes a database in its home, marked as ours', async () => {
    const home = newHome()
    const store = await openStore({home})
    expect(store.path).toBe(join(home, 'meli.db'))
    expect(store.warnings).toEqual([])
    await store.close()
    await store.close()
    const pragmas = inspect(store.path, (client) =>
      ['application_id', 'user_version', 'page_size', 'journal_mode'].map((name) =>
        client.pragma(name, {simple: true}),
      ),
    )
    expect(pragmas).toEqual([applicationId, schemaVersion, 16_384, 'wal'])
  })

  it('uses the file it is given', async () => {
    const [home, elsewhere] = [newHome(), newHome()]
    const store = await openStore({home, file: join(elsewhere, 'shop.db'), keyFile: join(elsewhere, 'shop.key')})
    await store.accounts.link(link())
    expect(readdirSync(home)).toEqual([])
    expect(readdirSync(elsewhere)).toEqual(expect.arrayContaining(['shop.db', 'shop.key']))
    await store.close()
  })

  it('knows as many migrations as there are', () => {
    const journal = JSON.parse(readFileSync('drizzle/sqlite/meta/_journal.json', 'utf8'))
    expect(journal.entries).toHaveLength(schemaVersion)
  })

  it('keeps what was stored before', async () => {
    const {home} = await made()
    const store = await openStore({home})
    expect(await store.accounts.load(seller)).toMatchObject({refreshToken: 'TG-refresh-1'})
    await store.close()
  })

  it('makes every file for its owner alone', async () => {
    const before = process.umask(0)
    try {
      const home = newHome()
      const store = await openStore({home})
      await store.accounts.link(link())
      const files = readdirSync(home).sort()
      expect(files).toEqual(['key', 'meli.db', 'meli.db-shm', 'meli.db-wal'])
      expect(modeOf(home)).toBe(0o700)
      for (const file of files) expect([file, modeOf(join(home, file))]).toEqual([file, 0o600])
      await store.close()
    } finally {
      process.umask(before)
    }
  })

  it('reports what others may read', async () => {
    const {home, path} = await made()
    chmodSync(home, 0o755)
    chmodSync(path, 0o644)
    chmodSync(join(home, 'key'), 0o640)
    const store = await openStore({home})
    expect(store.warnings).toEqual([
      `${home} is open to other users (mode 755); run: chmod 700 ${home}`,
      `${path} is open to other users (mode 644); run: chmod 600 ${path}`,
      `${home}/key is open to other users (mode 640); run: chmod 600 ${home}/key`,
    ])
    await store.close()
  })

  it('reports the config file too, which may hold the client secret, and the folder of a database elsewhere', async () => {
    const [home, elsewhere] = [newHome(), newHome()]
    const file = join(elsewhere, 'shop.db')
    await (await openStore({home, file})).close()
    writeFileSync(join(home, 'config.json'), '{}')
    chmodSync(join(home, 'config.json'), 0o644)
    chmodSync(elsewhere, 0o750)
    const expected = [
      `${elsewhere} is open to other users (mode 750); run: chmod 700 ${elsewhere}`,
      `${home}/config.json is open to other users (mode 644); run: chmod 600 ${home}/config.json`,
    ]
    const store = await openStore({home, file})
    expect(store.warnings).toEqual(expected)
    await store.close()
    expect(locateStore({home, file, encryptionKey: undefined}).warnings).toEqual(expected)
    chmodSync(home, 0o755)
    expect(locateStore({home, file, encryptionKey: undefined}).warnings).toHaveLength(3)
  })

  it.each<[string, number, string | undefined]>([
    ['that all may use, as /tmp', 0o1777, undefined],
    ['that others may read', 0o755, undefined],
    ['that others may write in', 0o777, 'set MELI_HOME to a folder of its own'],
  ])('never advises to close a shared folder %s', async (_, mode, advice) => {
    const {home} = await made()
    writeFileSync(join(home, 'notes.txt'), '')
    chmodSync(home, mode)
    const store = await openStore({home})
    expect(store.warnings).toEqual(advice === undefined ? [] : [expect.stringContaining(advice)])
    expect(store.warnings.join()).not.toContain('chmod')
    await store.close()
  })

  it('does not advise to close /tmp even when nothing else is in it', async () => {
    const {home} = await made()
    chmodSync(home, 0o1777)
    const store = await openStore({home})
    expect(store.warnings).toEqual([])
    await store.close()
  })

  it('lets twenty processes make one database at once', async () => {
    const home = newHome()
    const ids = Array.from({length: 20}, (_, index) => index + 1)
    const answers = await race(ids.map((id) => spawnChild([process.execPath, child, 'link', home, String(id)])))
    expect(answers).toEqual(ids.map(() => ({refreshToken: 'TG-x'})))
    const store = await openStore({home})
    expect((await store.accounts.list()).map(({userId}) => userId)).toEqual(ids)
    await store.close()
    expect(inspect(store.path, (client) => client.pragma('integrity_check', {simple: true}))).toBe('ok')
  }, 60_000)

  it('refuses a database of a newer version and changes no byte of it', async () => {
    const {home, path} = await made()
    inspect(path, (client) => client.pragma(`user_version = ${schemaVersion + 1}`))
    const before = contents(home)
    await expect(openStore({home})).rejects.toMatchObject({code: 'MELI_DATABASE_TOO_NEW', exitCode: 3})
    expect(contents(home)).toEqual(before)
  })

  it('refuses it also when the news is in the -wal file of a program that was killed', async () => {
    const {home, path} = await made()
    const newer = new Database(path)
    newer.pragma(`user_version = ${schemaVersion + 1}`)
    // As a killed process leaves it: copied while the connection is open.
    const killed = newHome()
    mkdirSync(killed)
    for (const file of ['meli.db', 'meli.db-wal']) writeFileSync(join(killed, file), readFileSync(join(home, file)))
    newer.close()
    const before = contents(killed)
    await expect(openStore({home: killed})).rejects.toMatchObject({code: 'MELI_DATABASE_TOO_NEW'})
    expect(contents(killed)).toMatchObject(before)
  })

  it('refuses a file that is no database and leaves it alone', async () => {
    const home = newHome()
    mkdirSync(home)
    writeFileSync(join(home, 'meli.db'), 'Dear diary,\n'.repeat(1000))
    const before = contents(home)
    await expect(openStore({home})).rejects.toMatchObject({code: 'MELI_DATABASE_UNREADABLE', exitCode: 3})
    expect(contents(home)).toEqual(before)
  })

  it.each([0, 42])('refuses the database of another program (application id %d) and leaves it alone', async (id) => {
    const home = newHome()
    mkdirSync(home)
    inspect(join(home, 'meli.db'), (client) => {
      client.pragma(`application_id = ${id}`)
      client.exec('CREATE TABLE songs (title TEXT)')
    })
    const before = contents(home)
    await expect(openStore({home})).rejects.toMatchObject({code: 'MELI_DATABASE_UNREADABLE'})
    expect(contents(home)).toEqual(before)
  })

  it('refuses a folder in place of the database, and a file in place of the home', async () => {
    const home = newHome()
    mkdirSync(join(home, 'meli.db'), {recursive: true})
    await expect(openStore({home})).rejects.toMatchObject({code: 'MELI_DATABASE_UNREADABLE'})
    const file = newHome()
    writeFileSync(file, '')
    await expect(openStore({home: file})).rejects.toMatchObject({code: 'MELI_DATABASE_UNREADABLE'})
  })

  it('takes over an empty file', async () => {
    const home = newHome()
    mkdirSync(home)
    writeFileSync(join(home, 'meli.db'), '')
    const store = await openStore({home})
    expect(await store.accounts.list()).toEqual([])
    await store.close()
  })

  it('says so when the database is damaged in the middle', async () => {
    const {home, path} = await made()
    let page = 0
    inspect(path, (client) => {
      client.pragma('wal_checkpoint(TRUNCATE)')
      page = Number(client.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'product'").pluck().get())
    })
    const bytes = readFileSync(path)
    bytes.fill(0xaa, (page - 1) * 16_384, page * 16_384)
    writeFileSync(path, bytes)
    const store = await openStore({home})
    await expect(store.productSink(seller).save([product()], {runId: 'r', at: noon})).rejects.toMatchObject({
      code: 'MELI_DATABASE_UNREADABLE',
    })
    await store.close()
  })
})
