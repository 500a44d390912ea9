// A process of its own for tests of jobs that several processes share.
import {newHolder} from '../../src/core/holder.js'
import {openStore} from '../../src/store/open.js'
import {answerOnce} from './answer-once.js'

const [, home = ''] = process.argv.slice(2)
const holder = newHolder()
const now = new Date('2026-03-01T12:00:00.000Z')
const until = new Date('2026-03-01T12:02:00.000Z')
const dueAt = new Date('2026-03-01T14:00:00.000Z')

const actions: Record<string, () => Promise<unknown>> = {
  /** Does every job it gets until nothing is due, and tells which. */
  async drain() {
    const {jobs, close} = await openStore({home})
    const done: string[] = []
    for (;;) {
      const job = await jobs.claim({prefix: 'sync:', holder, now, until})
      if (job === undefined) break
      // Somebody else's turn, while this one is at it.
      await new Promise(setImmediate)
      const end = {outcome: 'done', errorCode: null, at: now, dueAt} as const
      if (await jobs.finish(job.name, holder, end)) done.push(job.name)
    }
    await close()
    return {done}
  },
  /** Tells what it got, and stays until it is killed. */
  async hold() {
    const {jobs} = await openStore({home})
    const job = await jobs.claim({prefix: 'sync:', holder, now, until})
    process.stdout.write(`${JSON.stringify({name: job?.name ?? null})}\n`)
    return new Promise(() => setInterval(() => undefined, 60_000))
  },
}

await answerOnce(actions)
