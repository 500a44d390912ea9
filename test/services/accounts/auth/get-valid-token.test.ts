import {describe, expect, it} from '@jest/globals'
import {createMercadoLibre} from '../../../../src/meli/api/api.js'
import {hourMs, minuteMs, refusal, type Toolkit, toolkit} from '../../../support/toolkit.js'

async function connected(options: Parameters<typeof toolkit>[0] = {}) {
  const kit = await toolkit(options)
  const {user_id} = await kit.connect()
  return {kit, userId: user_id, auth: await kit.app.accounts.auth()}
}

/** Skips time until this much of the token's life is left. */
async function leave(kit: Toolkit, userId: number, ms: number): Promise<void> {
  const {expiresAt} = await kit.record(userId)
  kit.clock.skip(expiresAt.getTime() - kit.clock.now().getTime() - ms)
}

describe('getValidToken', () => {
  it('gives the stored token while it has time, and asks nobody', async () => {
    const {kit, userId, auth} = await connected()
    const before = kit.emulator.world.requests.list().length
    const token = await auth.getValidToken()
    expect(token).toMatchObject({refreshed: false, account: {userId, isTestUser: false}})
    expect(token.accessToken).toBe((await kit.record(userId)).accessToken)
    expect(token.account).not.toHaveProperty('accessToken')
    expect(token.account).not.toHaveProperty('refreshToken')
    expect(kit.emulator.world.requests.list()).toHaveLength(before)
  })

  it('refreshes with fewer than five minutes left, and stores the new pair', async () => {
    const {kit, userId, auth} = await connected()
    const old = await kit.record(userId)
    await leave(kit, userId, 6 * minuteMs)
    expect((await auth.getValidToken()).refreshed).toBe(false)
    await leave(kit, userId, 4 * minuteMs)
    const token = await auth.getValidToken()
    const now = await kit.record(userId)
    expect(token).toMatchObject({refreshed: true, accessToken: now.accessToken})
    expect(now.refreshToken).not.toBe(old.refreshToken)
    expect(now.expiresAt.getTime() - kit.clock.now().getTime()).toBeGreaterThan(6 * hourMs - minuteMs)
    expect((await auth.getValidToken()).refreshed).toBe(false)
    expect(kit.tokenCalls).toBe(2)
  })

  it('takes another margin from the settings', async () => {
    const {kit, userId, auth} = await connected({env: {MELI_REFRESH_MARGIN: '1h'}})
    await leave(kit, userId, 50 * minuteMs)
    expect((await auth.getValidToken()).refreshed).toBe(true)
  })

  it('takes a longer time to live, never a shorter one', async () => {
    const {kit, userId, auth} = await connected()
    await leave(kit, userId, 20 * minuteMs)
    expect((await auth.getValidToken(undefined, {minTtlMs: 10 * minuteMs})).refreshed).toBe(false)
    expect((await auth.getValidToken(undefined, {minTtlMs: 30 * minuteMs})).refreshed).toBe(true)
    await leave(kit, userId, 2 * minuteMs)
    expect((await auth.getValidToken(undefined, {minTtlMs: minuteMs})).refreshed).toBe(true)
  })

  it('never spends when told so: an expired token is an error', async () => {
    const {kit, userId, auth} = await connected()
    await leave(kit, userId, minuteMs)
    expect((await auth.getValidToken(undefined, {refresh: 'never'})).refreshed).toBe(false)
    await leave(kit, userId, -1000)
    const error = await refusal(auth.getValidToken(undefined, {refresh: 'never'}))
    expect(error).toMatchObject({code: 'MELI_TOKEN_EXPIRED', exitCode: 4})
    expect(kit.tokenCalls).toBe(1)
  })

  it('refreshes a fresh token when asked to', async () => {
    const {kit, userId, auth} = await connected()
    const old = await kit.record(userId)
    const token = await auth.getValidToken(undefined, {refresh: 'always'})
    expect(token.refreshed).toBe(true)
    expect(token.accessToken).not.toBe(old.accessToken)
    const [attempt] = await (await kit.app.store()).journal.recent(userId, 1)
    expect(attempt).toMatchObject({outcome: 'stored', processId: process.pid, errorCode: null})
  })

  it('knows accounts by id, by number and by nickname in any case', async () => {
    const {userId, auth} = await connected()
    for (const name of [userId, String(userId), 'tienda_andina', ' TIENDA_ANDINA '])
      expect((await auth.getValidToken(name)).account.userId).toBe(userId)
    expect(await refusal(auth.getValidToken('NOBODY'))).toMatchObject({code: 'MELI_ACCOUNT_UNKNOWN', exitCode: 4})
  })

  it('refuses a token of another application, and sends nothing', async () => {
    const {kit, userId} = await connected()
    const other = await kit.another({MELI_CLIENT_ID: '42'}).accounts.auth()
    expect((await other.getValidToken()).refreshed).toBe(false)
    await leave(kit, userId, 0)
    const error = await refusal(other.getValidToken())
    expect(error).toMatchObject({code: 'MELI_CLIENT_MISMATCH', exitCode: 3})
    expect(error.suggestions.join()).toContain(kit.emulator.clientId)
    expect(kit.tokenCalls).toBe(1)
  })

  it('needs no client id before it has to refresh', async () => {
    const {kit, userId} = await connected()
    const auth = await kit.another({MELI_CLIENT_ID: undefined}).accounts.auth()
    expect((await auth.getValidToken()).refreshed).toBe(false)
    await leave(kit, userId, 0)
    expect(await refusal(auth.getValidToken())).toMatchObject({code: 'MELI_CLIENT_ID_MISSING', exitCode: 3})
  })

  it('keeps the refresh token it has when the answer brings none', async () => {
    const {kit, userId, auth} = await connected()
    const old = await kit.record(userId)
    const body = {access_token: `APP_USR-1-030112-0-${userId}`, expires_in: 21_600, user_id: userId, scope: 'read'}
    kit.emulator.world.faults.add({path: '/oauth/token', fault: {type: 'status', status: 200, body}})
    const token = await auth.getValidToken(undefined, {refresh: 'always'})
    expect(token.accessToken).toBe(body.access_token)
    expect((await kit.record(userId)).refreshToken).toBe(old.refreshToken)
  })

  it('says so when the account was disconnected by somebody else meanwhile', async () => {
    const {kit, userId, auth} = await connected()
    const account = await auth.account()
    await (await kit.another().store()).accounts.remove(userId)
    expect(await refusal(auth.tokenSource(account).current())).toMatchObject({code: 'MELI_ACCOUNT_UNKNOWN'})
    expect(await refusal(auth.tokenSource(account).renew!('x'))).toMatchObject({code: 'MELI_ACCOUNT_UNKNOWN'})
  })
})

describe('a 401 on a token believed valid', () => {
  it('leads to one refresh and one more try', async () => {
    const {kit, userId, auth} = await connected()
    // The service forgets the token; this machine has six hours left for it.
    kit.emulator.world.settings.refresh_kills_access_tokens = true
    const app = kit.emulator.world.applications.first()
    const grant = kit.emulator.world.grants.get(userId, app.id)!
    const refreshToken = grant.refreshToken
    kit.emulator.world.grants.refresh(grant)
    grant.refreshToken = refreshToken
    const api = (await kit.app.connect())(auth.tokenSource(await auth.account()))
    expect((await api.me()).identity.userId).toBe(userId)
    expect(
      kit
        .requests('GET', '/users/me')
        .slice(-2)
        .map((r) => r.status),
    ).toEqual([401, 200])
    expect(kit.tokenCalls).toBe(2)
  })

  it('does not go on for ever when the new token is refused too', async () => {
    const {kit, auth} = await connected()
    const fault = {
      type: 'status',
      status: 401,
      body: {message: 'invalid access token', error: 'not_found', status: 401},
    }
    kit.emulator.world.faults.add({path: '/users/me', times: 9, fault: fault as never})
    const api = createMercadoLibre(await kit.app.http())(auth.tokenSource(await auth.account()))
    expect(await refusal(api.me())).toMatchObject({code: 'MELI_TOKEN_REJECTED', exitCode: 4})
    expect(kit.tokenCalls).toBe(2)
  })

  it('adopts what another process has refreshed already', async () => {
    const {kit, auth} = await connected()
    const account = await auth.account()
    const rejected = await auth.tokenSource(account).current()
    await (await kit.another().accounts.auth()).getValidToken(undefined, {refresh: 'always'})
    expect(await auth.tokenSource(account).renew!(rejected)).toBe((await kit.record(account.userId)).accessToken)
    expect(kit.tokenCalls).toBe(2)
  })
})
