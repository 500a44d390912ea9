import {describe, expect, it} from '@jest/globals'
import {toolkit} from '../../support/toolkit.js'

const options = {sandbox: false, statuses: [], dryRun: false}

/** A shop some of whose items answer with a status of their own, so many times. */
async function shop(items: number, failing: Readonly<Record<number, {status: number; times: number}>>) {
  const kit = await toolkit({items, itemBytes: 300})
  const {user_id} = await kit.connect()
  const {catalogue} = kit.emulator.world
  const listed = catalogue.listed(user_id)
  for (const [at, order] of Object.entries(failing)) {
    catalogue.outcomes.add({id: listed[Number(at)]!.id, route: 'bulk', missing: [], ...order})
  }
  const session = await (await kit.app.accounts.sessions()).open({sandbox: false})
  const sync = await kit.app.sync.products()
  return {kit, listed, run: () => sync.run(session, options)}
}

describe('a sync of products that fail by themselves', () => {
  it('is complete when they pass after some tries', async () => {
    const {kit, run} = await shop(95, {
      3: {status: 503, times: 3},
      4: {status: 408, times: 1},
      41: {status: 429, times: 6},
      94: {status: 500, times: 2},
    })
    const result = await run()
    expect(result).toMatchObject({complete: true, created: 95, missing: [], listed: 95})
    expect(result.retries).toBeGreaterThan(0)
    expect(kit.sql('SELECT count(*) AS n FROM product')).toEqual([{n: 95}])
  })

  it('is incomplete when they do not, names them, and fetches them the next time', async () => {
    const {kit, listed, run} = await shop(95, {7: {status: 503, times: 9_999}})
    const id = listed[7]!.id
    const first = await run()
    expect(first).toMatchObject({complete: false, created: 94, missing_count: 1, missing: [{id, status: 503}]})
    kit.emulator.world.catalogue.outcomes.clear()
    expect(await run()).toMatchObject({complete: true, missing: []})
    expect(kit.sql('SELECT count(*) AS n FROM product')).toEqual([{n: 95}])
  })
})
