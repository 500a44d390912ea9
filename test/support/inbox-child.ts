// A process of its own that claims notifications.
import {setTimeout as sleep} from 'node:timers/promises'
import {newHolder} from '../../src/core/holder.js'
import {openStore} from '../../src/store/open.js'
import {answerOnce} from './answer-once.js'

const [, home = ''] = process.argv.slice(2)
const holder = newHolder()

const actions: Record<string, () => Promise<unknown>> = {
  /** Claims and finishes until nothing is left; tells which, and how long each was held. */
  async workAll() {
    const {inbox, close} = await openStore({home})
    const held: {id: number; resource: string; from: number; to: number}[] = []
    for (;;) {
      const now = new Date()
      const claimed = await inbox.claim({holder, limit: 7, now, until: new Date(now.getTime() + 60_000)})
      const from = performance.timeOrigin + performance.now()
      if (claimed.length === 0 && (await inbox.nextDue()) === null) break
      await sleep(2)
      const to = performance.timeOrigin + performance.now()
      for (const {id, resource} of claimed) held.push({id, resource, from, to})
      await inbox.finish(claimed, holder, new Date())
    }
    await close()
    return {held}
  },
  /** Claims everything and stays until it is killed. */
  async holdAll() {
    const {inbox} = await openStore({home})
    const now = new Date()
    const claimed = await inbox.claim({holder, limit: 1_000, now, until: new Date(now.getTime() + 3_600_000)})
    process.stdout.write(`${JSON.stringify({held: claimed.length})}\n`)
    return new Promise(() => setInterval(() => undefined, 60_000))
  },
}

await answerOnce(actions)
