import {describe, expect, it} from '@jest/globals'
import type {SyncFailure} from '../../src/services/sync/all.js'
import type {SyncResult} from '../../src/services/sync/result.js'
import {renderSyncs} from '../../src/ui/sync.js'
import {renderEverywhere} from '../../src/ui/sync-everything.js'
import {plainPaper} from './paper.js'

const stores = ['TIENDA_ANDINA', 'CASA_DEL_SUR', 'TIENDA_QUITO'].map((nickname, at) => ({user_id: at + 1, nickname}))
const [andina, sur, quito] = stores as [(typeof stores)[0], (typeof stores)[0], (typeof stores)[0]]

const error = (message: string) => ({
  ...{code: 'MELI_UNREACHABLE', message, exit_code: 6, retryable: true, suggestions: ['check the connection', 'wait']},
})
const failure = (store: typeof andina, message = 'gone'): SyncFailure => ({...store, error: error(message)})

function synced(store: typeof andina, resource: string): SyncResult & {nickname: string} {
  return {
    ...{ok: true, resource, mode: 'production', run_id: 'r', kind: 'full', resumed: false, ...store},
    ...{dry_run: false, listed: 1, created: 1, updated: 0, unchanged: 0, removed: 0, partial: 0, duplicates: 0},
    ...{failed: [], missing: [], missing_count: 0, requests: 2, retries: 0, rate_limited: 0, bytes: 9},
    ...{complete: true, error_code: null, stopped: false, skipped: false, reason: null, duration_ms: 5},
  }
}

const all = (syncs: Array<SyncFailure | (SyncResult & {nickname: string})>) => ({
  ...{ok: false, mode: 'production' as const, syncs, exit_code: 6, duration_ms: 1},
})

const everywhere = (parts: Record<string, Parameters<typeof all>[0]>) => ({
  ...{ok: false, mode: 'production' as const, exit_code: 6, duration_ms: 1},
  resources: Object.entries(parts).map(([resource, syncs]) => ({...all(syncs), resource})),
})

describe('a sync of everything, everywhere', () => {
  it('says one cause once, with the resources and accounts that it hit', () => {
    const nothing = [failure(andina), failure(sur)]
    expect(renderEverywhere(everywhere({products: nothing, questions: nothing, orders: nothing}), plainPaper())).toBe(
      [
        '✗ Products, questions and orders of TIENDA_ANDINA (1) and CASA_DEL_SUR (2) not synced: gone (MELI_UNREACHABLE)',
        '  Try: check the connection',
      ].join('\n'),
    )
  })

  it('shows what was synced first, and tells other resources of other accounts apart', () => {
    const parts = {
      products: [synced(andina, 'products'), failure(sur)],
      questions: [failure(andina, 'slow'), failure(sur)],
      orders: [failure(andina), failure(sur)],
    }
    const text = renderEverywhere(everywhere(parts), plainPaper())
    expect(text.split('\n\n')).toEqual([
      expect.stringMatching(/^Products\n✓ 1 product of TIENDA_ANDINA \(1\) synced\n/),
      [
        '✗ Products and questions of CASA_DEL_SUR (2), orders of TIENDA_ANDINA (1) and CASA_DEL_SUR (2) not synced: gone (MELI_UNREACHABLE)',
        '  Try: check the connection',
      ].join('\n'),
      '✗ Questions of TIENDA_ANDINA (1) not synced: slow (MELI_UNREACHABLE)\n  Try: check the connection',
    ])
  })

  it('counts accounts rather than name very many, and breaks lines between words', () => {
    const many = Array.from({length: 40}, (_, at) => failure({user_id: at + 1, nickname: `TIENDA_${at + 1}`}))
    const text = renderEverywhere(everywhere({products: many}), plainPaper(60))
    expect(text.split('\n')).toEqual([
      '✗ Products of TIENDA_1 (1), TIENDA_2 (2), TIENDA_3 (3),',
      '  TIENDA_4 (4), TIENDA_5 (5) and 35 accounts more not',
      '  synced: gone (MELI_UNREACHABLE)',
      '  Try: check the connection',
    ])
  })
})

describe('a sync of one resource, everywhere', () => {
  it('says one cause once, where it hit first', () => {
    const syncs = [failure(andina), synced(sur, 'products'), failure(quito)]
    expect(renderSyncs(all(syncs), plainPaper()).split('\n\n')).toEqual([
      '✗ TIENDA_ANDINA (1) and TIENDA_QUITO (3): gone (MELI_UNREACHABLE)\n  Try: check the connection',
      expect.stringMatching(/^✓ 1 product of CASA_DEL_SUR \(2\) synced\n/),
    ])
  })
})
