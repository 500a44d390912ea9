import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from '@jest/globals'
import Database from 'better-sqlite3'
import {openStore} from '../../src/store/open.js'
import {SqliteBuyers} from '../../src/store/sqlite/buyers.js'
import {Session} from '../../src/store/sqlite/session.js'
import {minutes, noon, seller} from '../support/store-contract.js'
import {shipment} from '../support/store-contract-shipments.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()

it('says when somebody who reads keeps forgotten buyers in the files, and overwrites them afterwards', async () => {
  const home = newHome()
  const path = join(home, 'meli.db')
  const store = await openStore({home})
  await store.shipmentSink(seller).patch([shipment({receiver_name: 'Ñusta Quispe'})], noon)
  const isOnDisk = () => readdirSync(home).some((name) => readFileSync(join(home, name)).includes('Ñusta Quispe'))
  const reader = new Database(path)
  const client = new Database(path, {timeout: 10})
  client.pragma('secure_delete = ON')
  const buyers = new SqliteBuyers(new Session(() => client, path))

  reader.exec('BEGIN')
  reader.prepare('SELECT * FROM shipment').all()
  expect(await buyers.forget(seller, minutes(1), minutes(2))).toMatchObject({shipments: 1})
  expect({overwritten: await buyers.overwrite(), isOnDisk: isOnDisk()}).toEqual({overwritten: false, isOnDisk: true})
  reader.close()
  expect({overwritten: await buyers.overwrite(), isOnDisk: isOnDisk()}).toEqual({overwritten: true, isOnDisk: false})
  client.close()
  await store.close()
})
