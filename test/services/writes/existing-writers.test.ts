import {describe, expect, it} from '@jest/globals'
import {refusal, toolkit} from '../../support/toolkit.js'

describe('the log of writes', () => {
  it('has test users that were made and accounts that were logged out, without a secret', async () => {
    const kit = await toolkit()
    const tester = await kit.connectTestUser()
    await (await kit.app.accounts.logout()).run(tester.nickname, {sandbox: true})
    const {writes} = await (await kit.app.writes.history()).list({sandbox: false, limit: 9})
    expect(writes).toMatchObject([
      {command: 'auth logout', method: 'DELETE', user_id: tester.user_id, is_test_user: true, outcome: 'done'},
      {command: 'create-test-user', method: 'POST', path: '/users/test_user', is_test_user: false, outcome: 'done'},
    ])
    expect(writes[1]?.body).toBe('{"site_id":"MEC"}')
    const kept = JSON.stringify(kit.sql('SELECT * FROM write_log, write_outcome'))
    expect(kept).not.toContain(tester.password)
    expect(kept).not.toMatch(/APP_USR-|TG-/)
  })

  it('says that a test user was refused', async () => {
    const kit = await toolkit()
    await kit.connect()
    kit.emulator.world.faults.add({path: '/users/test_user', fault: {type: 'status', status: 403, body: {}}})
    const create = await kit.app.accounts.createTestUsers()
    const error = await refusal(create.run({siteId: 'MEC', roles: ['seller']}))
    expect(error.code).toBe('MELI_TEST_USER_LIMIT')
    const {writes} = await (await kit.app.writes.history()).list({sandbox: false, limit: 9})
    expect(writes).toMatchObject([{outcome: 'refused', status: 403, error_code: 'MELI_TEST_USER_LIMIT'}])
  })

  it('does not know what came of a logout whose answer was lost, and the account is gone here all the same', async () => {
    const kit = await toolkit()
    const {nickname, user_id} = await kit.connect()
    const path = `/users/${user_id}/applications/${kit.emulator.clientId}`
    kit.emulator.world.faults.add({path, fault: {type: 'drop-after-commit'}})
    expect(await (await kit.app.accounts.logout()).run(nickname, {sandbox: false})).toMatchObject({
      revoked: false,
      wiped: true,
    })
    const history = await kit.app.writes.history()
    expect(await history.show(1, {sandbox: false})).toMatchObject({
      command: 'auth logout',
      outcome: 'unknown',
      status: null,
    })
    expect(await history.list({account: String(user_id), sandbox: false, limit: 9})).toMatchObject({total: 1})
    expect(await refusal(history.list({account: nickname, sandbox: false, limit: 9}))).toMatchObject({exitCode: 4})
  })
})
