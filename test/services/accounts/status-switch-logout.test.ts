import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../src/core/errors.js'
import {switchAccount} from '../../../src/services/accounts/switch.js'
import {hourMs, refusal, type Toolkit, toolkit} from '../../support/toolkit.js'

const calls = (kit: Toolkit) => kit.emulator.world.requests.list().length

async function status(kit: Toolkit, options: {account?: string; sandbox?: boolean; check?: boolean} = {}) {
  return (await kit.app.accounts.status()).run({sandbox: false, check: false, ...options})
}

async function logout(kit: Toolkit, account: string, {app = kit.app, sandbox = false} = {}) {
  return (await app.accounts.logout()).run(account, {sandbox})
}

describe('the status', () => {
  it('shows accounts and their tokens, and asks nobody', async () => {
    const kit = await toolkit()
    const seller = await kit.connect()
    const test = await kit.connectTestUser()
    const before = calls(kit)
    const result = await status(kit)
    expect(result).toMatchObject({ok: true, exit_code: 0, database: kit.app.config.databaseFile, warnings: []})
    expect(result.accounts.map((a) => [a.user_id, a.is_test_user, a.token])).toEqual([
      [seller.user_id, false, 'valid'],
      [test.user_id, true, 'valid'],
    ])
    expect((await status(kit, {sandbox: true})).accounts.map((a) => a.user_id)).toEqual([test.user_id])
    expect((await status(kit, {account: 'tienda_andina'})).accounts).toHaveLength(1)
    kit.clock.skip(7 * hourMs)
    expect((await status(kit)).accounts[0]).toMatchObject({token: 'expired'})
    expect(calls(kit)).toBe(before)
    expect(JSON.stringify(result)).not.toMatch(/APP_USR-|TG-/)
  })

  it('of nothing says how to begin', async () => {
    const kit = await toolkit()
    expect(await refusal(status(kit))).toMatchObject({code: 'MELI_NO_ACCOUNT', exitCode: 4})
    expect(await refusal(status(kit, {sandbox: true}))).toMatchObject({code: 'MELI_NO_TEST_USER', exitCode: 4})
    await kit.connect()
    expect(await refusal(status(kit, {account: 'X'}))).toMatchObject({code: 'MELI_ACCOUNT_UNKNOWN', exitCode: 4})
  })

  it('with a check tells accepted from refused, and goes on after either', async () => {
    const kit = await toolkit()
    const lost = await kit.connect()
    await kit.connect('CASA_DEL_SUR')
    kit.emulator.world.grants.revoke({userId: lost.user_id})
    const result = await status(kit, {check: true})
    expect(result).toMatchObject({ok: false, exit_code: 4})
    expect(result.accounts).toMatchObject([
      {check: 'refused', token: 'invalid', check_detail: expect.stringContaining('no longer works')},
      {check: 'accepted', token: 'valid'},
    ])
  })

  it('with a check refreshes what has expired', async () => {
    const kit = await toolkit()
    await kit.connect()
    kit.clock.skip(7 * hourMs)
    expect((await status(kit, {check: true})).accounts).toMatchObject([{check: 'accepted', token: 'valid'}])
  })

  it('knows nothing when the service cannot be asked', async () => {
    const kit = await toolkit()
    await kit.connect()
    kit.emulator.world.faults.add({path: '/users/me', fault: {type: 'status', status: 503}, times: 4})
    const result = await status(kit, {check: true})
    expect(result).toMatchObject({ok: false, exit_code: 6, accounts: [{check: 'unknown', token: 'valid'}]})
  })
})

describe('switching', () => {
  it('makes an account the default of its kind', async () => {
    const kit = await toolkit()
    const first = await kit.connect()
    const second = await kit.connect('CASA_DEL_SUR')
    const test = await kit.connectTestUser()
    const {accounts} = await kit.app.store()
    const auth = await kit.app.accounts.auth()
    await switchAccount(accounts, test.nickname)
    expect(await refusal(auth.getValidToken())).toMatchObject({code: 'MELI_ACCOUNT_AMBIGUOUS'})
    expect(await switchAccount(accounts, 'casa_del_sur')).toMatchObject({user_id: second.user_id, is_test_user: false})
    expect((await auth.account()).userId).toBe(second.user_id)
    await switchAccount(accounts, String(first.user_id))
    expect((await auth.account()).userId).toBe(first.user_id)
    expect((await auth.account(undefined, {sandbox: true})).userId).toBe(test.user_id)
    expect(await refusal(switchAccount(accounts, 'X'))).toMatchObject({code: 'MELI_ACCOUNT_UNKNOWN', exitCode: 4})
  })
})

describe('logging out', () => {
  it('revokes at the service and wipes here', async () => {
    const kit = await toolkit()
    const {user_id} = await kit.connect()
    expect(await logout(kit, 'TIENDA_ANDINA')).toMatchObject({
      user_id,
      revoked: true,
      revoke_error: null,
      wiped: true,
    })
    expect(kit.emulator.world.grants.list({userId: user_id})).toEqual([])
    for (const table of ['mercadolibre_token', 'token_refresh', 'store_membership'])
      expect(kit.sql(`SELECT * FROM ${table}`)).toEqual([])
  })

  it('wipes even when the service is down, and says so', async () => {
    const kit = await toolkit()
    await kit.connect()
    const offline = kit.another({MELI_API_URL: 'http://127.0.0.1:1'})
    expect(await logout(kit, 'TIENDA_ANDINA', {app: offline})).toMatchObject({
      revoked: false,
      revoke_error: {code: 'MELI_UNREACHABLE'},
      wiped: true,
    })
    expect(kit.sql('SELECT * FROM mercadolibre_token')).toEqual([])
  })

  it('wipes what no longer works or cannot be opened', async () => {
    const kit = await toolkit()
    const {user_id} = await kit.connect()
    kit.emulator.world.grants.revoke({userId: user_id})
    expect(await logout(kit, String(user_id))).toMatchObject({revoked: false, wiped: true})
    await kit.connect()
    kit.sql("UPDATE mercadolibre_token SET refresh_token = 'broken'")
    expect(await logout(kit, String(user_id))).toMatchObject({
      revoked: false,
      revoke_error: {code: 'MELI_SEAL_BROKEN'},
      wiped: true,
    })
  })

  it('wipes nothing while the database is locked or the disk is full, because nothing was sent', async () => {
    const kit = await toolkit()
    const {user_id} = await kit.connect()
    const {journal} = await kit.app.store()
    const begin = journal.begin.bind(journal)
    for (const code of ['MELI_DATABASE_BUSY', 'MELI_STORAGE_FULL'] as const) {
      journal.begin = () => Promise.reject(new MeliError(code, 'not now'))
      expect(await refusal(logout(kit, String(user_id)))).toMatchObject({code})
      expect(kit.sql('SELECT user_id FROM mercadolibre_token')).toEqual([{user_id}])
    }
    journal.begin = begin
    expect(await logout(kit, String(user_id))).toMatchObject({revoked: true, wiped: true})
  })

  it('says why the service could not be told when that cannot be written down either', async () => {
    const kit = await toolkit()
    const {user_id} = await kit.connect()
    const {journal} = await kit.app.store()
    kit.emulator.world.faults.add({method: 'DELETE', path: '/users/*', fault: {type: 'drop-before'}, times: 10})
    journal.finish = () => Promise.reject(new MeliError('MELI_DATABASE_BUSY', 'locked'))
    expect(await logout(kit, String(user_id))).toMatchObject({revoke_error: {code: 'MELI_UNREACHABLE'}, wiped: true})
  })

  it('takes a test user by name without being told the kind', async () => {
    const kit = await toolkit()
    const {nickname, user_id} = await kit.connectTestUser()
    expect(await refusal(logout(kit, nickname))).toMatchObject({code: 'MELI_WRONG_KIND'})
    expect(await logout(kit, nickname, {sandbox: true})).toMatchObject({user_id, is_test_user: true, revoked: true})
    expect(await refusal(logout(kit, nickname, {sandbox: true}))).toMatchObject({code: 'MELI_ACCOUNT_UNKNOWN'})
  })

  it('never reaches a real account with --sandbox, however it is named', async () => {
    const kit = await toolkit()
    const seller = await kit.connect()
    await kit.connectTestUser()
    expect(await refusal(logout(kit, String(seller.user_id), {sandbox: true}))).toMatchObject({exitCode: 8})
    expect(kit.emulator.world.requests.list().filter((r) => r.method === 'DELETE')).toEqual([])
  })

  it('refuses, and keeps what is here, when the service says that the account is of the other kind', async () => {
    const kit = await toolkit()
    const seller = await kit.connect()
    kit.sql('UPDATE mercadolibre_token SET is_test_user = 1')
    expect(await refusal(logout(kit, String(seller.user_id), {sandbox: true}))).toMatchObject({exitCode: 8})
    expect(kit.sql('SELECT count(*) AS n FROM mercadolibre_token')).toEqual([{n: 1}])
  })
})
