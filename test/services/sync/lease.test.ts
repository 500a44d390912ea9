import {describe, expect, it} from '@jest/globals'
import {keepLease} from '../../../src/services/sync/lease.js'

const noon = new Date('2026-03-01T12:00:00Z')

/** Sleeps end when the test says so. */
function build(prolong: (until: Date) => Promise<boolean>) {
  const sleeps: Array<{ms: number; wake: () => void}> = []
  const clock = {
    now: () => noon,
    monotonic: () => 0,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((wake, reject) => {
        sleeps.push({ms, wake})
        signal?.addEventListener('abort', () => reject(signal.reason as Error))
      }),
  }
  const stop = new AbortController()
  const lease = keepLease({clock, leaseMs: 600, times: 3, prolong, lost: () => new Error('lost')}, stop)
  const stopped = new Promise<unknown>((resolve) =>
    stop.signal.addEventListener('abort', () => resolve(stop.signal.reason)),
  )
  return {lease, sleeps, stop, stopped}
}

describe('a lease that is kept', () => {
  it('is renewed for its whole time, so many times in it, until it ends', async () => {
    const renewed: Date[] = []
    let next = () => {}
    const {lease, sleeps, stop} = build(async (until) => {
      renewed.push(until)
      next()
      return true
    })
    for (let times = 0; times < 3; times++) {
      await new Promise<void>((resolve) => {
        next = resolve
        sleeps.at(-1)!.wake()
      })
      await new Promise((resolve) => setImmediate(resolve))
    }
    await lease.end()
    expect(sleeps.map(({ms}) => ms)).toEqual([200, 200, 200, 200])
    expect(renewed).toEqual(Array.from({length: 3}, () => new Date(noon.getTime() + 600)))
    expect(stop.signal.aborted).toBe(false)
  })

  it('stops the work when somebody else has it', async () => {
    const {sleeps, stopped, lease} = build(async () => false)
    sleeps[0]!.wake()
    expect(await stopped).toEqual(new Error('lost'))
    await lease.end()
    expect(sleeps).toHaveLength(1)
  })

  it('stops the work when it cannot be renewed', async () => {
    const {sleeps, stopped} = build(() => Promise.reject(new Error('no disk')))
    sleeps[0]!.wake()
    expect(await stopped).toEqual(new Error('no disk'))
  })
})
