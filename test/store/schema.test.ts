import {readFileSync} from 'node:fs'
import {describe, expect, it} from '@jest/globals'
import Database from 'better-sqlite3'
import {generateSQLiteDrizzleJson, generateSQLiteMigration} from 'drizzle-kit/api'
import {openStore} from '../../src/store/open.js'
import * as rest from '../../src/store/sqlite/schema.js'
import * as catalogue from '../../src/store/sqlite/schema-of-catalogue.js'
import * as sales from '../../src/store/sqlite/schema-of-sales.js'
import * as work from '../../src/store/sqlite/schema-of-work.js'
import * as writes from '../../src/store/sqlite/schema-of-writes.js'
import {link, noon, product, seller} from '../support/store-contract.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()
const docs = readFileSync('docs/database.md', 'utf8')

describe('the schema', () => {
  it('is what the committed migrations make', async () => {
    const journal = JSON.parse(readFileSync('drizzle/sqlite/meta/_journal.json', 'utf8'))
    const last = String(journal.entries.length - 1).padStart(4, '0')
    const snapshot = JSON.parse(readFileSync(`drizzle/sqlite/meta/${last}_snapshot.json`, 'utf8'))
    const current = await generateSQLiteDrizzleJson({...rest, ...catalogue, ...work, ...sales, ...writes}, snapshot.id)
    expect(await generateSQLiteMigration(snapshot, current)).toEqual([])
  })

  it('is documented, table by table and column by column, and the documented queries run', async () => {
    const store = await openStore({home: newHome()})
    await store.accounts.link(link())
    await store.productSink(seller).save([product()], {runId: 'r', at: noon})
    const client = new Database(store.path, {readonly: true})
    const tables = client
      .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
      .pluck()
      .all() as string[]
    const sections = docs.split('\n### ').slice(1)
    for (const table of tables) {
      const section = sections.find((text) => text.split('\n')[0]?.includes(`\`${table}\``)) ?? ''
      const columns = client.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table) as string[]
      const missing = columns.filter(
        (column) => !section.includes(`\`${column}\``) && !section.includes(`\`${table}.${column}\``),
      )
      expect([table, missing]).toEqual([table, []])
    }
    const queries = [...docs.matchAll(/```sql\n(.*?)```/gs)].map(([, query = '']) => client.prepare(query).all())
    expect(queries.map((rows) => rows.length)).toEqual([1, 1, 0, 1, 0])
    client.close()
    await store.close()
  })
})
