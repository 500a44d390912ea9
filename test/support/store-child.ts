// A process of its own for tests of races and of storage that fails. Says "ready", waits for a line, acts, answers in JSON.
import {createHash, randomBytes} from 'node:crypto'
import {once} from 'node:events'
import {join} from 'node:path'
import Database from 'better-sqlite3'
import type {Product, RecordSink, Store} from '../../src/services/ports/index.js'
import {keySource} from '../../src/store/key.js'
import {openStore} from '../../src/store/open.js'
import {connect} from '../../src/store/sqlite/connect.js'
import {SqliteProductSink} from '../../src/store/sqlite/product-sink.js'
import {Session} from '../../src/store/sqlite/session.js'

const [action = '', home = '', argument = ''] = process.argv.slice(2)
const at = new Date('2026-03-01T12:00:00.000Z')

function link(store: Store, userId: number) {
  const identity = {userId, nickname: `U${userId}`, email: null, siteId: 'MEC', tags: [], isTestUser: false}
  const grant = {userId, accessToken: 'APP_USR-x', refreshToken: 'TG-x', scope: 'read', expiresAt: at}
  return store.accounts.link({identity, grant, clientId: '1', operator: 'ana', grantedAt: at})
}

/** Saves products of 10 KB each, in batches, until the disk refuses. */
async function fill(products: RecordSink<Product>) {
  const json = JSON.stringify({text: 'x'.repeat(10_000)})
  for (let saved = 0; saved < 10_000; saved += 20) {
    const batch = Array.from({length: 20}, (_, index) => ({
      ...{id: `MEC${saved + index}`, user_id: 1, site_id: null, title: null, price: null, currency_id: null},
      ...{available_quantity: null, sold_quantity: null, status: null, seller_sku: null, category_id: null},
      ...{listing_type_id: null, condition: null, permalink: null, thumbnail: null, user_product_id: null},
      ...{last_updated: null, partial: false, variations: [], json},
    }))
    try {
      await products.save(batch, {runId: 'run', at})
    } catch (error) {
      return {...told(error), saved, kept: await products.countLive()}
    }
  }
  return {code: 'never full'}
}

function told(error: unknown) {
  return {code: (error as {code?: unknown}).code, message: String(error)}
}

const actions: Record<string, () => Promise<unknown>> = {
  async link() {
    const store = await openStore({home})
    await link(store, Number(argument))
    const record = await store.accounts.load(Number(argument))
    await store.close()
    return {refreshToken: record?.refreshToken}
  },
  /** Spends the refresh token that is there, over and over, as if each had just come back from the service. */
  async rotate() {
    const store = await openStore({home})
    let won = 0
    for (let round = 0; round < 30; round += 1) {
      const spent = (await store.accounts.load(7))?.refreshToken ?? ''
      const refreshToken = `TG-${Number(spent.slice(3)) + 1}`
      const next = {userId: 7, accessToken: 'APP_USR-x', refreshToken, scope: 'read', expiresAt: at}
      if (await store.accounts.rotate({userId: 7, spent, next, answered: {exchangeId: 'none', received: null}, at}))
        won += 1
    }
    await store.close()
    return {won}
  },
  async linkWithOwnKey() {
    const store = await openStore({home, encryptionKey: randomBytes(32).toString('base64')})
    await link(store, Number(argument))
    return {code: 'linked'}
  },
  async key() {
    const key = keySource({keyFile: home}).readOrMake()
    return {fingerprint: createHash('sha256').update(key).digest('hex')}
  },
  async fill() {
    const store = await openStore({home})
    return fill(store.productSink(1))
  },
  async fillToLimit() {
    const path = join(home, 'meli.db')
    await (await openStore({home})).close()
    const client = await connect(path)
    client.pragma('max_page_count = 64')
    return fill(new SqliteProductSink(new Session(() => client, path), 1))
  },
  async open() {
    const store = await openStore({home})
    await link(store, 7)
    return {code: 'written'}
  },
}

process.stdout.write('ready\n')
await once(process.stdin, 'data')
process.stdin.pause()
// Modes do not stop root. What is still to be loaded is loaded first: nobody may not be allowed to read this checkout.
new Database(':memory:').close()
if (process.env.AS_NOBODY !== undefined && process.getuid?.() === 0) process.setuid?.(65_534)
const answer = await actions[action]?.().catch(told)
process.stdout.write(`${JSON.stringify(answer)}\n`)
