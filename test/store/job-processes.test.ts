import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {createInterface} from 'node:readline'
import {beforeAll, describe, expect, it} from '@jest/globals'
import {openStore} from '../../src/store/open.js'
import {bundle} from '../support/bundle.js'
import {race, spawnChild} from '../support/spawn-child.js'
import {minutes, noon} from '../support/store-contract.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()

describe('processes that share jobs', () => {
  let child: string
  beforeAll(async () => {
    child = await bundle('test/support/job-child.ts')
  })

  async function planned(count: number) {
    const home = newHome()
    const store = await openStore({home})
    const names = Array.from({length: count}, (_, index) => `sync:${index}`)
    await store.jobs.plan(
      'sync:',
      names.map((name) => ({name, dueAt: minutes(-1)})),
    )
    return {home, store, names}
  }

  it('do each of them once', async () => {
    const {home, store, names} = await planned(300)
    const answers = await race(Array.from({length: 6}, () => spawnChild([process.execPath, child, 'drain', home])))
    const done = answers.flatMap((answer) => answer.done as string[])
    expect(done.sort()).toEqual([...names].sort())
    // Nobody did all of them.
    expect(answers.filter((answer) => (answer.done as string[]).length > 0).length).toBeGreaterThan(1)
    expect((await store.jobs.list()).every(({holder, outcome}) => holder === null && outcome === 'done')).toBe(true)
    await store.close()
  }, 60_000)

  it('have what a killed one held at once, long before its lease ends', async () => {
    const {home, store} = await planned(1)
    const rival = spawn(process.execPath, [child, 'hold', home])
    const lines = createInterface(rival.stdout)[Symbol.asyncIterator]()
    await lines.next()
    rival.stdin.end('go\n')
    expect(JSON.parse((await lines.next()).value)).toEqual({name: 'sync:0'})
    const claim = () => store.jobs.claim({prefix: 'sync:', holder: 'x:1:y', now: noon, until: minutes(2)})
    expect(await claim()).toBeUndefined()
    rival.kill('SIGKILL')
    await once(rival, 'close')
    expect(await claim()).toMatchObject({name: 'sync:0', holder: 'x:1:y'})
    await store.close()
  })
})
