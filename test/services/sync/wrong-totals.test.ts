import {describe, expect, it} from '@jest/globals'
import {systemClock} from '../../../src/app/system-clock.js'
import type {Question} from '../../../src/services/ports/index.js'
import {type SyncReport, syncById} from '../../../src/services/sync/sync-by-id.js'
import {syncByPage} from '../../../src/services/sync/sync-by-page.js'
import {openStore} from '../../../src/store/open.js'
import {type Claim, claims, honest, itemShop, questionShop, sellerServer} from '../../support/seller-server.js'
import {tempHomes} from '../../support/temp-home.js'

const newHome = tempHomes()
const wrong = Object.entries(claims)

async function syncItems(count: number, claim: Claim) {
  const ids = Array.from({length: count}, (_, n) => `MLA${1_000 + n}`)
  const {server, api} = await sellerServer(itemShop(ids, claim))
  const store = await openStore({home: newHome()})
  const parts = {source: api.items(7), ledger: store.syncLedger, sink: store.productSink(7), clock: systemClock}
  const report: SyncReport = await syncById(parts, {
    scope: {resource: 'products', userId: 7, slices: []},
    ...{full: false, restart: false, dryRun: false, wait: false, concurrency: 4, holder: 'here:1:x'},
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

const today = Date.parse('2026-03-01T12:00:00Z')
const minuteMs = 60_000

/** One in ten waits for an answer; one was asked each minute, the last at the beginning of today. */
function questions(count: number): object[] {
  return Array.from({length: count}, (_, n) => ({
    ...{id: 9_000 - n, seller_id: 7, item_id: 'MLA1', text: `¿${n}?`, answer: null},
    ...{status: n % 10 === 0 ? 'UNANSWERED' : 'ANSWERED', date_created: new Date(today - n * minuteMs).toISOString()},
  }))
}

async function syncQuestions(count: number, claim: Claim) {
  const {server, api} = await sellerServer(questionShop(questions(count), claim))
  const store = await openStore({home: newHome()})
  const sink = store.questionSink(7)
  const known = async () => []
  const report = await syncByPage<Question>(
    {source: api.questions(7, known), ledger: store.syncLedger, sink, clock: systemClock},
    {
      ...{resource: 'questions', userId: 7, full: false, restart: false, dryRun: false, wait: false},
      holder: 'here:1:x',
    },
  )
  const live = await sink.countLive()
  await store.close()
  return {report, live, requests: server.requests.length}
}

describe.each(wrong)('a sync of questions of which the service counts %s', (_name, claim) => {
  it.each([1, 20, 50, 100, 120, 350])(
    'of %i has them all, is complete or says that it is not, and costs no more than twice an honest one',
    async (count) => {
      const usual = await syncQuestions(count, honest)
      expect(usual).toMatchObject({live: count, report: {complete: true}})
      const {report, live, requests} = await syncQuestions(count, claim)
      expect(live).toBe(count)
      expect(requests).toBeLessThanOrEqual(2 * usual.requests)
      if (claim(count, count % 50 || 50) === count) return
      expect(report).toMatchObject({complete: false, missing: [{id: 'listing'}]})
    },
  )

  it('of what is new ends, and costs no more than twice an honest one', async () => {
    for (const count of [1, 3, 60]) {
      const since = new Date(today - 30 * minuteMs)
      const cost = async (total: Claim) => {
        const {server, api} = await sellerServer(questionShop(questions(count), total))
        const ids = new Set<string>()
        const {signal} = new AbortController()
        const pages = api.questions(7, async () => []).walk({since, startedAt: new Date(today), cursor: null}, signal)
        for await (const {records} of pages) for (const {id} of records) ids.add(id)
        expect(ids.size).toBeGreaterThanOrEqual(Math.min(count, 31))
        return server.requests.length
      }
      expect(await cost(claim)).toBeLessThanOrEqual(2 * (await cost(honest)))
    }
  })
})
