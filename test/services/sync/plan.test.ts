import {describe, expect, it} from '@jest/globals'
import type {SyncOptions} from '../../../src/services/sync/product-sync.js'
import {type Toolkit, toolkit} from '../../support/toolkit.js'

const hourMs = 3_600_000

async function shop(items: number) {
  const kit = await toolkit({items, itemBytes: 300})
  const {user_id} = await kit.connect()
  return {kit, userId: user_id, listed: () => kit.emulator.world.catalogue.listed(user_id)}
}

async function service(kit: Toolkit) {
  const session = await (await kit.app.accounts.sessions()).open({sandbox: false})
  const sync = await kit.app.sync.products()
  const options = (more: Partial<SyncOptions>) => ({sandbox: false, statuses: [], dryRun: false, ...more})
  return {
    run: (more: Partial<SyncOptions> = {}) => sync.run(session, options(more)),
    plan: (more: Partial<SyncOptions> = {}) => sync.plan(session, options(more)),
  }
}

const asked = (kit: Toolkit) => kit.emulator.world.requests.list().filter(({path}) => /items/.test(path)).length

describe('a plan', () => {
  it('of a catalogue of which nothing is known asks for its size, and for nothing else', async () => {
    const {kit, listed} = await shop(1_001)
    const {plan, run} = await service(kit)
    const items = listed().length
    const foretold = await plan()
    expect(foretold).toMatchObject({
      ok: true,
      kind: 'full',
      items,
      fetches: items,
      based_on: 'listing',
      requests_sent: 1,
    })
    expect(asked(kit)).toBe(1)
    const {requests} = await run()
    expect(Math.abs(requests - foretold.requests)).toBeLessThanOrEqual(1)
    expect(foretold.minutes).toBeCloseTo(foretold.requests / foretold.per_minute, 2)
  })

  it('of a catalogue that is here asks nothing', async () => {
    const {kit, listed} = await shop(230)
    const {plan, run} = await service(kit)
    await run()
    const before = asked(kit)
    expect(await plan()).toMatchObject({kind: 'incremental', requests: 2, based_on: 'last_run', requests_sent: 0})
    const items = listed().length
    expect(await plan({full: true})).toMatchObject({kind: 'full', items, requests: 3 + 1 + Math.ceil(items / 20)})
    expect(asked(kit)).toBe(before)
  })
})

describe('--if-stale', () => {
  it('does nothing while the last complete sync is younger, and says so', async () => {
    const {kit} = await shop(45)
    const {run} = await service(kit)
    const first = await run({ifStaleMs: 2 * hourMs})
    expect(first).toMatchObject({skipped: false, kind: 'full'})
    kit.clock.skip(hourMs)
    const before = asked(kit)
    const skipped = await run({ifStaleMs: 2 * hourMs})
    expect(skipped).toMatchObject({ok: true, complete: true, skipped: true, run_id: first.run_id, requests: 0})
    expect(skipped.reason).toBe('the last complete sync is 60 minutes old')
    expect(asked(kit)).toBe(before)
    kit.clock.skip(hourMs)
    expect(await run({ifStaleMs: 2 * hourMs})).toMatchObject({skipped: false, kind: 'incremental'})
  })

  it('holds for a part of the catalogue too, and a plan says so', async () => {
    const {kit} = await shop(45)
    const {run, plan} = await service(kit)
    expect(await run({statuses: ['active'], ifStaleMs: hourMs})).toMatchObject({skipped: false})
    // A part proves nothing of the whole.
    expect(await run({ifStaleMs: hourMs})).toMatchObject({skipped: false})
    expect(await run({statuses: ['active'], ifStaleMs: hourMs})).toMatchObject({skipped: true})
    expect(await plan({ifStaleMs: hourMs})).toMatchObject({skipped: true, requests: 0, fetches: 0, minutes: 0})
    expect(await plan({})).toMatchObject({skipped: false, requests: 2})
  })

  it('does not keep what was marked stale from being fetched', async () => {
    const {kit, userId, listed} = await shop(45)
    const {run} = await service(kit)
    await run()
    const {cache} = await kit.app.store()
    const scope = {resource: 'products', userId}
    expect(await cache.invalidate(scope, [listed()[3]!.id], kit.clock.now())).toBe(1)
    expect(await run({ifStaleMs: hourMs})).toMatchObject({skipped: false, kind: 'incremental', requests: 3})
    expect(await run({ifStaleMs: hourMs})).toMatchObject({skipped: true})
    await cache.invalidate(scope, undefined, kit.clock.now())
    expect(await run({ifStaleMs: hourMs})).toMatchObject({skipped: false, kind: 'full', ok: true})
  })
})
