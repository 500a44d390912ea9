import {describe, expect, it} from '@jest/globals'
import {renderTestUsers} from '../../../../src/ui/test-users.js'
import {refusal, toolkit} from '../../../support/toolkit.js'
import {plainPaper} from '../../../ui/paper.js'

describe('the vault of test users', () => {
  it('lists them with whether they are connected, and no password', async () => {
    const kit = await toolkit()
    const test = await kit.connectTestUser()
    await (await kit.app.accounts.createTestUsers()).run({siteId: 'MEC', roles: ['buyer']})
    const list = await (await kit.app.accounts.testUsers()).list()
    expect(list.test_users).toMatchObject([
      {id: test.user_id, nickname: test.nickname, connected: true, state: 'created'},
      {connected: false, role: 'buyer', state: 'created'},
    ])
    expect(list.quotas).toMatchObject([{used: 2, limit: 10}])
    expect(JSON.stringify(list)).not.toContain(test.password)
  })

  it('shows one with its password, by nickname in any case and by id', async () => {
    const kit = await toolkit()
    const {user_id, nickname, password} = await kit.connectTestUser()
    const vault = await kit.app.accounts.testUsers()
    for (const name of [nickname, nickname.toLowerCase(), String(user_id)])
      expect(await vault.show(name)).toMatchObject({
        id: user_id,
        password,
        verification_code: String(user_id).slice(-6),
      })
    expect(await refusal(vault.show('NOBODY'))).toMatchObject({code: 'MELI_ACCOUNT_UNKNOWN', exitCode: 4})
  })

  it('adopts one that was made elsewhere, and forgets it', async () => {
    const kit = await toolkit()
    const vault = await kit.app.accounts.testUsers()
    const user = {userId: 5, nickname: 'TESTX', password: 'pw-1', siteStatus: null, siteId: 'MLB'}
    const adopted = await vault.adopt({...user, ownerUserId: null, role: 'buyer'})
    expect(adopted).toMatchObject({id: 5, password: 'pw-1', owner_user_id: null, connected: false, state: 'created'})
    expect((await vault.list()).quotas).toEqual([])
    await vault.adopt({...user, password: 'pw-2', ownerUserId: 9, role: 'seller'})
    expect(await vault.show('TESTX')).toMatchObject({password: 'pw-2', role: 'seller', owner_user_id: 9})
    expect((await vault.list()).test_users).toHaveLength(1)
    expect(await vault.forget('testx')).toEqual({forgotten: 'testx'})
    expect(await refusal(vault.forget('testx'))).toMatchObject({code: 'MELI_ACCOUNT_UNKNOWN'})
  })

  it('goes on counting a forgotten one, which the service goes on keeping', async () => {
    const kit = await toolkit()
    const {nickname} = await kit.connectTestUser()
    const vault = await kit.app.accounts.testUsers()
    await vault.forget(nickname)
    const list = await vault.list()
    expect(list).toMatchObject({test_users: [], quotas: [{used: 1, limit: 10}]})
    expect(renderTestUsers(list, plainPaper())).toContain('Quota: 1/10 test users')
    expect(await refusal(vault.show(nickname))).toMatchObject({code: 'MELI_ACCOUNT_UNKNOWN'})
    expect(kit.sql('SELECT password FROM test_user')).toEqual([{password: null}])
  })
})
