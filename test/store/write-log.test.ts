import {join} from 'node:path'
import {expect, it} from '@jest/globals'
import {openStore} from '../../src/store/open.js'
import {query} from '../support/query.js'
import {describeWriteLog, newWrite} from '../support/store-contract-writes.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()

describeWriteLog('the SQLite log of writes', async () => {
  const home = newHome()
  return {store: await openStore({home}), again: () => openStore({home})}
})

it.each([
  "UPDATE write_log SET after = '{}'",
  'DELETE FROM write_log',
  "UPDATE write_outcome SET outcome = 'done'",
  'DELETE FROM write_outcome',
])('refuses %s', async (statement) => {
  const home = newHome()
  const store = await openStore({home})
  const id = await store.writeLog.begin(newWrite())
  await store.writeLog.end(id, {at: new Date(), outcome: 'refused', status: 400, errorCode: null, message: null})
  await store.close()
  expect(() => query(join(home, 'meli.db'), statement)).toThrow('append-only')
})
