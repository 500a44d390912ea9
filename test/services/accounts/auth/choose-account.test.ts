import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../../src/core/errors.js'
import {chooseAccount} from '../../../../src/services/accounts/auth/choose-account.js'
import type {Account} from '../../../../src/services/ports/index.js'
import fc from '../../../support/properties.js'
import {refusal, toolkit} from '../../../support/toolkit.js'

const at = new Date('2026-03-01T12:00:00Z')

function account(userId: number, more: Partial<Account> = {}): Account {
  return {
    userId,
    nickname: `U${userId}`,
    email: null,
    siteId: 'MEC',
    isTestUser: false,
    isDefault: false,
    status: 'active',
    scope: 'read offline_access',
    expiresAt: at,
    storeId: 'a',
    clientId: '1',
    createdAt: at,
    updatedAt: at,
    ...more,
  }
}

function refused(accounts: Account[], choice: Parameters<typeof chooseAccount>[1]): MeliError {
  try {
    chooseAccount(accounts, choice)
  } catch (error) {
    if (error instanceof MeliError) return error
  }
  throw new Error('nothing was refused')
}

const anyAccount = fc
  .record({
    userId: fc.integer({min: 1, max: 6}),
    nickname: fc.constantFrom('ANA', 'ana', 'BETO', '3', '4', 'TESTUSER5'),
    siteId: fc.constantFrom('MEC', 'MLB'),
    isTestUser: fc.boolean(),
    isDefault: fc.boolean(),
    status: fc.constantFrom('active' as const, 'invalid' as const),
  })
  .map(({userId, ...more}) => account(userId, more))

const anyChoice = fc.record(
  {
    account: fc.constantFrom('ANA', 'beto', '3', 4, 'testuser5', 'nobody', '', undefined),
    sandbox: fc.constantFrom(true, false, undefined),
    site: fc.constantFrom('MEC', 'MLB', undefined),
  },
  {requiredKeys: []},
)

describe('choosing an account', () => {
  it('never chooses an account of the other kind or another site', () => {
    fc.assert(
      fc.property(fc.array(anyAccount, {maxLength: 6}), anyChoice, (accounts, choice) => {
        try {
          const chosen = chooseAccount(accounts, choice)
          expect(chosen.isTestUser).toBe(choice.sandbox ?? false)
          if (choice.site !== undefined) expect(chosen.siteId).toBe(choice.site)
        } catch (error) {
          expect(error).toMatchObject({name: 'MeliError', exitCode: expect.any(Number)})
          expect([4, 8]).toContain((error as MeliError).exitCode)
        }
      }),
    )
  })

  it('takes the only account of the kind', () => {
    const both = [account(1), account(2, {isTestUser: true})]
    expect(chooseAccount(both, {}).userId).toBe(1)
    expect(chooseAccount(both, {sandbox: true}).userId).toBe(2)
  })

  it('takes the default of the kind among several, and lists them without one', () => {
    const three = [account(1), account(2, {isDefault: true}), account(3), account(4, {isTestUser: true})]
    expect(chooseAccount(three, {}).userId).toBe(2)
    const error = refused([account(1), account(3), account(4, {isTestUser: true, isDefault: true})], {})
    expect(error).toMatchObject({code: 'MELI_ACCOUNT_AMBIGUOUS', exitCode: 4})
    expect(error.message).toContain('U1 (1, MEC), U3 (3, MEC)')
    expect(error.message).not.toContain('U4')
    expect(error.details).toEqual({
      accounts: [
        {user_id: 1, nickname: 'U1', site_id: 'MEC'},
        {user_id: 3, nickname: 'U3', site_id: 'MEC'},
      ],
    })
  })

  it('narrows by site', () => {
    const two = [account(1), account(2, {siteId: 'MLB'})]
    expect(chooseAccount(two, {site: 'MLB'}).userId).toBe(2)
    expect(refused(two, {site: 'MLA'})).toMatchObject({code: 'MELI_NO_ACCOUNT'})
    expect(refused(two, {site: 'MLB', account: 'U1'})).toMatchObject({code: 'MELI_ACCOUNT_UNKNOWN'})
  })

  it('says what to do where there is none of the kind', () => {
    const error = refused([account(1, {isTestUser: true})], {})
    expect(error).toMatchObject({code: 'MELI_NO_ACCOUNT', exitCode: 4})
    expect(error.suggestions.join()).toContain('--sandbox')
    expect(refused([account(1)], {sandbox: true})).toMatchObject({code: 'MELI_NO_TEST_USER', exitCode: 4})
  })

  it('refuses an account of the wrong kind by name', () => {
    const both = [account(1), account(2, {isTestUser: true, nickname: 'TEST2'})]
    expect(refused(both, {account: 'U1', sandbox: true})).toMatchObject({code: 'MELI_WRONG_KIND', exitCode: 8})
    expect(refused(both, {account: 'test2'})).toMatchObject({code: 'MELI_WRONG_KIND', exitCode: 8})
  })

  it('prefers an id to a nickname that looks like one', () => {
    expect(chooseAccount([account(1, {nickname: '2'}), account(2)], {account: '2'}).userId).toBe(2)
  })
})

describe('the two kinds side by side', () => {
  it('are told apart by what the service says of them', async () => {
    const kit = await toolkit()
    const auth = await kit.app.accounts.auth()
    expect(await refusal(auth.getValidToken())).toMatchObject({code: 'MELI_NO_ACCOUNT'})
    const seller = await kit.connect()
    expect(await refusal(auth.getValidToken(undefined, {sandbox: true}))).toMatchObject({code: 'MELI_NO_TEST_USER'})
    const test = await kit.connectTestUser()
    expect(test.is_test_user).toBe(true)
    expect((await auth.getValidToken()).account.userId).toBe(seller.user_id)
    expect((await auth.getValidToken(undefined, {sandbox: true})).account.userId).toBe(test.user_id)
    expect(await refusal(auth.getValidToken(test.user_id))).toMatchObject({code: 'MELI_WRONG_KIND', exitCode: 8})
  })
})

describe('the errors about accounts', () => {
  it('say the same of the wrong kind, whether the row or the service tells', async () => {
    const kit = await toolkit()
    const test = await kit.connectTestUser()
    const auth = await kit.app.accounts.auth()
    const byRow = await refusal(auth.account(test.user_id))
    const {accessToken} = await auth.getValidToken(test.user_id, {sandbox: true})
    const fixed = kit.another({MELI_ACCESS_TOKEN: accessToken})
    const byService = await refusal((await fixed.accounts.sessions()).open({sandbox: false}))
    const said = ({code, message, suggestions}: MeliError) => ({code, message, suggestions})
    expect(said(byService)).toEqual(said(byRow))
  })

  it('say the same of an unknown account, whichever command is asked', async () => {
    const kit = await toolkit()
    await kit.connect()
    const {accounts} = await kit.app.store()
    const asked = [
      (await kit.app.accounts.auth()).account('42'),
      (await kit.app.accounts.status()).run({account: '42', sandbox: false, check: false}),
      (await kit.app.accounts.switchAccount())('42'),
      accounts.setDefault(42),
    ]
    const said = await Promise.all(asked.map(async (each) => (await refusal(each)).message))
    expect(new Set(said)).toEqual(new Set(['no connected account is called 42']))
  })
})
