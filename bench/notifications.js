import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {notify} from './notifying.js'
import {openShop} from './syncing.js'

const peak = new URL('peak.js', import.meta.url).href
const perSecond = 500
const flood = 5000
const mostMs = 50
/** 100,000 notifications may take so much more memory than 10,000. */
const mostGrowth = 1.15

const count = new Intl.NumberFormat('en')

/** What `meli serve` takes in while its worker is busy: how fast it answers, and whether memory grows with it. */
export async function notifications() {
  const shop = await openShop({items: 2000, bytes: 3000})
  try {
    await shop.meli('sync', 'products')
    const steady = await received(shop, {notifications: 10_000, perSecond})
    // As fast as they are taken.
    const few = await received(shop, {notifications: 10_000, perSecond: flood})
    const many = await received(shop, {notifications: 100_000, perSecond: flood})
    return [pace(steady), delay(steady), memory(few, many)]
  } finally {
    await shop.close()
  }
}

async function received(shop, {notifications, perSecond}) {
  const serving = await startServing(shop)
  const {accounts} = await shop.meli('auth', 'status')
  const {user_id: userId} = accounts.find(({is_test_user}) => !is_test_user)
  const {products} = await shop.meli('products', 'list', '--limit', '500')
  const items = products.map(({id}) => id)
  const target = {url: `${serving.url}/notifications`, userId, clientId: Number(shop.env.MELI_CLIENT_ID), items}
  const result = await notify(target, {count: notifications, perSecond, from: Date.now() * 1000})
  return {...result, notifications, peakMb: await serving.stop()}
}

async function startServing({program, env}) {
  const file = join(env.HOME, 'peak')
  const args = ['--import', peak, program, 'serve', '--port', '0', '--json', '--log-level', 'error']
  const child = spawn(process.execPath, args, {
    env: {...env, MELI_RATE_LIMIT: '10000000', BENCH_PEAK_FILE: file},
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const text = []
  for await (const line of createInterface({input: child.stdout})) {
    text.push(line)
    if (line === '}') break
  }
  const {url} = JSON.parse(text.join('\n'))
  const stop = async () => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const [status] = await ended
    if (status !== 0) throw new Error(`meli serve left with ${status}`)
    return Number(readFileSync(file, 'utf8')) / 1024
  }
  return {url, stop}
}

function pace({notifications, perSecond: reached, refused}) {
  const lost = [...refused.values()].reduce((sum, each) => sum + each, 0)
  return {
    name: `notifications: acknowledged a second, of ${perSecond} sent, worker busy`,
    goal: `>= ${Math.round(perSecond * 0.98)}, none refused`,
    measured: `${reached.toFixed(0)}${lost > 0 ? `, ${count.format(lost)} of ${count.format(notifications)} refused` : ''}`,
    met: reached >= perSecond * 0.98 && lost === 0,
  }
}

function delay({p50, p99}) {
  return {
    name: `notifications: time to acknowledge at ${perSecond} a second, 99 of 100`,
    goal: `< ${mostMs} ms`,
    measured: `${p99.toFixed(1)} ms (half: ${p50.toFixed(1)} ms)`,
    met: p99 < mostMs,
  }
}

function memory(few, many) {
  const growth = many.peakMb / few.peakMb
  return {
    name: `notifications: peak memory at ${count.format(many.notifications)} against ${count.format(few.notifications)}`,
    goal: `<= ${mostGrowth}`,
    measured: `${growth.toFixed(2)} (${few.peakMb.toFixed(0)} and ${many.peakMb.toFixed(0)} MB)`,
    met: growth <= mostGrowth,
  }
}
