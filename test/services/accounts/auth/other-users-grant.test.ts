import {describe, expect, it} from '@jest/globals'
import {fingerprint} from '../../../../src/core/fingerprint.js'
import {answerForOther, sentAs} from '../../../support/other-users-grant.js'
import {hourMs, refusal, type Toolkit, toolkit} from '../../../support/toolkit.js'
import {printed} from '../../../support/wire.js'

const other = 'CASA_DEL_SUR'

async function expired() {
  const kit = await toolkit()
  const {user_id, nickname} = await kit.connect()
  kit.clock.skip(7 * hourMs)
  return {
    kit,
    userId: user_id,
    nickname,
    auth: await kit.app.accounts.auth(),
    installs: await kit.app.accounts.installs(),
  }
}

const held = (kit: Toolkit) => kit.sql<{id: string; user_id: number}>('SELECT * FROM installation')

describe('an answer with the tokens of another account', () => {
  it('is kept sealed, and not used: the error says whose it is, where it is and what to do', async () => {
    const {kit, userId, nickname, auth} = await expired()
    const strange = answerForOther(kit.emulator)
    const error = await refusal(auth.getValidToken())
    const [row] = held(kit)
    expect(error).toMatchObject({code: 'MELI_GRANT_MISMATCH', exitCode: 4, retryable: false})
    expect(error.message).toContain(
      `the refresh token of ${nickname} (${userId}) with the tokens of account ${strange.userId}`,
    )
    expect(error.details).toEqual({user_id: userId, answered_user_id: strange.userId, installation_id: row?.id})
    expect(error.suggestions).toEqual([
      `meli auth login --site MEC --expect ${userId}`,
      `to connect account ${strange.userId}: meli installs complete ${row?.id}`,
      `to drop its tokens: meli installs discard ${row?.id}`,
    ])
    for (const secret of [strange.accessToken, strange.refreshToken]) {
      expect(printed(error)).not.toContain(secret)
      expect(JSON.stringify(row)).not.toContain(secret)
    }
    expect(sentAs(kit.emulator, strange.userId)).toEqual([])
    expect(kit.sql("SELECT outcome, error_code FROM token_refresh WHERE kind = 'refresh'")).toEqual([
      {outcome: 'failed', error_code: 'MELI_GRANT_MISMATCH'},
    ])
  })

  it('ends the trust in the token that was sent, and explains it from then on', async () => {
    const {kit, userId, auth} = await expired()
    const before = await kit.record(userId)
    answerForOther(kit.emulator)
    await refusal(auth.getValidToken())
    expect(await kit.record(userId)).toEqual({...before, status: 'invalid'})
    const calls = kit.tokenCalls
    const error = await refusal(auth.getValidToken())
    expect(error.code).toBe('MELI_AUTHORIZATION_LOST')
    expect(error.message).toContain('Mercado Libre answered with the tokens of another account')
    expect(error.suggestions).toContain('meli installs list shows where those tokens are kept')
    expect(kit.tokenCalls).toBe(calls)
    await kit.connect()
    expect(await auth.getValidToken()).toMatchObject({account: {userId, status: 'active'}})
  })

  it('is an account that has to be connected again, to the status too', async () => {
    const {kit} = await expired()
    answerForOther(kit.emulator)
    const status = await (await kit.app.accounts.status()).run({sandbox: false, check: true})
    expect(status).toMatchObject({ok: false, exit_code: 4, accounts: [{token: 'invalid', check: 'refused'}]})
  })

  it('never lets a request go out as that account: one that met a 401 ends', async () => {
    const kit = await toolkit()
    const {user_id} = await kit.connect()
    const auth = await kit.app.accounts.auth()
    const account = await auth.account()
    // As if the access token had been ended at the service: the answer of 401 asks for a new one.
    kit.sql('UPDATE mercadolibre_token SET expires_at = ?', kit.clock.now().getTime() + 24 * hourMs)
    kit.emulator.advance(7 * hourMs)
    const strange = answerForOther(kit.emulator)
    const api = (await kit.app.connect())(auth.tokenSource(account))
    expect(await refusal(api.revoke(user_id, kit.emulator.clientId))).toMatchObject({code: 'MELI_GRANT_MISMATCH'})
    expect(sentAs(kit.emulator, strange.userId)).toEqual([])
  })

  it('is listed without a name, kept as it is, and connected when somebody says so', async () => {
    const {kit, auth, installs} = await expired()
    const strange = answerForOther(kit.emulator)
    await refusal(auth.getValidToken())
    const {installations} = await installs.list()
    expect(installations).toMatchObject([{user_id: strange.userId, nickname: null, site_id: null, is_test_user: null}])
    kit.clock.skip(100 * hourMs)
    expect(await installs.keepAlive()).toEqual({refreshed: 0, ended: 0, lost: [], failed: []})
    expect(sentAs(kit.emulator, strange.userId)).toEqual([])
    const {installation_id: id} = installations[0]!
    // Its access token has expired meanwhile, so that it is refreshed first.
    expect(await installs.complete(id, 'ana')).toMatchObject({installation_id: id, nickname: other, operator: 'ana'})
    expect(sentAs(kit.emulator, strange.userId)).not.toEqual([])
    expect(await auth.getValidToken(strange.userId, {refresh: 'always'})).toMatchObject({refreshed: true})
    expect(held(kit)).toEqual([])
  })

  it('without a refresh token is not waited for when it is to be connected: the error says at once what is missing', async () => {
    const {kit, auth, installs} = await expired()
    answerForOther(kit.emulator)
    await refusal(auth.getValidToken())
    kit.sql('UPDATE installation SET refresh_token = NULL')
    const [row] = held(kit)
    const error = await refusal(installs.complete(row!.id, 'ana'))
    expect(error).toMatchObject({code: 'MELI_OFFLINE_ACCESS_MISSING', exitCode: 3})
    expect(error.suggestions.join()).toContain(`meli installs discard ${row!.id}`)
    expect(held(kit)).toHaveLength(1)
    expect(await installs.discard(row!.id)).toMatchObject({revoked: false})
  })

  it('does not replace what the account that it belongs to has received since', async () => {
    const kit = await toolkit()
    const {user_id: asked} = await kit.connect()
    const {user_id} = await kit.connect(other)
    const [auth, installs] = [await kit.app.accounts.auth(), await kit.app.accounts.installs()]
    kit.clock.skip(hourMs)
    answerForOther(kit.emulator)
    await refusal(auth.getValidToken(asked, {refresh: 'always'}))
    const [row] = held(kit)
    kit.clock.skip(2 * hourMs)
    const own = answerForOther(kit.emulator)
    expect(await auth.getValidToken(user_id, {refresh: 'always'})).toMatchObject({refreshed: true})
    expect(await installs.complete(row!.id, 'ana')).toMatchObject({nickname: other})
    expect(held(kit)).toEqual([])
    expect(await kit.record(user_id)).toMatchObject({refreshToken: own.refreshToken, accessToken: own.accessToken})
  })

  it('is named when the own token of the account that it belongs to dies of it', async () => {
    const kit = await toolkit()
    const {user_id: asked} = await kit.connect()
    const {user_id} = await kit.connect(other)
    const [auth, installs] = [await kit.app.accounts.auth(), await kit.app.accounts.installs()]
    kit.clock.skip(7 * hourMs)
    answerForOther(kit.emulator)
    await refusal(auth.getValidToken(asked))
    const [row] = held(kit)
    const error = await refusal(auth.getValidToken(user_id))
    expect(error).toMatchObject({code: 'MELI_AUTHORIZATION_LOST'})
    expect(error.message).toContain(`they are kept, sealed, as installation ${row!.id}`)
    expect(error.suggestions[0]).toBe(`to connect it with those tokens: meli installs complete ${row!.id}`)
    await installs.complete(row!.id, 'ana')
    expect(await auth.getValidToken(user_id, {refresh: 'always'})).toMatchObject({refreshed: true})
  })

  it('is dropped when somebody says so, and tells the service nothing', async () => {
    const {kit, auth, installs} = await expired()
    const strange = answerForOther(kit.emulator)
    await refusal(auth.getValidToken())
    const [row] = held(kit)
    expect(await installs.discard(row!.id)).toMatchObject({nickname: null, user_id: strange.userId, revoked: false})
    expect(held(kit)).toEqual([])
    expect(sentAs(kit.emulator, strange.userId)).toEqual([])
  })

  it('goes after the half year that its refresh token lives', async () => {
    const {kit, auth, installs} = await expired()
    answerForOther(kit.emulator)
    await refusal(auth.getValidToken())
    kit.clock.skip(180 * 24 * hourMs)
    expect(await installs.keepAlive()).toMatchObject({ended: 1, failed: []})
    expect(held(kit)).toEqual([])
  })

  it('for a pending installation ends that installation, and is kept', async () => {
    const kit = await toolkit()
    const installs = await kit.app.accounts.installs()
    const {heldGrants, installs: store} = await kit.app.store()
    const {world, clientId} = kit.emulator
    const user = world.users.list()[0]!
    const {access, grant} = world.grants.authorize(user.id, world.applications.first())
    const expiresAt = new Date(kit.clock.now().getTime() + 6 * hourMs)
    const tokens = {accessToken: access.value, refreshToken: grant.refreshToken!.value, scope: 'offline_access'}
    const now = kit.clock.now()
    const id = await heldGrants.hold('state:1', {userId: user.id, ...tokens, expiresAt}, clientId, now)
    const identity = {userId: user.id, nickname: user.nickname, email: null, siteId: 'MEC', isTestUser: false, tags: []}
    await store.pend(id, identity, new Date(now.getTime() + 100 * hourMs))
    kit.clock.skip(6 * hourMs)
    const strange = answerForOther(kit.emulator)
    expect(await installs.keepAlive()).toMatchObject({failed: [{installation_id: id, code: 'MELI_GRANT_MISMATCH'}]})
    expect(held(kit)).toMatchObject([{user_id: strange.userId}])
    expect(kit.sql('SELECT kind, user_id, outcome, error_code FROM token_refresh')).toEqual([
      {kind: 'pending_refresh', user_id: user.id, outcome: 'failed', error_code: 'MELI_GRANT_MISMATCH'},
    ])
    expect(sentAs(kit.emulator, strange.userId)).toEqual([])
  })

  it('for the code of a login connects nobody', async () => {
    const kit = await toolkit()
    const callback = await kit.allow(await kit.start())
    const strange = answerForOther(kit.emulator)
    const error = await refusal(kit.complete(callback))
    const asked = kit.emulator.world.users.list()[0]!.id
    expect(error).toMatchObject({code: 'MELI_GRANT_MISMATCH', details: {user_id: asked}})
    expect(error.message).toContain(`the login code of account ${asked} with the tokens of account ${strange.userId}`)
    expect(kit.sql('SELECT * FROM mercadolibre_token')).toEqual([])
    expect(held(kit)).toMatchObject([{user_id: strange.userId}])
    expect(sentAs(kit.emulator, strange.userId)).toEqual([])
    expect((await refusal(kit.complete(callback))).message).toContain('with the tokens of another account')
  })

  it('for an imported token connects nobody', async () => {
    const kit = await toolkit()
    const {world} = kit.emulator
    const user = world.users.list()[0]!
    const {refreshToken} = world.grants.authorize(user.id, world.applications.first()).grant
    const strange = answerForOther(kit.emulator)
    const importToken = await kit.app.accounts.importToken()
    const error = await refusal(importToken.run(refreshToken!.value, null))
    expect(error).toMatchObject({code: 'MELI_GRANT_MISMATCH'})
    expect(error.message).toContain(`account ${user.id} with the tokens of account ${strange.userId}`)
    expect(kit.sql('SELECT * FROM mercadolibre_token')).toEqual([])
    expect(sentAs(kit.emulator, strange.userId)).toEqual([])
    // The same token again is not sent, and does not connect the other account by the way.
    const calls = kit.tokenCalls
    expect(await refusal(importToken.run(refreshToken!.value, null))).toMatchObject({code: 'MELI_TOKEN_SPENT'})
    expect(kit.tokenCalls).toBe(calls)
    expect(kit.sql('SELECT token_fingerprint FROM token_refresh')).toEqual([
      {token_fingerprint: fingerprint(refreshToken!.value)},
    ])
  })
})
