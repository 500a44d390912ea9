import {describe, expect, it} from '@jest/globals'
import type {Fault} from '../../../../src/emulator/index.js'
import type {HandshakeOptions} from '../../../../src/services/accounts/verify/handshake.js'
import type {HandshakeResult} from '../../../../src/services/accounts/verify/result.js'
import {hourMs, minuteMs, type Toolkit, toolkit} from '../../../support/toolkit.js'

async function verify(kit: Toolkit, options: Partial<HandshakeOptions> = {}, env?: Record<string, string | undefined>) {
  const app = env === undefined ? kit.app : kit.another(env)
  const handshakes = await app.accounts.handshakes()
  return handshakes.one({sandbox: false, minTtlMs: 0, refresh: true, ...options})
}

const statuses = ({checks}: HandshakeResult) => Object.fromEntries(checks.map((c) => [c.name, c.status]))
const detail = ({checks}: HandshakeResult, name: string) => checks.find((c) => c.name === name)?.detail

const allPass = {
  configuration: 'pass',
  token_found: 'pass',
  seal_opens: 'pass',
  token_valid: 'pass',
  api_answers: 'pass',
  identity: 'pass',
  kind: 'pass',
  refresh_possible: 'pass',
  time_left: 'pass',
  clock_skew: 'pass',
}

async function connected(options: Parameters<typeof toolkit>[0] = {}) {
  const kit = await toolkit(options)
  return {kit, account: await kit.connect()}
}

describe('a handshake', () => {
  it('passes every check of a healthy account, in order, and spends nothing', async () => {
    const {kit, account} = await connected()
    const result = await verify(kit)
    expect(result.checks.map((c) => c.name)).toEqual(Object.keys(allPass))
    expect(statuses(result)).toEqual(allPass)
    expect(result).toMatchObject({
      ok: true,
      mode: 'production',
      user: {id: account.user_id, nickname: account.nickname, email: account.email, site_id: 'MEC'},
      token: {refreshed: false, scope: account.scope, expires_at: account.expires_at},
      error_code: null,
      exit_code: 0,
      suggestions: [],
    })
    expect(kit.tokenCalls).toBe(1)
  })

  it('refreshes an expired token, and says so', async () => {
    const {kit} = await connected()
    kit.clock.skip(7 * hourMs)
    const result = await verify(kit)
    expect(result).toMatchObject({ok: true, token: {refreshed: true}})
    expect(detail(result, 'token_valid')).toContain('refreshed')
  })

  it('reports a refresh that a 401 led to', async () => {
    const {kit, account} = await connected()
    const body = {message: 'invalid access token', error: 'not_found', status: 401}
    kit.emulator.world.faults.add({path: '/users/me', fault: {type: 'status', status: 401, body}})
    const result = await verify(kit)
    expect(result).toMatchObject({ok: true, token: {refreshed: true}})
    expect(result.token?.expires_at).toBe((await kit.record(account.user_id)).expiresAt.toISOString())
  })

  it('passes for a test user in the sandbox', async () => {
    const kit = await toolkit()
    const test = await kit.connectTestUser()
    const result = await verify(kit, {sandbox: true})
    expect(result).toMatchObject({ok: true, mode: 'sandbox', user: {id: test.user_id}})
    expect(result.user?.tags).toContain('test_user')
  })
})

describe('a handshake with --no-refresh', () => {
  it('never spends: an expired token fails', async () => {
    const {kit} = await connected()
    kit.clock.skip(7 * hourMs)
    const result = await verify(kit, {refresh: false})
    expect(result).toMatchObject({ok: false, exit_code: 4, error_code: 'MELI_TOKEN_EXPIRED', token: null})
    expect(statuses(result)).toMatchObject({seal_opens: 'pass', token_valid: 'fail', api_answers: 'skip'})
    expect(detail(result, 'api_answers')).toBe('not reached: token_valid failed')
    expect(kit.tokenCalls).toBe(1)
  })

  it('never spends: a token that the service refuses fails', async () => {
    const {kit, account} = await connected()
    kit.emulator.world.grants.revoke({userId: account.user_id})
    const result = await verify(kit, {refresh: false})
    expect(result).toMatchObject({ok: false, exit_code: 4, error_code: 'MELI_TOKEN_REJECTED', user: null})
    expect(statuses(result)).toMatchObject({token_valid: 'fail', api_answers: 'pass', time_left: 'pass'})
    expect(kit.tokenCalls).toBe(1)
  })

  it('fails when less time is left than asked for, where a refresh would have helped', async () => {
    const {kit} = await connected()
    kit.clock.skip(5 * hourMs + 45 * minuteMs)
    const short = await verify(kit, {refresh: false, minTtlMs: 30 * minuteMs})
    expect(short).toMatchObject({ok: false, exit_code: 7, error_code: 'MELI_CHECK_FAILED'})
    expect(statuses(short)).toEqual({...allPass, time_left: 'fail'})
    expect(kit.tokenCalls).toBe(1)
    expect(await verify(kit, {minTtlMs: 30 * minuteMs})).toMatchObject({ok: true, token: {refreshed: true}})
  })

  it('fails when more time is asked for than any token has', async () => {
    const {kit} = await connected()
    expect(await verify(kit, {minTtlMs: 7 * hourMs})).toMatchObject({ok: false, exit_code: 7})
  })
})

describe('a handshake that fails', () => {
  it('at the configuration still checks the rest', async () => {
    const {kit} = await connected()
    const result = await verify(kit, {}, {MELI_CLIENT_ID: undefined})
    expect(result).toMatchObject({ok: false, exit_code: 3, error_code: 'MELI_CLIENT_ID_MISSING'})
    expect(statuses(result)).toEqual({...allPass, configuration: 'fail'})
  })

  it('without any account', async () => {
    const kit = await toolkit()
    const result = await verify(kit)
    expect(result).toMatchObject({ok: false, exit_code: 4, error_code: 'MELI_NO_ACCOUNT'})
    expect(result.checks.filter((c) => c.status === 'skip')).toHaveLength(8)
    expect(result.suggestions).toContain('meli auth login')
    expect(await verify(kit, {sandbox: true})).toMatchObject({error_code: 'MELI_NO_TEST_USER', exit_code: 4})
  })

  it('when a stored token was changed', async () => {
    const {kit} = await connected()
    const [row] = kit.sql<{access_token: string}>('SELECT access_token FROM mercadolibre_token')
    const text = row!.access_token
    const turned = `${text.slice(0, -6)}${text.at(-6) === 'A' ? 'B' : 'A'}${text.slice(-5)}`
    kit.sql('UPDATE mercadolibre_token SET access_token = ?', turned)
    const result = await verify(kit)
    expect(result).toMatchObject({ok: false, exit_code: 3, error_code: 'MELI_SEAL_BROKEN'})
    expect(statuses(result)).toMatchObject({token_found: 'pass', seal_opens: 'fail', token_valid: 'skip'})
  })

  it('with another encryption key', async () => {
    const {kit} = await connected()
    const key = Buffer.alloc(32, 7).toString('base64')
    expect(await verify(kit, {}, {MELI_ENCRYPTION_KEY: key})).toMatchObject({exit_code: 3})
  })

  it('when a row passes for a real account and the service says it is a test user', async () => {
    const kit = await toolkit()
    const test = await kit.connectTestUser()
    kit.sql('UPDATE mercadolibre_token SET is_test_user = 0 WHERE user_id = ?', test.user_id)
    const result = await verify(kit, {account: test.nickname})
    expect(result).toMatchObject({ok: false, exit_code: 8, error_code: 'MELI_WRONG_KIND', user: {id: test.user_id}})
    expect(statuses(result)).toEqual({...allPass, kind: 'fail'})
  })

  it('when the account is named in the wrong mode', async () => {
    const {kit, account} = await connected()
    const result = await verify(kit, {account: account.nickname, sandbox: true})
    expect(result).toMatchObject({ok: false, exit_code: 8, error_code: 'MELI_WRONG_KIND'})
  })

  it('when the token belongs to somebody else', async () => {
    const {kit} = await connected()
    const other = await kit.connect('CASA_DEL_SUR')
    const body = {id: other.user_id, nickname: other.nickname, site_id: 'MEC', tags: []}
    kit.emulator.world.faults.add({path: '/users/me', fault: {type: 'status', status: 200, body}})
    const result = await verify(kit, {account: 'TIENDA_ANDINA'})
    expect(result).toMatchObject({ok: false, exit_code: 8, error_code: 'MELI_WRONG_ACCOUNT'})
    expect(statuses(result)).toMatchObject({identity: 'fail', kind: 'pass'})
  })

  it.each<[number, string, Fault]>([
    [6, 'MELI_SERVICE_FAILING', {type: 'status', status: 503}],
    [6, 'MELI_UNREACHABLE', {type: 'drop-before'}],
    [6, 'MELI_RATE_LIMITED', {type: 'rate-limit', shape: 'over_quota'}],
    [5, 'MELI_FORBIDDEN', {type: 'status', status: 403, body: {message: 'x', error: 'forbidden', status: 403}}],
  ])('with status %i when the service answers %s', async (exit_code, error_code, fault) => {
    const {kit} = await connected()
    kit.emulator.world.faults.add({path: '/users/me', fault, times: 4})
    const result = await verify(kit)
    expect(result).toMatchObject({ok: false, exit_code, error_code})
    expect(statuses(result)).toMatchObject({api_answers: 'fail', identity: 'skip', refresh_possible: 'pass'})
  })

  it('when the authorization is lost, with the explanation', async () => {
    const {kit, account} = await connected()
    kit.emulator.world.grants.revoke({userId: account.user_id})
    kit.clock.skip(7 * hourMs)
    const result = await verify(kit)
    expect(result).toMatchObject({exit_code: 4, error_code: 'MELI_AUTHORIZATION_LOST'})
    expect(detail(result, 'token_valid')).toContain('nothing here has spent it')
  })

  it('when another application is configured, though the token still works', async () => {
    const {kit} = await connected()
    const result = await verify(kit, {}, {MELI_CLIENT_ID: '42'})
    expect(result).toMatchObject({ok: false, exit_code: 3, error_code: 'MELI_CLIENT_MISMATCH'})
    expect(statuses(result)).toEqual({...allPass, refresh_possible: 'fail'})
  })
})

describe('a handshake that warns', () => {
  it('of a nickname that has changed', async () => {
    const {kit, account} = await connected()
    kit.sql("UPDATE mercadolibre_token SET nickname = 'OLD_NAME'")
    const result = await verify(kit)
    expect(result).toMatchObject({ok: true, exit_code: 0})
    expect(statuses(result)).toEqual({...allPass, identity: 'warn'})
    expect(detail(result, 'identity')).toContain(account.nickname)
  })

  it.each([
    [2 * minuteMs, 'ahead of'],
    [-2 * minuteMs, 'behind'],
  ])('of a clock that is %i ms off', async (skewMs, word) => {
    const {kit} = await connected()
    kit.clock.skewMs = skewMs
    const result = await verify(kit)
    expect(result.ok).toBe(true)
    expect(statuses(result)).toEqual({...allPass, clock_skew: 'warn'})
    expect(detail(result, 'clock_skew')).toMatch(new RegExp(`[12] min ${word}`))
  })

  it('of a grant that does not list offline_access', async () => {
    const {kit} = await connected()
    kit.sql("UPDATE mercadolibre_token SET scope = 'read write'")
    expect(statuses(await verify(kit))).toEqual({...allPass, refresh_possible: 'warn'})
  })
})

describe('a handshake with MELI_ACCESS_TOKEN', () => {
  it('checks that token and touches no store', async () => {
    const {kit, account} = await connected()
    const token = (await kit.record(account.user_id)).accessToken
    const bare = await toolkit()
    const env = {...kit.emulator.env, MELI_ACCESS_TOKEN: token}
    const app = bare.another({...env, MELI_CLIENT_ID: undefined, MELI_CLIENT_SECRET: undefined})
    const handshakes = await app.accounts.handshakes()
    const result = await handshakes.one({sandbox: false, minTtlMs: 0, refresh: true})
    expect(result).toMatchObject({ok: true, token: null, user: {id: account.user_id}})
    expect(statuses(result)).toMatchObject({token_found: 'skip', seal_opens: 'skip', token_valid: 'pass', kind: 'pass'})
    expect(await handshakes.all({sandbox: false, minTtlMs: 0, refresh: true})).toMatchObject({ok: true})
    expect(bare.hasDatabase).toBe(false)
    expect(await handshakes.one({sandbox: true, minTtlMs: 0, refresh: true})).toMatchObject({exit_code: 8})
  })

  it('fails when the service does not take it', async () => {
    const kit = await toolkit()
    const result = await verify(kit, {}, {MELI_ACCESS_TOKEN: 'APP_USR-1-2-3-4'})
    expect(result).toMatchObject({ok: false, exit_code: 4, error_code: 'MELI_TOKEN_REJECTED'})
    expect(kit.hasDatabase).toBe(false)
  })
})

describe('handshakes of many accounts', () => {
  it('check each of the mode, and one that fails does not stop the rest', async () => {
    const kit = await toolkit()
    const first = await kit.connect()
    await kit.connect('CASA_DEL_SUR')
    await kit.connectTestUser()
    kit.emulator.world.grants.revoke({userId: first.user_id})
    const handshakes = await kit.app.accounts.handshakes()
    const result = await handshakes.all({sandbox: false, minTtlMs: 0, refresh: true})
    expect(result).toMatchObject({ok: false, mode: 'production', exit_code: 4})
    expect(result.handshakes.map((h) => h.ok)).toEqual([false, true])
    expect(await handshakes.all({sandbox: true, minTtlMs: 0, refresh: true})).toMatchObject({ok: true, exit_code: 0})
    expect(await handshakes.all({sandbox: false, site: 'MLB', minTtlMs: 0, refresh: true})).toMatchObject({
      exit_code: 4,
    })
  })

  it('list the candidates offline', async () => {
    const kit = await toolkit()
    await kit.connect()
    const test = await kit.connectTestUser()
    const before = kit.emulator.world.requests.list().length
    const {mode, accounts} = await (await kit.app.accounts.handshakes()).list({sandbox: true})
    expect([mode, accounts.map((a) => a.nickname)]).toEqual(['sandbox', [test.nickname]])
    expect(kit.emulator.world.requests.list()).toHaveLength(before)
  })
})
