// A process of its own for tests of syncs: races for a lease, kills, memory and the shared rate. As store-child.ts, it says
// "ready", waits for a line, acts, and answers in JSON.

import {systemClock} from '../../src/app/system-clock.js'
import {newHolder} from '../../src/core/holder.js'
import type {Checkpoint, Product, Store} from '../../src/services/ports/index.js'
import {openStore} from '../../src/store/open.js'
import {answerOnce} from './answer-once.js'

const [, home = '', argument = ''] = process.argv.slice(2)
const now = new Date('2026-03-01T12:00:00.000Z')
const until = new Date('2026-03-01T13:00:00.000Z')
const userId = 8_035_443
const checkpoint: Checkpoint = {
  ...{scan: 1, slice: 0, sliced: false, cursor: null, total: 0, listed: false},
}
const holder = newHolder()

function open(store: Store, kind: 'full' | 'incremental' = 'full') {
  return store.syncLedger.open({resource: 'products', userId, kind, restart: false, holder, now, until})
}

function product(id: string): Product {
  return {
    ...{
      id,
      user_id: userId,
      site_id: 'MEC',
      title: `Sombrero ${id}`,
      price: '9.90',
      currency_id: 'USD',
      available_quantity: 1,
    },
    ...{
      sold_quantity: 0,
      status: 'active',
      seller_sku: null,
      category_id: null,
      listing_type_id: null,
      condition: 'new',
    },
    ...{permalink: null, thumbnail: null, user_product_id: null, last_updated: now, partial: false, variations: []},
    json: JSON.stringify({id, text: 'x'.repeat(3_000)}),
  }
}

async function runOf(store: Store): Promise<string> {
  const opened = await open(store)
  if (!opened.opened) throw new Error(`held by ${opened.holder}`)
  return opened.run.id
}

const actions: Record<string, () => Promise<unknown>> = {
  /** Tells who got the run, and stays until it is killed. */
  async holdRun() {
    const {opened, ...rest} = await open(await openStore({home}))
    const told = {opened, holder: 'run' in rest ? rest.run.holder : rest.holder}
    process.stdout.write(`${JSON.stringify(told)}\n`)
    return new Promise(() => setInterval(() => undefined, 60_000))
  },
  /** Saves batches of twenty until it is killed, telling of each that it has committed. */
  async saveForever() {
    const store = await openStore({home})
    const runId = await runOf(store)
    const sink = store.productSink(userId)
    for (let start = 0; ; start += 20) {
      const ids = Array.from({length: 20}, (_, index) => `MEC${1_000_000 + start + index}`)
      await store.syncLedger.note(runId, ids, checkpoint)
      await sink.save(ids.map(product), {runId, at: now})
      process.stdout.write(`${start + 20}\n`)
    }
  },
  /** A run over as many ids as asked for: all noted, all settled, as far as the ledger goes. */
  async manyIds() {
    const store = await openStore({home})
    const {syncLedger} = store
    const runId = await runOf(store)
    const total = Number(argument)
    const before = process.memoryUsage().rss
    let peak = before
    for (let start = 0; start < total; start += 100) {
      // Every tenth id comes twice.
      const ids = Array.from({length: 110}, (_, index) => `MEC${10_000_000 + ((start + index) % total)}`)
      await syncLedger.note(runId, ids, checkpoint)
      peak = Math.max(peak, process.memoryUsage().rss)
    }
    let pending = 0
    for (let after: string | null = null; ; ) {
      const ids: string[] = await syncLedger.pending(runId, 500, after)
      if (ids.length === 0) break
      pending += ids.length
      after = ids.at(-1) ?? null
      if (pending % 1_000 === 0) await syncLedger.fail(runId, [{id: after ?? '', status: 500, message: 'broken'}])
      peak = Math.max(peak, process.memoryUsage().rss)
    }
    const counts = await syncLedger.counts(runId)
    await syncLedger.finish(runId, {outcome: 'complete', watermark: null, counts: {}, at: now})
    peak = Math.max(peak, process.memoryUsage().rss)
    const left = await syncLedger.counts(runId)
    await store.close()
    return {counts, pending, left: left.listed, grownMb: Math.round((peak - before) / 2 ** 20)}
  },
  /** Takes as many slots as asked for, and tells when. */
  async takeSlots() {
    const store = await openStore({home})
    const budget = store.rateBudget('4242', {perMinute: 6_000, clock: systemClock})
    const times: number[] = []
    const taken = async () => {
      await budget.take()
      times.push(Date.now())
    }
    await Promise.all(Array.from({length: Number(argument)}, taken))
    await store.close()
    return {times}
  },
}

await answerOnce(actions)
