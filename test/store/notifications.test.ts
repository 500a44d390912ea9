import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {describe, expect, it} from '@jest/globals'
import Database from 'better-sqlite3'
import {openStore} from '../../src/store/open.js'
import {bundle} from '../support/bundle.js'
import {race, spawnChild} from '../support/spawn-child.js'
import {noon} from '../support/store-contract.js'
import {describeInbox, notification} from '../support/store-contract-notifications.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()

describeInbox('the SQLite inbox', () => openStore({home: newHome()}))

type Held = {id: number; resource: string; from: number; to: number}

describe('processes that work on one inbox', () => {
  async function filled(count: number): Promise<string> {
    const home = newHome()
    const store = await openStore({home})
    // Two topics for each resource.
    const batch = Array.from({length: count}, (_, n) => ({
      notification: notification({resource: `/items/MEC${n >> 1}`, topic: n % 2 === 0 ? 'items' : 'items prices'}),
      waits: true,
    }))
    await store.inbox.accept(batch, noon)
    await store.close()
    return home
  }

  it('do each piece once, and never two of one resource at a time', async () => {
    const home = await filled(400)
    const child = await bundle('test/support/inbox-child.ts')
    const answers = await race(Array.from({length: 4}, () => spawnChild([process.execPath, child, 'workAll', home])))
    const held = answers.flatMap((answer) => answer.held as Held[])
    expect(held.map(({id}) => id).sort((a, b) => a - b)).toEqual(Array.from({length: 400}, (_, n) => n + 1))
    const ofResource = new Map<string, Held[]>()
    for (const one of held) ofResource.set(one.resource, [...(ofResource.get(one.resource) ?? []), one])
    for (const [first, second] of ofResource.values()) {
      if (first === undefined || second === undefined) throw new Error('a resource was not worked on twice')
      expect(first.to <= second.from || second.to <= first.from).toBe(true)
    }
  }, 60_000)

  it('take up what a killed one held, long before its lease ends', async () => {
    const home = await filled(20)
    const victim = spawn(process.execPath, [await bundle('test/support/inbox-child.ts'), 'holdAll', home])
    const lines = createInterface(victim.stdout)[Symbol.asyncIterator]()
    await lines.next()
    victim.stdin.end('go\n')
    expect(JSON.parse((await lines.next()).value)).toEqual({held: 10})
    const {inbox, close} = await openStore({home})
    const now = new Date()
    const request = {holder: 'elsewhere:1:x', limit: 99, now, until: new Date(now.getTime() + 60_000)}
    expect(await inbox.claim(request)).toEqual([])
    victim.kill('SIGKILL')
    await once(victim, 'close')
    expect(await inbox.claim(request)).toHaveLength(10)
    await close()
  }, 60_000)

  it('give up soon when another writes for long, and lose nothing by it', async () => {
    const home = newHome()
    const {inbox, close} = await openStore({home})
    const other = new Database(join(home, 'meli.db'))
    other.exec('BEGIN IMMEDIATE')
    const batch = [{notification: notification(), waits: true}]
    await expect(inbox.accept(batch, noon)).rejects.toMatchObject({code: 'MELI_DATABASE_BUSY'})
    expect(await inbox.newestArrival()).toBe(0)
    other.exec('COMMIT')
    other.close()
    expect(await inbox.accept(batch, noon)).toMatchObject([{outcome: 'accepted'}])
    await close()
  })
})

describe('what anybody may send', () => {
  const open = async () => {
    const home = newHome()
    const store = await openStore({home})
    const database = new Database(join(home, 'meli.db'))
    const close = async () => {
      database.close()
      await store.close()
    }
    const count = (table: string, where = 'true') =>
      database.prepare(`SELECT count(*) FROM ${table} WHERE ${where}`).pluck().get()
    return {store, database, close, count}
  }

  it('leaves the newest million of receipts', async () => {
    const {store, database, close, count} = await open()
    const accept = (id: string) => store.inbox.accept([{notification: notification({id}), waits: true}], noon)
    for (const id of ['first', 'second']) await accept(id)
    database.exec(`UPDATE notification_receipt SET rowid = rowid + 1000000 WHERE notification_id = 'second'`)
    expect(await accept('first')).toMatchObject([{outcome: 'duplicate'}])
    await accept('third')
    expect(count('notification_receipt')).toBe(2)
    expect(await accept('first')).toMatchObject([{outcome: 'accepted'}])
    await close()
  })

  it('leaves no more of what was done for one seller than so much, and all that is to do', async () => {
    const {store, database, close, count} = await open()
    await store.inbox.accept([{notification: notification(), waits: true}], noon)
    database.exec(`
      WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 102500)
      INSERT INTO notification (user_id, application_id, topic, resource, received_at, due_at, state, finished_at)
      SELECT user_id, '4242', 'items', n, received_at, due_at, 'done', received_at FROM n, notification WHERE id = 1`)
    expect(await store.inbox.sweep(noon)).toBe(2_500)
    expect([count('notification'), count('notification', `state = 'waiting'`)]).toEqual([100_001, 1])
    await close()
  })
})
