import {describe, expect, it} from '@jest/globals'
import type {EngineReport} from '../../../src/services/sync/engine/engine.js'
import {synchronize} from '../../../src/services/sync/engine/engine.js'
import {openStore} from '../../../src/store/open.js'
import {systemClock} from '../../../src/system-clock.js'
import {type Claim, claims, itemShop, sellerServer} from '../../support/seller-server.js'
import {tempHomes} from '../../support/temp-home.js'

const newHome = tempHomes()
const honest: Claim = (rows) => rows
const wrong = Object.entries(claims)

async function syncItems(count: number, claim: Claim) {
  const ids = Array.from({length: count}, (_, n) => `MLA${1_000 + n}`)
  const {server, api} = await sellerServer(itemShop(ids, claim))
  const store = await openStore({home: newHome()})
  const parts = {source: api.items(7), ledger: store.syncLedger, sink: store.productSink(7), clock: systemClock}
  const report: EngineReport = await synchronize(parts, {
    scope: {resource: 'products', userId: 7, slices: []},
    ...{full: false, restart: false, trial: false, wait: false, concurrency: 4, holder: 'here:1:x'},
  })
  const live = await parts.sink.countLive()
  await store.close()
  return {report, live, requests: server.requests.length}
}

describe.each(wrong)('a sync of items of which the service counts %s', (_name, claim) => {
  it.each([1, 20, 50, 100, 120, 350])(
    'of %i has them all, is complete or says that it is not, and costs no more than twice an honest one',
    async (count) => {
      const usual = await syncItems(count, honest)
      expect(usual).toMatchObject({live: count, report: {complete: true}})
      const {report, live, requests} = await syncItems(count, claim)
      expect(live).toBe(count)
      expect(requests).toBeLessThanOrEqual(2 * usual.requests)
      if (claim(count, count % 100) === count) return
      expect(report).toMatchObject({complete: false, removed: 0, missing: [{id: 'listing'}]})
      expect(report.missing[0]?.message).toMatch(/^the service counts \d+ and lists \d+$/)
    },
  )
})
