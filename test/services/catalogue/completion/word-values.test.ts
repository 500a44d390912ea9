import {describe, expect, it} from '@jest/globals'
import {WordValues} from '../../../../src/services/catalogue/completion/word-values.js'
import {openStore} from '../../../../src/store/open.js'
import {link, noon, product, seller} from '../../../support/store-contract.js'
import {tempHomes} from '../../../support/temp-home.js'

const newHome = tempHomes()
const sites = [{id: 'MEC', name: 'Ecuador'}]

describe('the values of words', () => {
  it('are the sites alone where nothing was stored yet', async () => {
    const values = new WordValues({sites, stored: async () => undefined})
    expect(await values.startingWith('site', '')).toEqual([{value: 'MEC', description: 'Ecuador'}])
    expect(await values.startingWith('item', '')).toEqual([])
    expect(await values.startingWith('account', '')).toEqual([])
  })

  it('are the accounts, and the real ones alone where a real one is asked for', async () => {
    const store = await openStore({home: newHome()})
    await store.accounts.link(link())
    await store.accounts.link(link({userId: 7, who: {nickname: 'TESTABC', isTestUser: true}}))
    const values = new WordValues({sites, stored: async () => store})
    const real = {value: `USER_${seller}`, description: `real account ${seller}, MEC`}
    expect(await values.startingWith('account', '')).toEqual([
      {value: 'TESTABC', description: 'test user 7, MEC'},
      real,
    ])
    expect(await values.startingWith('real_account', '')).toEqual([real])
    await store.close()
  })

  it('are items, typed in lower case too', async () => {
    const store = await openStore({home: newHome()})
    await store.accounts.link(link())
    await store.productSink(seller).save([product({id: 'MEC77', title: 'Sombrero'})], {runId: 'run-1', at: noon})
    const values = new WordValues({sites, stored: async () => store})
    expect(await values.startingWith('item', 'mec7')).toEqual([{value: 'MEC77', description: 'Sombrero'}])
    await store.close()
  })

  it('are the nicknames of test users', async () => {
    const store = await openStore({home: newHome()})
    const intent = await store.testUsers.intend({ownerUserId: 1, siteId: 'MEC', role: 'buyer', at: noon})
    await store.testUsers.intend({ownerUserId: 1, siteId: 'MEC', role: 'buyer', at: noon})
    const made = {userId: 9, nickname: 'TESTXYZ', password: 'qatest1', siteStatus: 'active'}
    await store.testUsers.complete(intent, made, noon)
    const values = new WordValues({sites, stored: async () => store})
    expect(await values.startingWith('test_user', '')).toEqual([{value: 'TESTXYZ', description: 'buyer, MEC'}])
    await store.close()
  })
})
