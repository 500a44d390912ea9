import {describe, expect, it} from '@jest/globals'
import type {SyncAllPlan, SyncFailure} from '../../src/services/sync/all.js'
import {renderPlan, renderPlans} from '../../src/ui/sync-plan.js'
import {width} from '../../src/ui/table.js'
import {plainPaper} from './paper.js'

const plan = {
  ok: true as const,
  mode: 'production' as const,
  ...{user_id: 7, kind: 'full' as const, reason: 'there is no complete run to begin from', nickname: 'TIENDA'},
  ...{items: 20_000, fetches: 20_000, requests: 1201, minutes: 0.801, per_minute: 1500, budget_share: 0.013},
  ...{based_on: 'listing' as const, requests_sent: 1, skipped: false},
}
const failure: SyncFailure = {
  user_id: 8,
  nickname: 'CASA\u001b[2J',
  error: {code: 'MELI_FORBIDDEN', message: 'no', exit_code: 5, retryable: false, suggestions: ['ask for it']},
}
const {items, fetches, requests, minutes, per_minute, budget_share} = plan
const total = {items: 2 * items, fetches, requests, minutes, per_minute, budget_share, requests_sent: 2}

function all(plans: SyncAllPlan['plans']): SyncAllPlan {
  return {ok: true, mode: 'production', plans, ...total, exit_code: 0}
}

describe('renderPlan', () => {
  it('says requests, time and the share of the budget', () => {
    const text = renderPlan(plan, plainPaper())
    expect(text).toMatch(/Requests +about 1,201\n +Time +about 48 s at 1,500 requests a minute\n +Budget +1\.3 %/)
  })

  it('says that nothing would be done, and why', () => {
    const text = renderPlan({...plan, skipped: true, reason: 'the last complete sync is 3 minutes old'}, plainPaper())
    expect(text).toBe(
      'Plan for TIENDA (7): nothing has been done\n  Nothing to do: the last complete sync is 3 minutes old',
    )
  })
})

describe('renderPlans', () => {
  it('has a line for each store, one for all, and those that could not be planned', () => {
    const text = renderPlans(all([plan, {...plan, nickname: null, skipped: true}, failure]), plainPaper())
    expect(text.split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['Plan for 3 accounts: nothing has been done'],
      ['ACCOUNT', 'RUN', 'PRODUCTS', 'TO FETCH', 'REQUESTS', 'TIME', 'BUDGET'],
      ['TIENDA', 'full', '20,000', '20,000', '1,201', '48 s', '1.3 %'],
      ['7', 'none', '20,000', '20,000', '1,201', '48 s', '1.3 %'],
      ['in all', '40,000', '20,000', '1,201', '48 s', '1.3 %'],
      ['About, at 1,500 requests a minute; the budget is of the requests of an hour.'],
      [''],
      ['✗ CASA (8): no (MELI_FORBIDDEN)'],
      ['Try: ask for it'],
    ])
  })

  it('fits 80 columns', () => {
    const lines = renderPlans(all([plan, {...plan, nickname: 'LA_TIENDA_CON_NOMBRE_MUY_LARGO'}]), plainPaper(80)).split(
      '\n',
    )
    expect(Math.max(...lines.map(width))).toBeLessThanOrEqual(80)
  })
})
