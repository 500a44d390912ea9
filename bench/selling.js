import {createWriteStream} from 'node:fs'
import {join} from 'node:path'
import {finished} from 'node:stream/promises'
import Database from 'better-sqlite3'
import {openShop, runOnce} from './syncing.js'

/** Largest allowed growth of peak memory for ten times as many orders, or lines of a file. */
const mostGrowth = 1.25
const changes = 500

const count = new Intl.NumberFormat('en')

/** What it costs to keep sales in step, and to bring a file of changes to the service: requests and memory. */
export async function selling() {
  return [...(await orders()), ...(await push())]
}

async function orders() {
  const rows = []
  const peaks = []
  for (const sold of [10_000, 100_000]) {
    const shop = await openShop({items: 50, bytes: 1000})
    try {
      const {accounts} = await shop.meli('auth', 'status')
      const [seller, buyer] = [accounts.find(({is_test_user}) => !is_test_user), 'CASA_DEL_SUR']
      await shop.control('orders', {seller: seller.user_id, buyer, count: sold, over: '300d'})
      const full = await runOnce(shop, 'sync', 'orders', '--full', '--rate', '10000000')
      const pages = Math.ceil(sold / 50)
      rows.push(requests(`full sync of ${count.format(sold)} orders`, full, Math.ceil(pages * 1.05) + 12))
      peaks.push(full.peakMb)
      if (sold === 10_000) {
        const idle = await runOnce(shop, 'sync', 'orders', '--rate', '10000000')
        rows.push(requests(`nothing sold since, ${count.format(sold)} orders`, idle, 3))
      }
    } finally {
      await shop.close()
    }
  }
  return [...rows, growth('full sync of orders: peak memory at 100,000 against 10,000', peaks)]
}

async function push() {
  const shop = await openShop({items: 16_000, bytes: 1000})
  try {
    await runOnce(shop, 'sync', 'products', '--rate', '10000000')
    const rows = []
    const peaks = []
    for (const lines of [1000, 10_000]) {
      const file = join(shop.env.HOME, `${lines}.csv`)
      const written = await writeFile(shop, file, lines)
      const {requests, changed, peakMb} = await runOnce(
        shop,
        ...['products', 'push', file, '--live', 'TIENDA_ANDINA', '--rate', '10000000'],
      )
      peaks.push(peakMb)
      // What is there is read twenty at a time before and after, and each change is one request.
      const most = Math.ceil(written / 20) + changed + Math.ceil(changed / 20) + 5
      rows.push({
        name: `push of ${count.format(lines)} lines, ${changes} of them changes: requests`,
        goal: `<= ${count.format(most)}`,
        measured: `${count.format(requests)} (${count.format(changed)} changed)`,
        met: requests <= most && changed === changes,
      })
    }
    return [...rows, growth('push: peak memory at 10,000 lines against 1,000', peaks)]
  } finally {
    await shop.close()
  }
}

/** Active items, every so many of them at a higher price. */
async function writeFile(shop, file, lines) {
  const db = new Database(shop.database, {readonly: true})
  const free = db.prepare(`SELECT id, price FROM product WHERE status = 'active' ORDER BY id`).all()
  db.close()
  if (free.length < lines) throw new Error(`only ${free.length} items are active`)
  const out = createWriteStream(file)
  out.write('id,price\n')
  const chosen = free.slice(-lines)
  const every = lines / changes
  for (const [at, {id, price}] of chosen.entries()) {
    const isChanged = at % every === 0
    // Where the service sets the price, it takes no other.
    if (isChanged) await shop.control(`items/${id}`, {price_automation: false})
    out.write(`${id},${isChanged ? (Number(price) + 1).toFixed(2) : price}\n`)
  }
  out.end()
  await finished(out)
  return chosen.length
}

function requests(name, {requests, complete}, most) {
  return {
    name: `${name}: requests`,
    goal: `<= ${count.format(most)}`,
    measured: `${count.format(requests)}${complete ? '' : ', not complete'}`,
    met: complete && requests <= most,
  }
}

function growth(name, [few, many]) {
  return {
    name,
    goal: `<= ${mostGrowth}`,
    measured: `${(many / few).toFixed(2)} (${few.toFixed(0)} and ${many.toFixed(0)} MB)`,
    met: many / few <= mostGrowth,
  }
}
