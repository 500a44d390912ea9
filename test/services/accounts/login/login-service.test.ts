import {describe, expect, it} from '@jest/globals'
import {minuteMs, refusal, type Toolkit, toolkit} from '../../../support/toolkit.js'

/** What is left of a login in any table that could hold a credential. */
function kept(kit: Toolkit) {
  return ['mercadolibre_token', 'installation', 'store', 'store_membership'].map(
    (table) => kit.sql<{n: number}>(`SELECT count(*) AS n FROM ${table}`)[0]?.n,
  )
}

const second = 'CASA_DEL_SUR'

describe('a login', () => {
  it('ends with store, membership and token, and with who it is', async () => {
    const kit = await toolkit()
    const result = await kit.connect(second)
    const user = kit.emulator.world.users.find(second)!
    expect(result).toEqual({
      user_id: user.id,
      nickname: second,
      email: expect.stringContaining('@'),
      site_id: 'MEC',
      is_test_user: false,
      store_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      scope: expect.stringContaining('offline_access'),
      expires_at: expect.stringMatching(/Z$/),
    })
    expect(user.id).toBeGreaterThan(2 ** 31)
    expect(kit.sql('SELECT provider_key, external_account_id FROM store')).toEqual([
      {provider_key: 'mercadolibre', external_account_id: String(user.id)},
    ])
    expect(kit.sql('SELECT operator, role FROM store_membership')).toEqual([{operator: 'ana', role: 'owner'}])
    expect(kept(kit)).toEqual([1, 0, 1, 1])
  })

  it('says what it waits for, and keeps state and verifier out of sight', async () => {
    const kit = await toolkit()
    const started = await kit.start()
    const url = new URL(started.authorization_url)
    expect(Buffer.from(started.state, 'base64url')).toHaveLength(32)
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: kit.emulator.clientId,
      redirect_uri: started.redirect_uri,
      state: started.state,
      code_challenge_method: 'S256',
    })
    expect(Date.parse(started.expires_at) - kit.clock.now().getTime()).toBeGreaterThan(14 * minuteMs)
    const [row] = kit.sql<Record<string, string>>('SELECT * FROM oauth_state')
    expect(JSON.stringify(row)).not.toContain(started.state)
    expect(row?.code_verifier).not.toMatch(/^[\w-]{43}$/)
    const grant = await kit.complete(await kit.allow(started))
    expect(grant.user_id).toBeGreaterThan(0)
  })

  it('takes the kind from what the service says', async () => {
    const kit = await toolkit()
    expect(await kit.connectTestUser()).toMatchObject({is_test_user: true})
  })

  it('of the same seller again keeps the store and the default, and brings new tokens', async () => {
    const kit = await toolkit()
    const first = await kit.connect()
    const {accounts} = await kit.app.store()
    await accounts.setDefault(first.user_id)
    const before = await kit.record(first.user_id)
    const again = await kit.connect()
    expect(again.store_id).toBe(first.store_id)
    const after = await kit.record(first.user_id)
    expect(after).toMatchObject({isDefault: true, status: 'active'})
    expect(after.refreshToken).not.toBe(before.refreshToken)
    expect(kept(kit)).toEqual([1, 0, 1, 1])
  })

  it('of the same seller twice at once makes one store', async () => {
    const kit = await toolkit()
    const one = await kit.allow(await kit.start())
    const two = await kit.allow(await kit.start())
    const results = await Promise.all([kit.complete(one, kit.another()), kit.complete(two, kit.another())])
    expect(results[0].store_id).toBe(results[1].store_id)
    expect(kept(kit)).toEqual([1, 0, 1, 1])
  })

  it('may be finished by another process', async () => {
    const kit = await toolkit()
    expect(await kit.complete(await kit.allow(await kit.start()), kit.another())).toMatchObject({site_id: 'MEC'})
  })

  it('works without PKCE where the application does not demand it', async () => {
    const kit = await toolkit()
    expect(await kit.connect(undefined, {pkce: false})).toMatchObject({site_id: 'MEC'})
    expect(kit.sql('SELECT code_verifier FROM oauth_state')).toEqual([{code_verifier: null}])
  })

  it('says that PKCE is demanded when it was left out', async () => {
    const kit = await toolkit({pkce: 'required'})
    const error = await refusal(kit.connect(undefined, {pkce: false}))
    expect(error).toMatchObject({code: 'MELI_PKCE_REQUIRED', exitCode: 4})
    expect(await kit.connect()).toMatchObject({site_id: 'MEC'})
  })

  it('of an application without offline_access is refused, and nothing is kept', async () => {
    const kit = await toolkit({offlineAccess: false})
    const error = await refusal(kit.connect())
    expect(error).toMatchObject({code: 'MELI_OFFLINE_ACCESS_MISSING', exitCode: 3})
    expect(error.suggestions.join()).toContain('offline_access')
    expect(kept(kit)).toEqual([0, 0, 0, 0])
  })
})

describe('the state of a login', () => {
  it('works once', async () => {
    const kit = await toolkit()
    const callback = await kit.allow(await kit.start())
    await kit.complete(callback)
    expect(await refusal(kit.complete(callback))).toMatchObject({code: 'MELI_STATE_USED', exitCode: 4})
    expect(kit.tokenCalls).toBe(1)
  })

  it('is told once of any number at the same time', async () => {
    const kit = await toolkit()
    const callback = await kit.allow(await kit.start())
    const contexts = Array.from({length: 5}, () => kit.another())
    await Promise.all(contexts.map((app) => app.accounts.login()))
    const outcomes = await Promise.allSettled(contexts.map((app) => kit.complete(callback, app)))
    // Whoever comes while the grant is being linked may finish it too; the code is spent once.
    expect(outcomes.some((o) => o.status === 'fulfilled')).toBe(true)
    for (const o of outcomes) if (o.status === 'rejected') expect(o.reason).toMatchObject({code: 'MELI_STATE_USED'})
    expect(kit.tokenCalls).toBe(1)
    expect(kept(kit)).toEqual([1, 0, 1, 1])
  })

  it('lives for 15 minutes', async () => {
    const kit = await toolkit()
    const callback = await kit.allow(await kit.start())
    kit.clock.skip(15 * minuteMs + 1000)
    expect(await refusal(kit.complete(callback))).toMatchObject({code: 'MELI_STATE_EXPIRED', exitCode: 4})
    expect(kit.tokenCalls).toBe(0)
  })

  it('must be one of ours', async () => {
    const kit = await toolkit()
    await kit.start()
    const {redirectUri} = kit.emulator
    for (const query of [
      'state=forged&code=TG-1-2',
      'code=TG-1-2',
      'state=a&state=b&code=TG-1-2',
      'error=access_denied',
    ])
      expect(await refusal(kit.complete(`${redirectUri}?${query}`))).toMatchObject({
        code: 'MELI_STATE_UNKNOWN',
        exitCode: 4,
      })
    expect(kit.tokenCalls).toBe(0)
  })

  it('of the login that waits is not used up by a forged one', async () => {
    const kit = await toolkit()
    const login = await kit.app.accounts.login()
    const [mine, other] = [await kit.start(), await kit.start()]
    const callback = await kit.allow(mine)
    const forged = callback.replace(mine.state, other.state)
    expect(await refusal(login.complete(forged, {state: mine.state}))).toMatchObject({code: 'MELI_STATE_UNKNOWN'})
    expect(kit.sql('SELECT consumed_at FROM oauth_state')).toEqual([{consumed_at: null}, {consumed_at: null}])
    expect(await login.complete(callback, {state: mine.state})).toMatchObject({site_id: 'MEC'})
  })

  it('need not be pasted with the bare code where a login waits for it', async () => {
    const kit = await toolkit()
    const login = await kit.app.accounts.login()
    const started = await kit.start()
    const code = new URL(await kit.allow(started)).searchParams.get('code')!
    expect(await refusal(login.complete(code))).toMatchObject({code: 'MELI_CALLBACK_UNREADABLE'})
    expect(await login.complete(`  ${code}\n`, {state: started.state})).toMatchObject({site_id: 'MEC'})
  })

  it('is judged before the error, and the error before the code', async () => {
    const kit = await toolkit()
    const started = await kit.start()
    const callback = await kit.allow(started)
    const denied = `${callback}&error=access_denied`
    for (let times = 0; times < 2; times += 1)
      expect(await refusal(kit.complete(denied))).toMatchObject({code: 'MELI_AUTHORIZATION_DENIED', exitCode: 4})
    expect(kit.tokenCalls).toBe(0)
    // No code was sent: whoever allows after all is let in.
    expect(await kit.complete(callback)).toMatchObject({site_id: 'MEC'})
  })

  it('belongs to the application that started it', async () => {
    const kit = await toolkit()
    const callback = await kit.allow(await kit.start())
    const error = await refusal(kit.complete(callback, kit.another({MELI_CLIENT_ID: '42'})))
    expect(error).toMatchObject({code: 'MELI_CLIENT_MISMATCH', exitCode: 3})
    expect(kit.tokenCalls).toBe(0)
    expect(await kit.complete(callback)).toMatchObject({site_id: 'MEC'})
  })
})

describe('a state whose code was not sent', () => {
  it('works again after another account than the expected one came back', async () => {
    const kit = await toolkit()
    const other = kit.emulator.world.users.find(second)!
    const started = await kit.start({expect: String(other.id)})
    expect(await refusal(kit.complete(await kit.allow(started)))).toMatchObject({code: 'MELI_WRONG_ACCOUNT'})
    expect(await kit.complete(await kit.allow(started, second))).toMatchObject({nickname: second})
    expect(kit.tokenCalls).toBe(1)
  })

  it('works again after the machine was offline, until it expires', async () => {
    const kit = await toolkit()
    const offline = kit.another({MELI_API_URL: 'http://127.0.0.1:1'})
    const callback = await kit.allow(await kit.start())
    for (let times = 0; times < 2; times += 1) {
      const error = await refusal(kit.complete(callback, offline))
      expect(error).toMatchObject({code: 'MELI_UNREACHABLE', details: {sent: false}})
    }
    expect(kit.sql('SELECT outcome, error_code FROM token_refresh')).toEqual(
      Array(2).fill({outcome: 'failed', error_code: null}),
    )
    expect(await kit.complete(callback)).toMatchObject({site_id: 'MEC'})
    const late = await kit.allow(await kit.start())
    await refusal(kit.complete(late, offline))
    kit.clock.skip(15 * minuteMs + 1000)
    expect(await refusal(kit.complete(late))).toMatchObject({code: 'MELI_STATE_EXPIRED'})
  })

  it('works again after the disk was full before the code left', async () => {
    const kit = await toolkit()
    const callback = await kit.allow(await kit.start())
    kit.sql(`CREATE TRIGGER full BEFORE INSERT ON token_refresh BEGIN SELECT RAISE(ABORT, 'full'); END`)
    await expect(kit.complete(callback)).rejects.toThrow()
    expect(kit.tokenCalls).toBe(0)
    kit.sql('DROP TRIGGER full')
    expect(await kit.complete(callback)).toMatchObject({site_id: 'MEC'})
  })

  it('is used up by a code that was sent and refused, and says who sent it', async () => {
    const kit = await toolkit()
    const callback = await kit.allow(await kit.start())
    kit.emulator.world.faults.add({path: '/oauth/token', fault: {type: 'status', status: 503}})
    expect(await refusal(kit.complete(callback))).toMatchObject({code: 'MELI_SERVICE_FAILING'})
    const error = await refusal(kit.complete(callback))
    expect(error).toMatchObject({code: 'MELI_STATE_USED', details: {error_code: 'MELI_SERVICE_FAILING'}})
    expect(error.message).toContain(`process ${process.pid} on `)
    expect(error.suggestions[0]).toContain('meli auth login --site MEC')
    expect(kit.tokenCalls).toBe(1)
  })
})

describe('a login that is refused', () => {
  it('tells a denial from a collaborator', async () => {
    const kit = await toolkit()
    const denied = await kit.start()
    const url = await kit.emulator.consent(denied.authorization_url, {deny: true})
    expect(await refusal(kit.complete(url))).toMatchObject({code: 'MELI_AUTHORIZATION_DENIED', exitCode: 4})
    const {state} = await kit.start()
    const operator = `${kit.emulator.redirectUri}?state=${state}&error=invalid_operator_user_id`
    expect(await refusal(kit.complete(operator))).toMatchObject({code: 'MELI_OPERATOR_ACCOUNT', exitCode: 4})
  })

  it('is not used up by an address without code or error', async () => {
    const kit = await toolkit()
    const started = await kit.start()
    for (const nonsense of ['', 'https://example.com/', `https://example.com/callback?state=${started.state}`, 'hello'])
      expect(await refusal(kit.complete(nonsense))).toMatchObject({code: 'MELI_CALLBACK_UNREADABLE', exitCode: 2})
    expect(await kit.complete(await kit.allow(started))).toMatchObject({site_id: 'MEC'})
  })
})

describe('an expected account', () => {
  it('is compared by id before the code is spent', async () => {
    const kit = await toolkit()
    const other = kit.emulator.world.users.find(second)!
    const callback = await kit.allow(await kit.start({expect: String(other.id)}))
    const error = await refusal(kit.complete(callback))
    expect(error).toMatchObject({code: 'MELI_WRONG_ACCOUNT', exitCode: 8})
    expect(kit.tokenCalls).toBe(0)
    expect(kept(kit)).toEqual([0, 0, 0, 0])
  })

  it('is compared by a nickname that was met before, before the code is spent', async () => {
    const kit = await toolkit()
    await kit.connect(second)
    const callback = await kit.allow(await kit.start({expect: second.toLowerCase()}))
    expect(await refusal(kit.complete(callback))).toMatchObject({code: 'MELI_WRONG_ACCOUNT', exitCode: 8})
    expect(kit.tokenCalls).toBe(1)
  })

  it('is asked of the service when the nickname is new, and another leaves nothing behind', async () => {
    const kit = await toolkit()
    const callback = await kit.allow(await kit.start({expect: second}))
    expect(await refusal(kit.complete(callback))).toMatchObject({code: 'MELI_WRONG_ACCOUNT', exitCode: 8})
    expect(kit.tokenCalls).toBe(1)
    expect(kept(kit)).toEqual([0, 0, 0, 0])
    expect(await kit.connect(second, {expect: second.toLowerCase()})).toMatchObject({nickname: second})
  })
})

describe('a login that breaks off between exchange and link', () => {
  it.each([
    ['the service cannot say who it is', {type: 'status', status: 500}],
    ['the connection breaks', {type: 'drop-before'}],
  ] as const)('is finished by the same callback: %s', async (_, fault) => {
    const kit = await toolkit()
    const callback = await kit.allow(await kit.start())
    kit.emulator.world.faults.add({path: '/users/me', fault, times: 4})
    expect(await refusal(kit.complete(callback))).toMatchObject({exitCode: 6})
    expect(kept(kit)).toEqual([0, 1, 0, 0])
    kit.clock.skip(20 * minuteMs)
    expect(await kit.complete(callback, kit.another())).toMatchObject({site_id: 'MEC'})
    expect(kit.tokenCalls).toBe(1)
    expect(kept(kit)).toEqual([1, 0, 1, 1])
    expect(await refusal(kit.complete(callback))).toMatchObject({code: 'MELI_STATE_USED'})
  })

  it('keeps none of the held tokens in clear', async () => {
    const kit = await toolkit()
    const callback = await kit.allow(await kit.start())
    kit.emulator.world.faults.add({path: '/users/me', fault: {type: 'status', status: 500}, times: 4})
    await refusal(kit.complete(callback))
    // A sealed value may hold the letters TG- by chance.
    expect(JSON.stringify(kit.sql('SELECT * FROM installation'))).not.toMatch(/APP_USR-|TG-[0-9a-f]{24}/)
  })
})
