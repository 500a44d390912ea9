import {describe, expect, it} from '@jest/globals'
import type {Fault} from '../../../../src/emulator/index.js'
import type {CreateTestUserOptions} from '../../../../src/services/accounts/test-users/create.js'
import {refusal, type Toolkit, toolkit} from '../../../support/toolkit.js'

async function create(kit: Toolkit, options: Partial<CreateTestUserOptions> = {}) {
  const creator = await kit.app.accounts.createTestUsers()
  return creator.run({siteId: 'MEC', roles: ['seller'], ...options})
}

async function owner() {
  const kit = await toolkit()
  const {user_id: ownerId} = await kit.connect()
  const vault = await kit.app.accounts.testUsers()
  const fault = (fault: Fault) => kit.emulator.world.faults.add({path: '/users/test_user', fault})
  return {kit, ownerId, vault, fault}
}

const posts = (kit: Toolkit) => kit.requests('POST', '/users/test_user').length

describe('creating test users', () => {
  it('makes a pair, stores both before showing them, and counts them', async () => {
    const {kit, ownerId} = await owner()
    const {test_users, quota} = await create(kit, {roles: ['seller', 'buyer']})
    expect(quota).toEqual({used: 2, limit: 10})
    expect(test_users.map((u) => u.role)).toEqual(['seller', 'buyer'])
    for (const user of test_users) {
      expect(user).toEqual({
        id: expect.any(Number),
        nickname: expect.stringMatching(/^TEST/),
        password: kit.emulator.world.users.find(user.id)?.password,
        site_id: 'MEC',
        role: user.role,
        site_status: 'active',
        verification_code: String(user.id).slice(-6),
      })
    }
    const stored = kit.sql('SELECT * FROM test_user')
    expect(stored).toMatchObject([{owner_user_id: ownerId}, {owner_user_id: ownerId}])
    for (const {password} of test_users) expect(JSON.stringify(stored)).not.toContain(password)
  })

  it('is for real accounts: a test user is refused, and nothing is asked for', async () => {
    const kit = await toolkit()
    const test = await kit.connectTestUser()
    expect(await refusal(create(kit, {account: test.nickname}))).toMatchObject({code: 'MELI_WRONG_KIND', exitCode: 8})
    expect(posts(kit)).toBe(1)
  })

  it('believes the service, not the row, about the kind of the account', async () => {
    const kit = await toolkit()
    const test = await kit.connectTestUser()
    kit.sql('UPDATE mercadolibre_token SET is_test_user = 0 WHERE user_id = ?', test.user_id)
    expect(await refusal(create(kit, {account: test.nickname}))).toMatchObject({code: 'MELI_WRONG_KIND', exitCode: 8})
    expect(posts(kit)).toBe(1)
    expect(kit.sql("SELECT * FROM test_user WHERE state = 'intended'")).toEqual([])
  })

  it('needs a connected account', async () => {
    expect(await refusal(create(await toolkit()))).toMatchObject({code: 'MELI_NO_ACCOUNT', exitCode: 4})
  })

  it('works with a bare access token', async () => {
    const {kit, ownerId} = await owner()
    const app = kit.another({MELI_ACCESS_TOKEN: (await kit.record(ownerId)).accessToken})
    const result = await (await app.accounts.createTestUsers()).run({siteId: 'MLB', roles: ['buyer']})
    expect(result).toMatchObject({test_users: [{site_id: 'MLB', role: 'buyer'}], quota: {used: 1}})
  })

  it('explains the limit with the test users at hand', async () => {
    const {kit, vault} = await owner()
    const roles = Array.from({length: 10}, () => 'seller' as const)
    const {test_users} = await create(kit, {roles})
    const error = await refusal(create(kit))
    expect(error).toMatchObject({code: 'MELI_TEST_USER_LIMIT', exitCode: 5})
    for (const {nickname} of test_users) expect(error.message).toContain(nickname)
    expect(error.details).toMatchObject({quota: {used: 10, limit: 10}})
    expect((await vault.list()).quotas).toMatchObject([{used: 10}])
  })

  it('says what was made before the limit cut a pair in half', async () => {
    const {kit} = await owner()
    await create(kit, {roles: Array.from({length: 9}, () => 'seller' as const)})
    const error = await refusal(create(kit, {roles: ['seller', 'buyer']}))
    expect(error).toMatchObject({code: 'MELI_TEST_USER_LIMIT', details: {created: [expect.stringMatching(/^TEST/)]}})
    expect(error.suggestions[0]).toMatch(/^meli test-users show TEST/)
  })

  it.each<[string, Fault]>([
    ['the connection breaks', {type: 'drop-after-commit'}],
    ['the service fails', {type: 'status', status: 500}],
    ['the answer is garbage', {type: 'garbage'}],
  ])('leaves an intent that counts as a slot when %s', async (_, why) => {
    const {kit, vault, fault} = await owner()
    fault(why)
    expect(await refusal(create(kit))).toMatchObject({exitCode: 6})
    expect(posts(kit)).toBe(1)
    const {test_users, quotas} = await vault.list()
    expect(test_users).toMatchObject([{state: 'intended', nickname: null, id: null}])
    expect(quotas).toMatchObject([{used: 1, limit: 10}])
    expect(await create(kit)).toMatchObject({quota: {used: 2}})
    await vault.forget(test_users[0]!.intent_id)
    expect((await vault.list()).quotas).toMatchObject([{used: 1}])
  })

  it.each<[number, Fault]>([
    [5, {type: 'status', status: 403, body: {blocked_by: 'PolicyAgent', message: 'x', status: 403}}],
    [5, {type: 'status', status: 400, body: {message: 'invalid site_id', error: 'bad_request', status: 400}}],
    [6, {type: 'rate-limit', shape: 'over_quota'}],
  ])('leaves none when it is refused (%i)', async (exitCode, why) => {
    const {kit, vault, fault} = await owner()
    fault(why)
    expect(await refusal(create(kit))).toMatchObject({exitCode})
    expect(await vault.list()).toMatchObject({test_users: [], quotas: [{used: 0}]})
  })

  it('puts credentials that cannot be stored on the screen rather than nowhere', async () => {
    const {kit} = await owner()
    kit.sql("CREATE TRIGGER full BEFORE UPDATE ON test_user BEGIN SELECT RAISE(ABORT, 'no'); END")
    await expect(create(kit)).rejects.toThrow()
    const made = kit.emulator.world.users.list().at(-1)!
    const said = kit.terminal.heard.join()
    expect(said).toContain(made.nickname)
    expect(said).toContain(made.password)
    expect(said).toContain('meli test-users adopt')
  })
  const logCannotEnd = "CREATE TRIGGER log BEFORE INSERT ON write_outcome BEGIN SELECT RAISE(ABORT, 'no'); END"

  it('names the user that is stored when only the end of the log cannot be written', async () => {
    const {kit, vault} = await owner()
    kit.sql(logCannotEnd)
    const error = await refusal(create(kit))
    const {nickname} = kit.emulator.world.users.list().at(-1)!
    expect(error.message).toContain('the change was carried out, and the log could not be written')
    expect(error.details).toMatchObject({created: [nickname]})
    expect(await vault.show(nickname)).toMatchObject({nickname})
  })

  it('says what is lost, and not that the log failed as well', async () => {
    const {kit} = await owner()
    kit.sql("CREATE TRIGGER full BEFORE UPDATE ON test_user BEGIN SELECT RAISE(ABORT, 'no'); END")
    kit.sql(logCannotEnd)
    expect((await refusal(create(kit))).message).toContain('its password could not be stored')
    expect(kit.terminal.heard.join()).toContain(kit.emulator.world.users.list().at(-1)!.password)
  })
})
