import {describe, expect, it} from '@jest/globals'
import type {Notification} from '../../../src/emulator/model/notifications/notification.js'
import {Queue} from '../../../src/emulator/model/notifications/queue.js'
import {Random} from '../../../src/emulator/model/random.js'
import {defaultSettings} from '../../../src/emulator/model/settings.js'
import fc from '../../support/properties.js'

function notification(n: number, attempts: number): Notification {
  const attempt = {at: 0, tookMs: 1, status: 500, error: null}
  return {
    n,
    id: String(n),
    appId: 1,
    userId: 1,
    topic: n % 3 === 0 ? 'questions' : 'items',
    resource: '/items/1',
    actions: null,
    raw: null,
    receivedAt: 0,
    state: 'queued',
    attempts: Array(attempts).fill(attempt),
    url: null,
    response: null,
    endedAt: null,
  }
}

describe('the queue', () => {
  it('gives each notification once, in whatever order, and what waits only when it is due', () => {
    const entry = fc.integer({min: 0, max: 7})
    fc.assert(
      fc.property(
        fc.array(entry),
        fc.array(fc.constantFrom('queued' as const, 'shuffled' as const, 'reversed' as const)),
        fc.boolean(),
        (made, ways, removing) => {
          const queue = new Queue(new Random(1), defaultSettings())
          const all = made.map((attempts, n) => notification(n, attempts))
          for (const one of all) one.attempts.length === 0 ? queue.push(one) : queue.postpone(one)
          const removed = removing ? queue.remove(({topic}) => topic === 'questions') : []
          const left = all.filter((one) => !removed.includes(one))

          const drained: Notification[] = []
          const drain = () => {
            for (let turn = 0; queue.hasReady(); turn++) drained.push(queue.take(ways[turn] ?? 'queued')!)
          }
          drain()
          expect(drained.every(({attempts}) => attempts.length === 0)).toBe(true)
          while (Number.isFinite(queue.nextDue())) {
            const due = queue.nextDue()
            queue.promote(due - 1)
            expect(queue.hasReady()).toBe(false)
            queue.promote(due)
            drain()
          }
          expect(drained.map(({n}) => n).toSorted((a, b) => a - b)).toEqual(left.map(({n}) => n))
        },
      ),
    )
  })

  it('keeps the order of a long line', () => {
    const queue = new Queue(new Random(1), defaultSettings())
    const taken: number[] = []
    for (let n = 0; n < 5000; n++) {
      queue.push(notification(n, 0))
      if (n % 2 === 1) taken.push(queue.take('queued')!.n)
    }
    while (queue.hasReady()) taken.push(queue.take('queued')!.n)
    expect(taken).toEqual(Array.from({length: 5000}, (_, n) => n))
  })
})
