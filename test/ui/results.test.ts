import {describe, expect, it} from '@jest/globals'
import type {StatusAccount} from '../../src/services/accounts/status.js'
import type {TestUserView} from '../../src/services/accounts/test-users/keep.js'
import {renderRefresh, renderStatus} from '../../src/ui/accounts.js'
import {renderSync} from '../../src/ui/sync.js'
import {renderEverything} from '../../src/ui/sync-everything.js'
import {width} from '../../src/ui/table.js'
import {renderCreated, renderTestUsers} from '../../src/ui/test-users.js'
import {plainPaper} from './paper.js'

const account: StatusAccount = {
  user_id: 664366546,
  nickname: 'TIENDA_ANDINA',
  email: null,
  site_id: 'MEC',
  is_test_user: false,
  is_default: true,
  token: 'valid',
  expires_at: '2026-03-01T17:58:00.000Z',
  scope: 'read',
  store_id: 's',
  client_id: 'c',
}

function status(...accounts: StatusAccount[]) {
  return {ok: true, accounts, database: '/meli.db', warnings: [], exit_code: 0}
}

describe('renderStatus', () => {
  it('marks the default and says how long the token lasts', () => {
    expect(renderStatus(status(account), plainPaper())).toBe(
      '  NICKNAME       ID         SITE  KIND  TOKEN\n' +
        '* TIENDA_ANDINA  664366546  MEC   real  valid, 5 h 58 min left',
    )
  })

  it('says how to repair an authorization that was lost', () => {
    const lost: StatusAccount = {...account, token: 'invalid', check: 'refused', check_detail: 'it no longer works'}
    const text = renderStatus(status(lost), plainPaper())
    expect(text).toContain('✗ TIENDA_ANDINA: it no longer works')
    expect(text).toMatch(/Next: meli auth login --expect 664366546$/)
  })

  it('does not take a service that is silent for a refusal', () => {
    const text = renderStatus(status({...account, check: 'unknown', check_detail: 'no connection'}), plainPaper())
    expect(text).toContain('could not be asked')
    expect(text).toContain('! TIENDA_ANDINA: no connection')
  })

  it('says that an expired token needs no help', () => {
    const expired: StatusAccount = {...account, token: 'expired', expires_at: '2026-03-01T11:00:00.000Z'}
    const text = renderStatus(status(expired), plainPaper(80))
    expect(text).toContain('expired 1 h ago')
    expect(text).toContain('refreshed by themselves')
    expect(Math.max(...text.split('\n').map(width))).toBeLessThanOrEqual(80)
  })
})

describe('renderRefresh', () => {
  it('tells a refresh from one that another process made', () => {
    const result = {user_id: 1, nickname: 'A', refreshed: true, expires_at: account.expires_at, on_rotate: 0}
    expect(renderRefresh(result, plainPaper())).toContain('--on-rotate command took')
    const adopted = renderRefresh({...result, refreshed: false, on_rotate: null}, plainPaper())
    expect(adopted).toContain('Another process had just refreshed')
  })
})

const made = {
  id: 2345678901,
  nickname: 'TEST1',
  password: 'qatest1',
  site_id: 'MLB',
  role: 'seller' as const,
  site_status: 'active',
  verification_code: '678901',
}

describe('renderCreated', () => {
  it('shows all that is needed to use the test user, the quota, and the next command', () => {
    const text = renderCreated({test_users: [made], quota: {used: 3, limit: 10}}, plainPaper())
    for (const part of ['TEST1', 'qatest1', 'MLB, seller', '678901', 'Quota: 3/10 test users'])
      expect(text).toContain(part)
    expect(text).toMatch(/Next: meli auth login --test-user TEST1 --site MLB$/)
  })

  it('goes on to the handshake when they are connected', () => {
    const login = {...account, user_id: made.id, email: null}
    const text = renderCreated({test_users: [made], quota: {used: 3, limit: 10}, logins: [login]}, plainPaper())
    expect(text).toContain('Test user created and connected: TEST1')
    expect(text).toMatch(/Next: meli verify-handshake --sandbox$/)
  })
})

describe('renderTestUsers', () => {
  const user: TestUserView = {
    id: made.id,
    nickname: 'TEST1',
    site_id: 'MLB',
    role: 'seller',
    site_status: null,
    state: 'created',
    connected: true,
    owner_user_id: 1,
    intent_id: 'i-1',
    created_at: '2026-03-01T10:00:00.000Z',
  }

  it('shows a slot that may be used up, and how to strike it out', () => {
    const lost: TestUserView = {
      ...user,
      id: null,
      nickname: null,
      state: 'intended',
      connected: false,
      intent_id: 'i-2',
    }
    const quotas = [{owner_user_id: 1, used: 2, limit: 10}]
    const text = renderTestUsers({test_users: [user, lost], quotas}, plainPaper())
    expect(text).toMatch(/TEST1\s+2345678901\s+MLB\s+seller\s+connected\s+2 h ago/)
    expect(text).toMatch(/\(no answer\)\s+-\s+MLB\s+seller\s+answer lost/)
    expect(text).toContain('Quota: 2/10 test users of account 1')
    expect(text).toContain('meli test-users forget i-2')
  })
})

describe('renderSync', () => {
  const result = {
    ok: false,
    resource: 'products',
    mode: 'sandbox' as const,
    run_id: 'r',
    kind: 'full' as const,
    resumed: false,
    user_id: 1,
    dry_run: false,
    listed: 1200,
    created: 1000,
    updated: 100,
    unchanged: 88,
    removed: 2,
    partial: 0,
    duplicates: 0,
    failed: [],
    missing: Array.from({length: 12}, (_, at) => ({id: `MEC${at}`, status: 500, message: 'oops'})),
    missing_count: 12,
    requests: 73,
    retries: 0,
    rate_limited: 0,
    bytes: 0,
    complete: false,
    stopped: false,
    skipped: false,
    reason: null,
    error_code: 'MELI_SYNC_INCOMPLETE' as const,
    duration_ms: 12_345,
  }

  it('lists some failures and counts the rest', () => {
    const text = renderSync(result, plainPaper())
    expect(text).toContain('✗ 1,200 products of account 1 (sandbox) synced')
    expect(text).toContain('1,000 created, 100 updated, 88 unchanged, 2 removed')
    expect(text).toContain('12 products could not be read')
    expect(text).toContain('and 2 more: see --json')
    expect(text).toContain('73 requests, 12.3 s')
  })

  it('says when the service counts otherwise than it lists', () => {
    const listing = {id: 'listing', status: 200, message: 'the service counts 0 and lists 1200'}
    const text = renderSync({...result, missing: [listing], missing_count: 1}, plainPaper())
    expect(text).toContain('Some products may be missing: the service counts 0 and lists 1200.')
    expect(text).not.toContain('could not be read')
  })

  it('names the resource and the account', () => {
    const changes = {...result, kind: 'incremental' as const, nickname: 'TIENDA_ANDINA', complete: true}
    for (const resource of ['products', 'orders'])
      expect(renderSync({...changes, resource}, plainPaper())).toContain(
        `✓ Changes of ${resource} of TIENDA_ANDINA (1) (sandbox) synced`,
      )
  })

  it('tells once what kept several resources from being synced', () => {
    const failure = (resource: string, message: string) => ({
      ...{ok: false as const, resource, user_id: 1, nickname: 'TIENDA_ANDINA'},
      error: {code: 'MELI_UNREACHABLE', message, exit_code: 6, retryable: true, suggestions: ['check the connection']},
    })
    const syncs = [failure('products', 'gone'), failure('questions', 'slow'), failure('orders', 'gone')]
    const all = {ok: false, mode: 'production' as const, user_id: 1, syncs, exit_code: 6, duration_ms: 1}
    expect(renderEverything(all, plainPaper())).toBe(
      [
        '✗ Products and orders not synced: gone (MELI_UNREACHABLE)',
        '  Try: check the connection',
        '',
        '✗ Questions not synced: slow (MELI_UNREACHABLE)',
        '  Try: check the connection',
      ].join('\n'),
    )
  })

  it('says so when the listing itself may not be whole', () => {
    expect(renderSync({...result, missing: [], missing_count: 0}, plainPaper())).toContain('may not be whole')
  })
})
