import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from '@jest/globals'
import {openWorld, type World} from '../support/world.js'

const timeout = 240_000
/** Megabytes of heap. */
const heap = 32

/** Runs with a small heap, and tells the most memory that the program took, in megabytes. */
async function measured(world: World, args: readonly string[]) {
  const [hook, peak] = [join(world.home, 'hook.cjs'), join(world.home, 'peak')]
  const write = `require('fs').writeFileSync(${JSON.stringify(peak)}, String(process.resourceUsage().maxRSS))`
  writeFileSync(hook, `process.on('exit', () => ${write})`)
  const env = {NODE_OPTIONS: `--max-old-space-size=${heap} --require ${hook}`}
  const {status, stdout} = await world.run(args, {env})
  return {status, stdout, peak: Number(readFileSync(peak, 'utf8')) / 1024}
}

describe('a push of 10,000 lines', () => {
  it(
    'takes no more memory than one of a thousand',
    async () => {
      const world = await openWorld({items: 16_000})
      const {user_id: user} = await world.login()
      const {catalogue} = world.emulator.world
      const plain = [...catalogue.listed(user)].filter(
        ({status, variations}) => status === 'active' && variations.length === 0,
      )
      // Each with a stock of its own.
      for (const item of plain) catalogue.update(item, {user_product_id: `MECU${item.number}`})
      expect(plain.length).toBeGreaterThanOrEqual(10_000)
      const peaks: number[] = []
      for (const [count, every] of [
        [1_000, 2],
        [10_000, 20],
      ] as const) {
        const file = join(world.home, `${count}.csv`)
        const lines = plain.slice(-count).map((item, at) => {
          const more = at % every === 0 ? 1 : 0
          return `${item.id},"Producto ""${at}""; grande",${item.quantity + more}`
        })
        writeFileSync(file, ['id,title,stock', ...lines].join('\n'))
        const args = ['products', 'push', file, '--live', 'TIENDA_ANDINA', '--rate', '10000000', '--json']
        const {status, stdout, peak} = await measured(world, args)
        const {lines: read, changed, unchanged} = JSON.parse(stdout)
        expect([status, read, changed, unchanged]).toEqual([0, count, 500, count - 500])
        peaks.push(peak)
      }
      const [few = 0, many = 0] = peaks
      expect(many - few).toBeLessThan(25)
    },
    timeout,
  )
})
