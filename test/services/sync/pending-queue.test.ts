import {describe, expect, it} from '@jest/globals'
import {PendingQueue} from '../../../src/services/sync/pending-queue.js'
import fc from '../../support/properties.js'

/** A ledger that answers late, as one in another process may. */
class SlowLedger {
  readonly listed = new Set<string>()

  async pending(_run: string, limit: number, after: string | null): Promise<string[]> {
    const found = [...this.listed].filter((id) => after === null || id > after).sort()
    await new Promise(setImmediate)
    return found.slice(0, limit)
  }
}

const id = (n: number) => String((n * 7919) % 100_003).padStart(6, '0')

describe('PendingQueue', () => {
  it('hands out each id once, in full batches but for the last, however far the lister is ahead', async () => {
    const plan = fc.record({
      room: fc.integer({min: 1, max: 60}),
      pages: fc.array(fc.integer({min: 1, max: 30}), {maxLength: 12}),
      left: fc.nat(40),
      takers: fc.integer({min: 1, max: 4}),
    })
    await fc.assert(
      fc.asyncProperty(plan, async ({room, pages, left, takers}) => {
        const ledger = new SlowLedger()
        for (let n = 0; n < left; n++) ledger.listed.add(id(n))
        const queue = new PendingQueue({ledger, runId: 'r', batchSize: 5, resumed: left > 0, room})
        const {signal} = new AbortController()
        const taken: string[][] = []
        const take = async () => {
          for (;;) {
            const ids = await queue.take(signal)
            if (ids.length === 0) return
            taken.push(ids)
            await new Promise(setImmediate)
            for (const each of ids) ledger.listed.delete(each)
            queue.settle(ids)
          }
        }
        const list = async () => {
          let next = left
          for (const size of pages) {
            const ids = Array.from({length: size}, () => id(next++))
            for (const each of ids) ledger.listed.add(each)
            queue.offer(ids)
            await new Promise(setImmediate)
          }
          queue.close()
        }
        await Promise.all([list(), ...Array.from({length: takers}, take)])
        const all = left + pages.reduce((sum, size) => sum + size, 0)
        expect(new Set(taken.flat()).size).toBe(all)
        expect(taken.flat()).toHaveLength(all)
        expect(taken.filter((ids) => ids.length < 5).length).toBeLessThanOrEqual(all % 5 === 0 ? 0 : 1)
      }),
      {numRuns: 200},
    )
  })

  it('stops whoever waits when it is aborted', async () => {
    const queue = new PendingQueue({ledger: new SlowLedger(), runId: 'r', batchSize: 5, resumed: false})
    const stop = new AbortController()
    const waiting = queue.take(stop.signal)
    stop.abort(new Error('enough'))
    queue.close()
    await expect(waiting).rejects.toThrow('enough')
  })
})
