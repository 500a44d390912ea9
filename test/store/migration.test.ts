import {mkdirSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from '@jest/globals'
import Database from 'better-sqlite3'
import {openStore} from '../../src/store/open.js'
import {applicationId} from '../../src/store/sqlite/migrate.js'
import {schemaVersion} from '../../src/store/sqlite/migrations.js'
import {query} from '../support/query.js'
import {noon, product, seller} from '../support/store-contract.js'
import {checkpoint, openRun} from '../support/store-contract-sync.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()
const old = product({id: 'MEC1', price: '0.10', title: 'Ñandú'})

/** A database that has had the first so many migrations. */
function databaseOf(version: number): {home: string; client: Database.Database} {
  const home = newHome()
  mkdirSync(home)
  const client = new Database(join(home, 'meli.db'))
  client.pragma('journal_mode = WAL')
  const files = readdirSync('drizzle/sqlite').filter((name) => name.endsWith('.sql'))
  for (const name of files.sort().slice(0, version)) client.exec(readFileSync(`drizzle/sqlite/${name}`, 'utf8'))
  client.pragma(`user_version = ${version}`)
  client.pragma(`application_id = ${applicationId}`)
  return {home, client}
}

/** As the first version left it: three products, one of them removed, and runs that ended well, badly and not at all. */
function firstVersion(): string {
  const {home, client} = databaseOf(1)
  const insert = client.prepare(
    `INSERT INTO product VALUES (:id, :user_id, :site_id, :title, :price, :currency_id, :available_quantity, :sold_quantity,
       :status, :seller_sku, :category_id, :listing_type_id, :condition, :permalink, :thumbnail, :user_product_id,
       :last_updated, :partial, :synced_at, :removed_at, 'run-1', :json)`,
  )
  const rows = [
    {...old, partial: 0, removed_at: null},
    {...product({id: 'MEC2'}), partial: 1, removed_at: null},
    {...product({id: 'MEC3'}), partial: 0, removed_at: noon.getTime()},
  ]
  for (const row of rows) insert.run({...row, last_updated: noon.getTime(), synced_at: noon.getTime()})
  const run = client.prepare('INSERT INTO sync_run VALUES (?, ?, ?, ?, ?, ?, ?)')
  const at = noon.getTime()
  run.run('run-1', 'products', seller, at, at, 'complete', '{"listed":3}')
  run.run('run-2', 'products', seller, at + 1, at + 2, 'interrupted', '{"listed":1}')
  run.run('run-3', 'products', seller, at + 3, null, null, null)
  client.close()
  return home
}

describe('a database of the first version', () => {
  it('keeps its products and its runs', async () => {
    const store = await openStore({home: firstVersion()})
    // Its variations are not known yet.
    const kept = {...old, synced_at: noon, removed_at: null, stale: true}
    expect(await store.catalogue.find(seller, 'MEC1')).toEqual(kept)
    expect(await store.catalogue.find(seller, 'MEC3')).toMatchObject({removed_at: noon})
    expect(await store.catalogue.count({userId: seller, search: 'nandu'})).toBe(1)
    expect(await store.productSink(seller).countLive()).toBe(2)
    expect(await store.productSink(seller).stale(9)).toEqual(['MEC1', 'MEC2'])
    expect(await store.syncLedger.recent({limit: 9})).toMatchObject([
      {id: 'run-3', outcome: null},
      {id: 'run-2', outcome: 'interrupted'},
      {id: 'run-1', outcome: 'complete', kind: 'full', watermark: null, counts: {listed: 3}, holder: ''},
    ])
    expect(await store.syncLedger.lastComplete('products', seller)).toMatchObject({id: 'run-1'})
    await store.close()
  })

  it('syncs on', async () => {
    const store = await openStore({home: firstVersion()})
    const sink = store.productSink(seller)
    // Those runs noted no ids, so there is nothing to go on with.
    const {run, resumed} = await openRun(store)
    expect(resumed).toBe(false)
    await store.syncLedger.note(run.id, ['MEC1', 'MEC3'], checkpoint())
    const seen = {runId: run.id, at: noon}
    const batch = [old, product({id: 'MEC3', price: '2'})]
    expect(await sink.save(batch, seen)).toEqual({created: 0, updated: 1, unchanged: 1, partial: 0})
    expect(await sink.removeUnlisted(seen)).toBe(1)
    expect(await store.syncLedger.recent({limit: 9})).toMatchObject([
      {id: run.id},
      {id: 'run-3', outcome: 'interrupted', finishedAt: noon},
      {id: 'run-2'},
      {id: 'run-1'},
    ])
    await store.close()
  })

  it('is migrated once, by whoever comes first', async () => {
    const home = firstVersion()
    const stores = await Promise.all(Array.from({length: 8}, () => openStore({home})))
    for (const store of stores) expect(await store.productSink(seller).countLive()).toBe(2)
    await Promise.all(stores.map((store) => store.close()))
    const client = new Database(join(home, 'meli.db'), {readonly: true})
    expect(client.pragma('user_version', {simple: true})).toBe(schemaVersion)
    expect(client.pragma('integrity_check', {simple: true})).toBe('ok')
    const made = client.prepare(`SELECT sql FROM sqlite_master WHERE name = 'sync_item'`).pluck().get()
    expect(made).toContain('WITHOUT ROWID')
    client.close()
  })
})

describe('a database of the fourth version', () => {
  it('keeps its log of writes, which stays append-only', async () => {
    const {home, client} = databaseOf(4)
    client.exec(
      `INSERT INTO write_log (at, user_id, nickname, is_test_user, command, action, subject, method, path, push_id, holder)
       VALUES (0, ${seller}, 'TIENDA', 0, 'products push', 'stock', 'MEC1', 'PUT', '/items/MEC1', 'push-1', 'here:1:x')`,
    )
    client.close()
    const store = await openStore({home})
    const [write] = await store.writeLog.ofPush({userId: seller, pushId: 'push-1'})
    expect(write).toMatchObject({id: 1, subject: 'MEC1', end: null})
    await store.close()
    for (const statement of ["UPDATE write_log SET after = '{}'", 'DELETE FROM write_log'])
      expect(() => query(store.path, statement)).toThrow('append-only')
  })
})

describe('a database of the sixth version', () => {
  it('keeps its journal, in its order, and tells refreshes from imports', async () => {
    const {home, client} = databaseOf(6)
    const insert = client.prepare(
      `INSERT INTO token_refresh VALUES (?, ${seller}, '0123456789abcdef', 4211, 'ci-3', ?, ?, NULL, 'sent', NULL)`,
    )
    const reasons = ['import', 'kept alive', 'expiring']
    for (const [at, reason] of reasons.entries()) insert.run(`z-${reasons.length - at}`, reason, at)
    client.close()
    const store = await openStore({home})
    const sent = await store.journal.ofToken('0123456789abcdef')
    expect(sent.map(({kind, reason, outcome}) => [kind, reason, outcome])).toEqual([
      ['refresh', 'expiring', 'sent'],
      ['pending_refresh', 'kept alive', 'sent'],
      ['import', 'import', 'sent'],
    ])
    expect(sent[0]).toMatchObject({id: 'z-1', userId: seller, received: null, processId: 4211, sentAt: new Date(2)})
    await store.close()
  })
})
