import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {createInterface} from 'node:readline'
import {beforeAll, describe, expect, it} from '@jest/globals'
import {openStore} from '../../src/store/open.js'
import {bundle} from '../support/bundle.js'
import {race, spawnChild} from '../support/spawn-child.js'
import {noon, seller} from '../support/store-contract.js'
import {openRun, tryOpen} from '../support/store-contract-sync.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()

describe('processes that sync on one database', () => {
  let child: string
  beforeAll(async () => {
    child = await bundle('test/support/sync-child.ts')
  })

  /** A home with a database in it. */
  async function made(): Promise<string> {
    const home = newHome()
    await (await openStore({home})).close()
    return home
  }

  /** A process that is ready to ask for a run, and stays when it has asked. */
  async function holding(home: string, inside: readonly string[] = []) {
    const [program = '', ...args] = [...inside, process.execPath, child, 'holdRun', home]
    const rival = spawn(program, args)
    const lines = createInterface(rival.stdout)[Symbol.asyncIterator]()
    await lines.next()
    const go = async (): Promise<{opened: boolean; holder: string}> => {
      rival.stdin.end('go\n')
      return JSON.parse((await lines.next()).value)
    }
    const kill = async () => {
      rival.kill('SIGKILL')
      await once(rival, 'close')
    }
    return {go, kill}
  }

  const start = (...args: string[]) => spawnChild([process.execPath, child, ...args])

  it('have one winner of ten for the lease, and it is free when the winner is killed', async () => {
    const home = await made()
    const rivals = await Promise.all(Array.from({length: 10}, () => holding(home)))
    const told = await Promise.all(rivals.map(({go}) => go()))
    const winner = told.findIndex(({opened}) => opened)
    expect(told.filter(({opened}) => opened)).toHaveLength(1)
    expect(new Set(told.map(({holder}) => holder))).toEqual(new Set([told[winner]?.holder]))

    const store = await openStore({home})
    expect(await tryOpen(store)).toMatchObject({opened: false, holder: told[winner]?.holder})
    await Promise.all(rivals.filter((_, index) => index !== winner).map(({kill}) => kill()))
    expect(await tryOpen(store)).toMatchObject({opened: false})
    await rivals[winner]?.kill()
    // Long before the lease ends.
    expect(await openRun(store)).toMatchObject({resumed: true})
    await store.close()
  }, 60_000)

  it('leave the run alone that another container has, though it has the same host name', async () => {
    const home = await made()
    const pids = ['unshare', '--map-root-user', '--pid', '--fork', '--kill-child', '--mount-proc']
    const mayUnshare = spawnSync('unshare', [...pids.slice(1), 'true']).status === 0
    // A pid that nobody has in the other container.
    const highPid = 'i=0; while [ $i -lt 99 ]; do (:); i=$((i+1)); done; "$@"; true'
    const owner = await holding(home, mayUnshare ? [...pids, 'sh', '-c', highPid, 'sh'] : [])
    const {opened, holder} = await owner.go()
    expect(opened).toBe(true)
    const rival = await holding(home, mayUnshare ? pids : [])
    const told = await rival.go()
    await owner.kill()
    await rival.kill()
    expect(told).toEqual({opened: false, holder})
  }, 60_000)

  it('leave whole batches behind when they are killed', async () => {
    const home = await made()
    for (let round = 0; round < 5; round += 1) {
      const victim = spawn(process.execPath, [child, 'saveForever', home])
      let committed = 0
      let batches = 0
      victim.stdout.on('data', (chunk) => {
        const lines = String(chunk).trim().split('\n')
        batches += lines.length
        committed = Math.max(committed, Number(lines.at(-1)) || 0)
        if (batches > 3 + 7 * round) victim.kill('SIGKILL')
      })
      victim.stdin.end('go\n')
      await once(victim, 'close')
      const store = await openStore({home})
      const {run, resumed} = await openRun(store)
      expect(resumed).toBe(true)
      const [live, counts] = [await store.productSink(seller).countLive(), await store.syncLedger.counts(run.id)]
      expect(live % 20).toBe(0)
      expect(live).toBeGreaterThanOrEqual(committed)
      expect(counts.created + counts.unchanged).toBe(live)
      // Noted at most one page more than was saved.
      const pending = await store.syncLedger.pending(run.id, 100, null)
      expect([0, 20]).toContain(pending.length)
      expect(counts.listed).toBe(live + pending.length)
      await store.syncLedger.finish(run.id, {outcome: 'interrupted', watermark: null, counts: {}, at: noon})
      await store.close()
    }
  }, 60_000)

  it('keep a million ids in little memory, and count them right', async () => {
    const total = 1_000_000
    const [answer] = await race([start('manyIds', await made(), String(total))])
    expect(answer).toMatchObject({counts: {listed: total, failed: total / 1_000}, pending: total, left: 0})
    // As JavaScript strings in a set they would take more than 100.
    expect(answer?.grownMb).toBeLessThan(80)
  }, 180_000)

  it('share one rate, and each gets its part', async () => {
    const home = await made()
    const answers = await race(Array.from({length: 4}, () => start('takeSlots', home, '60')))
    const times = answers.flatMap((answer) => answer.times as number[]).sort((a, b) => a - b)
    expect(times).toHaveLength(240)
    // 98 a second, each slot good for 0.9 seconds; the rest is for a process that was held up before it checked its clock.
    for (const [index, time] of times.entries()) {
      const within = times.slice(index).filter((other) => other - time < 1_000).length
      expect(within).toBeLessThanOrEqual(98 * (1 + 0.9 + 0.6))
    }
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual((239 / 98 - 1.5) * 1_000)
  }, 60_000)
})
