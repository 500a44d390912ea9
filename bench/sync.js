import Database from 'better-sqlite3'
import {median} from './measure.js'
import {physicalLimit} from './physical-limit.js'
import {openShop, syncOnce} from './syncing.js'

/** So large that what is asked for of an item takes about 3 KB of an answer. */
const bytes = 5000
const perMinute = 1500
const mostMb = 150

const count = new Intl.NumberFormat('en')

/** What a sync costs: requests, time against what the machine can do, share of the budget, memory. */
export async function sync({large = false} = {}) {
  const rows = []
  const idle = new Map()
  for (const items of [1000, 10_000, 100_000, ...(large ? [1_000_000] : [])]) {
    const shop = await openShop({items, bytes})
    try {
      const full = await syncOnce(shop, '--full', '--rate', '10000000')
      rows.push(fullRequests(items, full))
      if (items >= 10_000) rows.push(memory(items, full))
      idle.set(items, await unchanged(shop))
      if (items === 10_000) rows.push(await changes(shop, items))
    } finally {
      await shop.close()
    }
  }
  rows.push(await speed(100_000), flat(idle), await budget())
  return rows
}

function fullRequests(items, {requests, complete}) {
  const most = items / 100 + items / 20 + 2
  return {
    name: `full sync of ${count.format(items)} items: requests`,
    goal: `<= ${count.format(most)}`,
    measured: `${count.format(requests)}${complete ? '' : ', not complete'}`,
    met: complete && requests <= most,
  }
}

function memory(items, {peakMb}) {
  return {
    name: `full sync of ${count.format(items)} items: peak memory`,
    goal: `<= ${mostMb} MB`,
    measured: `${peakMb.toFixed(0)} MB`,
    met: peakMb <= mostMb,
  }
}

/** The first sync of a catalogue, and the limit right behind it; the median of three such pairs. */
async function speed(items) {
  const pairs = []
  for (let n = 0; n < 3; n++) {
    const shop = await openShop({items, bytes})
    try {
      const {duration_ms} = await syncOnce(shop, '--full', '--rate', '10000000')
      pairs.push({reached: items / (duration_ms / 1000), ...physicalLimit(shop.database)})
    } finally {
      await shop.close()
    }
  }
  const ratio = median(pairs.map(({reached, packed}) => reached / packed))
  const plain = median(pairs.map(({reached, plain}) => reached / plain))
  const middle = pairs.find(({reached, packed}) => reached / packed === ratio)
  const speeds = [middle.reached, middle.packed].map((each) => count.format(Math.round(each))).join(' of ')
  return {
    name: `full sync of ${count.format(items)} items of 3 KB: share of the physical limit, median of three`,
    goal: '>= 0.5',
    measured: `${ratio.toFixed(2)} (${speeds} items a second); ${plain.toFixed(2)} of the limit without unpacking`,
    met: ratio >= 0.5,
  }
}

/** Runs that find nothing new. */
async function unchanged(shop) {
  const runs = []
  for (let i = 0; i < 5; i++) runs.push(await syncOnce(shop, '--rate', '10000000'))
  return {ms: median(runs.map(({duration_ms}) => duration_ms)), requests: Math.max(...runs.map((run) => run.requests))}
}

function flat(idle) {
  const all = [...idle]
  const ratio = all.at(-1)[1].ms / all[0][1].ms
  const requests = Math.max(...all.map(([, run]) => run.requests))
  return {
    name: `nothing changed, ${all.map(([items]) => count.format(items)).join(' / ')} items: requests; time, last to first`,
    goal: '<= 3; <= 1.5x',
    measured: `${requests}; ${ratio.toFixed(2)}x (${all.map(([, {ms}]) => `${ms} ms`).join(', ')})`,
    met: requests <= 3 && ratio <= 1.5,
  }
}

async function changes(shop, items) {
  const db = new Database(shop.database, {readonly: true})
  const ids = db.prepare('SELECT id FROM product ORDER BY random() LIMIT 25').pluck().all()
  db.close()
  for (const id of ids) await shop.control(`items/${id}`, {available_quantity: 7})
  const {requests, updated, kind} = await syncOnce(shop, '--rate', '10000000')
  return {
    name: `25 of ${count.format(items)} items changed: requests`,
    goal: '<= 6',
    measured: `${requests} (${kind}, ${updated} updated)`,
    met: requests <= 6 && updated === ids.length,
  }
}

/** Against an emulator that enforces the limit and takes its time, for longer than its minute. */
async function budget() {
  const shop = await openShop({items: 30_000, bytes})
  try {
    await shop.control('settings', {rate_limit_per_minute: perMinute, latency_ms: 50})
    const {requests, rate_limited, duration_ms} = await syncOnce(shop, '--full', '--rate', String(perMinute))
    const used = requests / ((duration_ms / 60_000) * perMinute)
    return {
      name: `${count.format(perMinute)} requests a minute, 50 ms each: budget used; answers of 429`,
      goal: '>= 95 %; 0',
      measured: `${(used * 100).toFixed(1)} % of ${(duration_ms / 1000).toFixed(0)} s; ${rate_limited}`,
      met: used >= 0.95 && rate_limited === 0,
    }
  } finally {
    await shop.close()
  }
}
