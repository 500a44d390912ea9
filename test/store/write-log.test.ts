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
  `INSERT OR REPLACE INTO write_log
     (id, at, user_id, nickname, is_test_user, command, action, subject, method, path, holder)
   SELECT id, at, user_id, 'FORGED', is_test_user, command, action, subject, method, path, holder FROM write_log`,
])('refuses %s', async (statement) => {
  const home = newHome()
  const store = await openStore({home})
  const id = await store.writeLog.begin(newWrite())
  await store.writeLog.end(id, {at: new Date(), outcome: 'refused', status: 400, errorCode: null, message: null})
  await store.close()
  expect(() => query(join(home, 'meli.db'), statement)).toThrow('append-only')
})

it('keeps the outcome that was written first, whoever replaces it', async () => {
  const home = newHome()
  const store = await openStore({home})
  const id = await store.writeLog.begin(newWrite())
  await store.writeLog.end(id, {at: new Date(), outcome: 'refused', status: 400, errorCode: null, message: null})
  await store.close()
  const file = join(home, 'meli.db')
  query(file, `INSERT OR REPLACE INTO write_outcome (write_id, at, outcome) VALUES (${id}, 0, 'done')`)
  expect(query(file, 'SELECT write_id, outcome FROM write_outcome')).toEqual([{write_id: id, outcome: 'refused'}])
})
