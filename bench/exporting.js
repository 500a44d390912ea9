import {join} from 'node:path'
import Database from 'better-sqlite3'
import {runOnce} from './syncing.js'
import {openWorld} from './world.js'

/** Largest allowed growth of peak memory when the catalogue is ten times as large. */
const mostGrowth = 1.15

const fill = `
  WITH RECURSIVE n (i) AS (SELECT :from UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :to)
  INSERT INTO product (id, user_id, title, price, status, permalink, partial, synced_at, seen_run, json, stale)
  SELECT printf('MEC%09d', i), :user, printf('Title %d', i), '10.5', 'active', hex(zeroblob(300)), 0, 0, 'run', :json, 0
  FROM n`

/** What an export of a large catalogue takes, whichever Node runs it: young objects and finished statements among it. */
export async function exporting() {
  const world = await openWorld()
  try {
    const {accounts} = await world.meli('auth', 'status')
    const {user_id: user} = accounts.find(({is_test_user}) => !is_test_user)
    const db = new Database(join(world.env.MELI_HOME, 'meli.db'))
    const peaks = []
    let from = 0
    for (const to of [10_000, 100_000]) {
      db.prepare(fill).run({from, to, user, json: JSON.stringify({pad: 'x'.repeat(2000)})})
      from = to
      const file = join(world.env.HOME, 'products.csv')
      peaks.push((await runOnce(world, 'products', 'export', '-o', file, '--force')).peakMb)
    }
    db.close()
    const [few, many] = peaks
    return [
      {
        name: 'export of products: peak memory at 100,000 against 10,000',
        goal: `<= ${mostGrowth}`,
        measured: `${(many / few).toFixed(2)} (${few.toFixed(0)} and ${many.toFixed(0)} MB)`,
        met: many / few <= mostGrowth,
      },
    ]
  } finally {
    await world.close()
  }
}
