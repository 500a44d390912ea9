import {existsSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {describe, expect, it} from '@jest/globals'
import {openWorld, type World} from '../support/world.js'

const timeout = 120_000
/** Megabytes of heap: a tenth of what is exported does not fit. */
const heap = 24
const mega = 1024 * 1024

const rows = `
  WITH RECURSIVE n (i) AS (SELECT :from UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :to)
  INSERT INTO product (id, user_id, title, price, status, permalink, partial, synced_at, seen_run, json, stale)
  SELECT printf('MEC%09d', i), :user, printf('Ñandú %d', i), '10.5', 'active', hex(zeroblob(300)), 0, 0, 'run', '{}', 0
  FROM n`

/** A world with a large catalogue that no sync brought. */
async function filled() {
  const world = await openWorld()
  const {user_id: user} = await world.login()
  let count = 0
  return {
    world,
    fill(to: number) {
      world.sql(rows, {from: count, to, user})
      count = to
    },
  }
}

/** Runs with a small heap, and tells the most memory that the program took, in megabytes. */
async function measured(world: World, args: readonly string[]) {
  const [hook, peak] = [join(world.home, 'hook.cjs'), join(world.home, 'peak')]
  const write = `require('fs').writeFileSync(${JSON.stringify(peak)}, String(process.resourceUsage().maxRSS))`
  writeFileSync(hook, `process.on('exit', () => ${write})`)
  const env = {NODE_OPTIONS: `--max-old-space-size=${heap} --require ${hook}`}
  const running = await world.start(['products', 'export', ...args], {env})
  return {...running, peak: () => Number(readFileSync(peak, 'utf8')) / 1024}
}

describe('an export of a very large catalogue', () => {
  it(
    'takes no more memory for ten times the products',
    async () => {
      const {world, fill} = await filled()
      const file = join(world.home, 'all.csv')
      const peaks: number[] = []
      for (const count of [20_000, 200_000]) {
        fill(count)
        const {ended, peak} = await measured(world, ['-o', file, '--force', '--json'])
        const {status, stdout} = await ended
        expect([status, JSON.parse(stdout).products]).toEqual([0, count])
        peaks.push(peak())
      }
      expect(statSync(file).size).toBeGreaterThan(5 * heap * mega)
      const [few = 0, many = 0] = peaks
      // Whatever was held back would be there; a cache of pages of 16 MB fills on the way. Young objects alone took 60 MB more on Node 24.
      expect(many - few).toBeLessThan(25)
    },
    timeout,
  )

  it(
    'goes at the pace of a slow reader, without hoarding what it has not read',
    async () => {
      const {world, fill} = await filled()
      const peaks: number[] = []
      for (const count of [12_000, 120_000]) {
        fill(count)
        const {child, ended, peak} = await measured(world, ['--jsonl'])
        let [lines, chunks, bytes] = [0, 0, 0]
        child.stdout.removeAllListeners('data')
        for await (const chunk of child.stdout) {
          lines += String(chunk).split('\n').length - 1
          bytes += chunk.length
          chunks += 1
          if (chunks % 8 === 0) await wait(1)
        }
        expect((await ended).status).toBe(0)
        expect([lines, bytes > count * 500]).toEqual([count, true])
        peaks.push(peak())
      }
      const [few = 0, many = 0] = peaks
      // What it had not got rid of would be there, more than 50 MB of it.
      expect(many - few).toBeLessThan(25)
    },
    timeout,
  )

  it(
    'hears Ctrl-C while it fills a file, which takes everything at once',
    async () => {
      const {world, fill} = await filled()
      fill(300_000)
      const to = join(world.home, 'all.csv')
      const {child, ended} = await world.start(['products', 'export'], {stdoutTo: to})
      while (!existsSync(to) || statSync(to).size === 0) await wait(5)
      child.kill('SIGINT')
      const {status, stderr} = await ended
      expect({status, stderr}).toEqual({status: 130, stderr: expect.stringContaining('MELI_INTERRUPTED')})
    },
    timeout,
  )

  it.each([['--csv'], ['--jsonl']])(
    'ends with 0, and without a word, when nobody reads on: %s',
    async (format) => {
      const {world, fill} = await filled()
      fill(50_000)
      const {child, ended} = await measured(world, [format])
      child.stdout.once('data', () => child.stdout.destroy())
      expect(await ended).toMatchObject({status: 0, stderr: 'No complete sync yet. Next: meli sync products\n'})
    },
    timeout,
  )
})
