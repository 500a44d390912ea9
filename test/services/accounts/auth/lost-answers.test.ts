import {describe, expect, it} from '@jest/globals'
import {fingerprint} from '../../../../src/core/fingerprint.js'
import type {Fault} from '../../../../src/emulator/index.js'
import {hourMs, refusal, type ToolkitOptions, toolkit} from '../../../support/toolkit.js'
import {printed} from '../../../support/wire.js'

async function expired(options: ToolkitOptions = {}) {
  const kit = await toolkit(options)
  const {user_id} = await kit.connect()
  kit.clock.skip(7 * hourMs)
  const auth = await kit.app.accounts.auth()
  const {journal} = await kit.app.store()
  return {
    kit,
    userId: user_id,
    auth,
    before: await kit.record(user_id),
    journal: () => journal.recent(user_id, 9, ['refresh']),
    fault: (fault: Fault, times = 1) => kit.emulator.world.faults.add({path: '/oauth/token', fault, times}),
  }
}

describe('a refresh whose answer is lost', () => {
  it('heals by itself when the service had not carried it out', async () => {
    const {kit, userId, auth, fault, journal} = await expired()
    fault({type: 'drop-before'})
    expect((await auth.getValidToken()).refreshed).toBe(true)
    expect((await kit.record(userId)).status).toBe('active')
    expect(await journal()).toMatchObject([
      {outcome: 'stored', reason: 'expiring, again after a lost answer'},
      {outcome: 'failed', errorCode: 'MELI_UNREACHABLE', reason: 'expiring'},
    ])
  })

  it('is explained out of the journal when the service had carried it out', async () => {
    const {kit, userId, auth, before, fault} = await expired()
    fault({type: 'drop-after-commit'})
    const error = await refusal(auth.getValidToken())
    expect(error).toMatchObject({code: 'MELI_AUTHORIZATION_LOST', exitCode: 4})
    expect(error.message).toContain(`process ${process.pid} on `)
    expect(error.message).toContain('the answer was lost (MELI_UNREACHABLE)')
    expect(error.details).toMatchObject({refresh_attempts: [{error_code: 'MELI_GRANT_REJECTED'}, {outcome: 'failed'}]})
    expect(error.suggestions[0]).toBe(`meli auth login --site MEC --expect ${userId}`)
    expect(printed(error)).not.toContain(before.refreshToken)
    expect(kit.tokenCalls).toBe(3)
    // And it stays explained, asking the service no more.
    expect((await kit.record(userId)).status).toBe('invalid')
    expect((await refusal(auth.getValidToken())).message).toBe(error.message)
    expect(kit.tokenCalls).toBe(3)
  })

  it('is alive again after a login', async () => {
    const {kit, userId, auth, fault} = await expired()
    fault({type: 'drop-after-commit'})
    await refusal(auth.getValidToken())
    await kit.connect()
    expect((await auth.getValidToken()).account).toMatchObject({userId, status: 'active'})
  })

  it('is blamed on the process that never stored it', async () => {
    const {kit, userId, auth, before} = await expired()
    const {journal} = await kit.app.store()
    // Another process was killed between the answer and the commit.
    await (await kit.app.oauth()).refresh(before.refreshToken)
    const sentAt = kit.clock.now()
    const sent = {kind: 'refresh', userId, fingerprint: fingerprint(before.refreshToken), reason: 'expiring'} as const
    await journal.begin({...sent, processId: 4211, host: 'ci-3', sentAt})
    const error = await refusal(auth.getValidToken())
    expect(error.message).toContain(`process 4211 on ci-3 sent the refresh token at ${sentAt.toISOString()}`)
    expect(error.message).toContain('never stored the answer')
  })

  it('is blamed on nobody here when it was spent elsewhere', async () => {
    const {kit, auth, before} = await expired()
    await (await kit.app.oauth()).refresh(before.refreshToken)
    const error = await refusal(auth.getValidToken())
    expect(error).toMatchObject({code: 'MELI_AUTHORIZATION_LOST'})
    expect(error.message).toContain('nothing here has spent it before')
  })

  it.each<[string, Fault]>([
    ['a refusal for too many requests', {type: 'rate-limit', shape: 'local_rate_limited'}],
    ['a refused client', {type: 'status', status: 400, body: {error: 'invalid_client', message: 'x', status: 400}}],
  ])('is not blamed on %s', async (_, why) => {
    const {kit, userId, auth, fault} = await expired()
    fault(why)
    await refusal(auth.getValidToken())
    kit.emulator.world.grants.revoke({userId})
    expect((await refusal(auth.getValidToken())).message).toContain('nothing here has spent it before')
  })

  it('is not blamed on a request that never left this machine', async () => {
    const {kit, userId, auth, journal} = await expired()
    const offline = await kit.another({MELI_API_URL: 'http://127.0.0.1:1'}).accounts.auth()
    expect(await refusal(offline.getValidToken())).toMatchObject({code: 'MELI_UNREACHABLE', exitCode: 6})
    expect(await journal()).toMatchObject([{outcome: 'failed', errorCode: null}])
    kit.emulator.world.grants.revoke({userId})
    expect((await refusal(auth.getValidToken())).message).toContain('nothing here has spent it before')
  })

  it('is blamed on an answer that could not be stored', async () => {
    const {kit, auth} = await expired()
    kit.sql(`CREATE TRIGGER full BEFORE UPDATE OF access_token ON mercadolibre_token
      BEGIN SELECT RAISE(ABORT, 'no'); END`)
    await expect(auth.getValidToken()).rejects.toThrow()
    kit.sql('DROP TRIGGER full')
    const error = await refusal(auth.getValidToken())
    expect(error.message).toContain(`process ${process.pid} on `)
    expect(error.message).toContain('the answer was lost')
  })
})

describe('a lost authorization', () => {
  /** Another process, which was killed or has ended. */
  const other = {processId: 4211, host: 'ci-3'}

  it.each([
    ['login', 'code', 'sent a login code for this account', 'and never stored the answer'],
    ['import', 'code', 'sent the refresh token to import it', 'and never stored the answer'],
    ['pending_refresh', 'code', 'sent the refresh token of a pending installation', 'and never stored the answer'],
    ['revocation', null, 'began a logout of this account', 'and it was not finished'],
  ] as const)('is explained by a %s that was killed in flight', async (kind, sent, what, end) => {
    const {kit, userId, auth} = await expired()
    const {journal} = await kit.app.store()
    const sentAt = kit.clock.now()
    await journal.begin({kind, userId, fingerprint: sent, ...other, reason: 'x', sentAt})
    kit.emulator.world.grants.revoke({userId})
    const error = await refusal(auth.getValidToken())
    expect(error.message).toContain(`process 4211 on ci-3 ${what} at ${sentAt.toISOString()} ${end}`)
    expect(error.details).toMatchObject({refresh_attempts: [{kind: 'refresh'}, {kind, process_id: 4211}]})
    // And stays so.
    expect((await refusal(auth.getValidToken())).message).toBe(error.message)
  })

  it('is not explained by what happened before its token came, or to another account', async () => {
    const {kit, userId, auth} = await expired()
    const {journal} = await kit.app.store()
    const code = {kind: 'login', fingerprint: 'code', ...other, reason: 'login', sentAt: kit.clock.now()} as const
    await journal.begin({...code, userId})
    await auth.getValidToken(undefined, {refresh: 'always'})
    await journal.begin({...code, userId: userId + 1})
    kit.emulator.world.grants.revoke({userId})
    const error = await refusal(auth.getValidToken(undefined, {refresh: 'always'}))
    expect(error.message).toContain('nothing here has spent it before')
  })

  it('is explained by a login whose tokens are kept and not connected', async () => {
    const {kit, auth} = await expired()
    const callback = await kit.allow(await kit.start())
    kit.emulator.world.faults.add({path: '/users/me', fault: {type: 'status', status: 500}, times: 4})
    await refusal(kit.complete(callback))
    const error = await refusal(auth.getValidToken())
    expect(error.message).toMatch(/sent a login code for this account at \S+ and what came back was not connected/)
    expect(error.suggestions[0]).toContain('the same address')
    await kit.complete(callback)
    expect((await auth.getValidToken()).accessToken).toMatch(/^APP_USR-/)
  })
})

describe('a refresh that fails', () => {
  const unusable = {type: 'status', status: 200, body: {hello: 'world'}} as const

  it.each<[string, Fault]>([
    ['MELI_ANSWER_UNUSABLE', unusable],
    ['MELI_SERVICE_FAILING', {type: 'status', status: 503}],
    ['MELI_RATE_LIMITED', {type: 'rate-limit', shape: 'local_rate_limited'}],
    ['MELI_RATE_LIMITED', {type: 'rate-limit', shape: 'empty'}],
  ])('with %s loses nothing: the row is untouched, and the next one heals', async (code, why) => {
    const {kit, userId, auth, before, fault, journal} = await expired()
    fault(why)
    expect(await refusal(auth.getValidToken())).toMatchObject({code, exitCode: 6, retryable: true})
    expect(await kit.record(userId)).toEqual(before)
    expect(await journal()).toMatchObject([{outcome: 'failed', errorCode: code}])
    expect(kit.tokenCalls).toBe(2)
    expect((await auth.getValidToken()).refreshed).toBe(true)
  })

  it('with an answer that is not JSON, spent or not, marks nothing invalid by itself', async () => {
    const {kit, userId, auth, before, fault} = await expired()
    fault({type: 'garbage'})
    expect(await refusal(auth.getValidToken())).toMatchObject({code: 'MELI_ANSWER_UNUSABLE', exitCode: 6})
    expect(await kit.record(userId)).toEqual(before)
  })

  it('by a time-out is not sent again: the service may still be at it', async () => {
    const {kit, userId, auth, before, fault} = await expired({env: {MELI_HTTP_TIMEOUT: '300ms'}})
    fault({type: 'delay', ms: 2000})
    expect(await refusal(auth.getValidToken())).toMatchObject({code: 'MELI_TIMED_OUT', exitCode: 6})
    expect(kit.tokenCalls).toBe(2)
    expect(await kit.record(userId)).toEqual(before)
  })

  it('by a time-out is sent by the next process only when the service cannot be at it any more', async () => {
    const {kit, auth, fault, journal} = await expired({env: {MELI_HTTP_TIMEOUT: '300ms'}})
    fault({type: 'delay', ms: 2000})
    expect(await refusal(auth.getValidToken())).toMatchObject({code: 'MELI_TIMED_OUT'})
    expect((await (await kit.another().accounts.auth()).getValidToken()).refreshed).toBe(true)
    const [second, first] = await journal()
    expect([second?.outcome, first?.errorCode]).toEqual(['stored', 'MELI_TIMED_OUT'])
    expect(second!.sentAt.getTime() - first!.sentAt.getTime()).toBeGreaterThanOrEqual(5_300)
  })

  it.each([
    ['that timed out just now is waited for', {kind: 'refresh', ageMs: 0, timedOut: true}, true],
    ['that timed out long ago is not', {kind: 'refresh', ageMs: 21_000, timedOut: true}, false],
    ['that timed out before the clock was set back is not', {kind: 'refresh', ageMs: -hourMs, timedOut: true}, false],
    ['to import the token is waited for', {kind: 'import', ageMs: 0, timedOut: false}, true],
    ['of a process that left its lease is not', {kind: 'refresh', ageMs: 0, timedOut: false}, false],
  ] as const)('in a request %s', async (_, {kind, ageMs, timedOut}, waits) => {
    const {kit, userId, auth, before} = await expired()
    const {journal} = await kit.app.store()
    const from = kit.clock.now()
    const sentAt = new Date(from.getTime() - ageMs)
    const sent = {kind, userId, fingerprint: fingerprint(before.refreshToken), reason: 'expiring'}
    const id = await journal.begin({...sent, processId: 4211, host: 'ci-3', sentAt})
    if (timedOut) await journal.finish(id, 'failed', 'MELI_TIMED_OUT', sentAt)
    expect((await auth.getValidToken()).refreshed).toBe(true)
    // With the default time-out: fifteen seconds, and five.
    expect(kit.clock.now().getTime() - from.getTime() >= 20_000).toBe(waits)
  })

  it.each([{message: 'the token is gone'}, {error_description: 'the token is gone'}])(
    'for good is understood in the shape %j',
    async (words) => {
      const {kit, userId, auth, fault, journal} = await expired()
      fault({type: 'status', status: 400, body: {error: 'invalid_grant', status: 400, ...words}})
      expect(await refusal(auth.getValidToken())).toMatchObject({code: 'MELI_AUTHORIZATION_LOST', exitCode: 4})
      expect((await kit.record(userId)).status).toBe('invalid')
      expect(await journal()).toMatchObject([{outcome: 'failed', errorCode: 'MELI_GRANT_REJECTED'}])
    },
  )

  it('because of the client is a matter of settings, and marks nothing', async () => {
    const {kit, userId, before} = await expired()
    const auth = await kit.another({MELI_CLIENT_SECRET: 'wrong'}).accounts.auth()
    expect(await refusal(auth.getValidToken())).toMatchObject({code: 'MELI_CLIENT_REJECTED', exitCode: 3})
    expect(await kit.record(userId)).toEqual(before)
  })

  it('tells a test user how to come back', async () => {
    const kit = await toolkit()
    const {user_id, nickname} = await kit.connectTestUser()
    kit.emulator.world.grants.revoke({userId: user_id})
    kit.clock.skip(7 * hourMs)
    const error = await refusal((await kit.app.accounts.auth()).getValidToken(undefined, {sandbox: true}))
    expect(error.suggestions[0]).toBe(`meli auth login --site MEC --test-user ${nickname}`)
  })
})
