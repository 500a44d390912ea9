import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {openWorld} from './world.js'

const peak = new URL('peak.js', import.meta.url).href

/** A seller with so many listings of so many bytes each, in an emulator of its own. */
export async function openShop({items, bytes}) {
  const world = await openWorld()
  const {url} = world
  const control = async (path, body) => {
    const answer = await fetch(`${url}/_emulator/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {'content-type': 'application/json'},
      ...(body === undefined ? {} : {body: JSON.stringify(body)}),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  const {accounts} = await world.meli('auth', 'status')
  const seller = accounts.find(({is_test_user}) => !is_test_user)
  await control('items', {user: seller.user_id, count: items, bytes})
  return {...world, control, database: join(world.env.MELI_HOME, 'meli.db')}
}

/** One run of `meli sync products`. */
export function syncOnce(shop, ...args) {
  return runOnce(shop, 'sync', 'products', ...args)
}

/** One run of the program; what it says of itself, and its peak of memory in MB. */
export async function runOnce({program, env}, ...args) {
  const file = join(env.HOME, 'peak')
  const child = spawn(process.execPath, ['--import', peak, program, ...args, '--json'], {
    env: {...env, BENCH_PEAK_FILE: file},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, complaint, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  if (status !== 0) throw new Error(`${args.join(' ')} left with ${status}: ${out}${complaint}`)
  return {...JSON.parse(out), peakMb: Number(readFileSync(file, 'utf8')) / 1024}
}
