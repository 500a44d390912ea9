import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {expect, it} from '@jest/globals'
import {openStore} from '../../src/store/open.js'
import {bundle} from '../support/bundle.js'
import {connect} from '../support/connected.js'
import {Sender} from '../support/notification-sender.js'
import {query} from '../support/query.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()
const notifications = 20_000
const side = 40

it('keeps each notification that was answered 200 when it is killed, and does it once in effect', async () => {
  const home = newHome()
  const {emulator, grant, close} = await connect({items: 300})
  const {userId} = grant
  const store = await openStore({home})
  const identity = {userId, nickname: 'TIENDA', email: null, siteId: 'MEC', tags: [], isTestUser: false}
  const {clientId} = emulator
  await store.accounts.link({identity, grant, clientId, operator: 'ana', grantedAt: new Date()})
  await store.close()
  const program = await bundle('test/support/receiver-child.ts')

  let [address, kills, complaints] = ['', 0, '']
  let child: ChildProcessWithoutNullStreams | undefined
  const start = async () => {
    const args = [program, home, emulator.url, grant.accessToken, clientId]
    child = spawn(process.execPath, args)
    child.stderr.on('data', (text) => {
      complaints += text
    })
    const [line] = await once(createInterface(child.stdout), 'line')
    address = String(line)
  }
  const kill = async () => {
    const ended = child === undefined ? undefined : once(child, 'close')
    child?.kill('SIGKILL')
    await ended
    kills += 1
  }
  await start()

  const {catalogue} = emulator.world
  const items = catalogue.listed(userId)
  const sender = new Sender(() => address)
  let [next, killAt] = [0, 500]
  let killing: Promise<void> = Promise.resolve()
  const sendSome = async () => {
    while (next < notifications) {
      const number = next++
      const item = items[Math.floor(Math.random() * items.length)]
      if (item === undefined) throw new Error('there are no items')
      // Some tell of nothing new, as the service's do.
      if (number % 3 > 0) catalogue.update(item, {price: number + 1})
      const told = {_id: `n-${number}`, resource: `/items/${item.id}`, user_id: userId, topic: 'items'}
      await sender.send({...told, application_id: Number(clientId), sent: new Date().toISOString()})
      if (number < killAt) continue
      killAt = number + 300 + Math.random() * 2_500
      killing = killing.then(kill).then(start)
    }
  }
  await Promise.all(Array.from({length: side}, sendSome))
  await killing
  // Another one while it works off the rest.
  await kill()
  await start()

  const sql = (text: string) => query<Record<string, number>>(join(home, 'meli.db'), text)
  const open = () => sql(`SELECT count(*) AS n FROM notification WHERE state IN ('waiting', 'working')`)[0]?.n
  while (open() !== 0) await new Promise((resolve) => setTimeout(resolve, 50))
  const stopped = once(child as ChildProcessWithoutNullStreams, 'close')
  child?.kill('SIGTERM')
  expect((await stopped)[0]).toBe(0)
  sender.close()

  expect(kills).toBeGreaterThan(4)
  expect(sender.accepted.size).toBe(notifications)
  const receipts = query<{id: string}>(join(home, 'meli.db'), 'SELECT notification_id AS id FROM notification_receipt')
  expect(new Set(receipts.map(({id}) => id))).toEqual(sender.accepted)
  expect(sql(`SELECT count(*) AS n FROM notification WHERE state <> 'done'`)).toEqual([{n: 0}])
  const orphans = 'SELECT count(*) AS n FROM notification_receipt WHERE work_id NOT IN (SELECT id FROM notification)'
  expect(sql(orphans)).toEqual([{n: 0}])
  // No duplicate was counted twice as new.
  const counted = sql(`SELECT sum(count) AS n FROM notification_tally WHERE outcome IN ('accepted', 'duplicate')`)
  expect(counted[0]?.n).toBeGreaterThanOrEqual(notifications)

  const here = query(join(home, 'meli.db'), 'SELECT id, price FROM product WHERE removed_at IS NULL ORDER BY id')
  const touched = new Set(here.map(({id}) => id))
  const there = catalogue
    .listed(userId)
    .map(({id, price}) => ({id, price: String(price)}))
    .filter(({id}) => touched.has(id))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  expect(touched.size).toBe(items.length)
  expect(here).toEqual(there)
  // Each change is in the history once: every one begins where the one before it ended.
  const broken = `SELECT count(*) AS n FROM (SELECT before, after,
    lag(after) OVER (PARTITION BY item_id ORDER BY id) AS previous FROM product_change WHERE field = 'price')
    WHERE before = after OR (previous IS NOT NULL AND previous <> before)`
  expect(sql(broken)).toEqual([{n: 0}])
  expect(complaints).toBe('')
  await close()
}, 300_000)
