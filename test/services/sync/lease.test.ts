import {describe, expect, it} from '@jest/globals'
import type {Lease, LeaseRequest} from '../../../src/services/ports/index.js'
import {keepLease, LeaseWatch, RequestLease} from '../../../src/services/sync/lease.js'

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

describe('a lease for a request', () => {
  const leaseMs = 20_000
  const requestMs = 15_000

  /** Both clocks stand still until a test moves them. */
  function request({others}: {others: boolean}) {
    const passed = {wallMs: 0, monotonicMs: 0}
    const clock = {
      now: () => new Date(noon.getTime() + passed.wallMs),
      monotonic: () => passed.monotonicMs,
      sleep: async () => {},
    }
    const taken: Date[] = []
    const acquire = async ({until}: LeaseRequest): Promise<Lease> => {
      if (others && taken.length > 0) return {held: false, holder: 'elsewhere:1:x', until}
      taken.push(until)
      return {held: true}
    }
    const watch = new LeaseWatch(clock, leaseMs)
    return {passed, taken, lease: new RequestLease({clock, holder: 'me', requestMs, leaseMs, watch, acquire})}
  }

  it.each([
    ['the monotonic clock', {monotonicMs: 6_000}],
    ['the wall clock, after the machine slept', {wallMs: 6_000}],
  ])('is prolonged when too little is left by %s', async (_, time) => {
    const {lease, passed, taken} = request({others: false})
    await lease.take()
    expect(await lease.coversRequest()).toBe(true)
    expect(taken).toHaveLength(1)
    Object.assign(passed, time)
    expect(await lease.coversRequest()).toBe(true)
    expect(taken).toHaveLength(2)
  })

  it('covers nothing when another machine has taken it while this one slept', async () => {
    const {lease, passed} = request({others: true})
    await lease.take()
    passed.wallMs = 60_000
    expect(await lease.coversRequest()).toBe(false)
  })

  it('is prolonged once when the wall clock was set back', async () => {
    const {lease, passed, taken} = request({others: false})
    await lease.take()
    Object.assign(passed, {wallMs: -3_600_000, monotonicMs: 6_000})
    expect(await lease.coversRequest()).toBe(true)
    expect(taken).toHaveLength(2)
  })
})
