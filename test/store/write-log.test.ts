import {join} from 'node:path'
import {expect, it} from '@jest/globals'
import Database from 'better-sqlite3'
import {openStore} from '../../src/store/open.js'
import {Session} from '../../src/store/sqlite/session.js'
import {SqliteWriteLog} from '../../src/store/sqlite/write-log.js'
import {query} from '../support/query.js'
import {seller} from '../support/store-contract.js'
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

it.each([
  [{}, ['user_id=? AND push_id=?']],
  [{limit: 1}, ['user_id=? AND push_id=?']],
  [{subjects: ['MEC1', 'MEC2']}, ['user_id=? AND push_id=? AND subject=?']],
])('finds the writes of a push by their index, with %j', async (filter, terms) => {
  const store = await openStore({home: newHome()})
  await store.writeLog.begin(newWrite({pushId: 'push-1'}))
  await store.close()
  const ran: string[] = []
  const session = new Session(() => new Database(store.path, {verbose: (sql) => ran.push(String(sql))}), store.path)
  await new SqliteWriteLog(session).ofPush({userId: seller, pushId: 'push-1', ...filter})
  session.close()
  const plan = query<{detail: string}>(store.path, `EXPLAIN QUERY PLAN ${ran.at(-1)}`)
  const searches = plan.map(({detail}) => detail).filter((detail) => /^(SEARCH|SCAN) write_log\b/.test(detail))
  expect(searches).toEqual(terms.map((term) => `SEARCH write_log USING INDEX write_log_push (${term})`))
})
