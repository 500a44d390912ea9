import {expect, it} from '@jest/globals'
import {openStore} from '../../src/store/open.js'
import {query} from '../support/query.js'
import {minutes, seller} from '../support/store-contract.js'
import {openRun} from '../support/store-contract-sync.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()

it('sweeps in steps, so that no run waits for years of them', async () => {
  const store = await openStore({home: newHome()})
  await store.accounts.list()
  query(
    store.path,
    `WITH RECURSIVE run(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM run WHERE n < 1202)
     INSERT INTO sync_run (id, resource, user_id, started_at, finished_at, outcome, kind)
     SELECT 'run-' || n, 'products', ${seller}, n, n, 'complete', 'full' FROM run`,
  )
  const left = async () => (await store.syncLedger.recent({limit: 9_999})).length
  for (const expected of [703, 204, 4, 5]) {
    await openRun(store, {restart: true, now: minutes(0)})
    expect(await left()).toBe(expected)
  }
  expect(await store.syncLedger.lastComplete('products', seller)).toMatchObject({id: 'run-1202'})
  await store.close()
})
