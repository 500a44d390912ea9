import {describe, expect, it} from '@jest/globals'
import {refusal, toolkit} from '../../support/toolkit.js'

/** A shop whose catalogue is here, and whose account was disconnected two days later. */
async function leftShop() {
  const kit = await toolkit({items: 12, itemBytes: 300})
  const {user_id, nickname} = await kit.connect()
  const session = await (await kit.app.accounts.sessions()).open({sandbox: false})
  await (await kit.app.sync.products()).run(session, {sandbox: false, statuses: [], dryRun: false})
  await (await kit.app.accounts.logout()).run(nickname, {sandbox: false})
  kit.clock.skip(48 * 3_600_000)
  return {kit, userId: user_id, nickname, account: String(user_id), catalogue: await kit.app.catalogue.products()}
}

describe('the catalogue of a disconnected account', () => {
  it('is read under the user id, and says that it is disconnected and how old it is', async () => {
    const {account, userId, catalogue} = await leftShop()
    const list = await catalogue.list({account, sandbox: false, limit: 3})
    expect(list).toMatchObject({user_id: userId, total: 12, connected: false})
    // The clock goes on meanwhile.
    expect(Math.floor((list.age_seconds ?? 0) / 3600)).toBe(48)
    const [{id = ''} = {}] = list.products
    expect(await catalogue.show({account, sandbox: false}, id)).toMatchObject({product: {id}, connected: false})
    expect(await catalogue.log({account, sandbox: false}, id)).toMatchObject({changes: [], connected: false})
    const {rows: products, freshness} = await catalogue.stream({account, sandbox: false})
    let count = 0
    for await (const _ of products) count += 1
    expect([count, freshness.connected]).toEqual([12, false])
  })

  it('is named to whoever asks for it by its name, or for none', async () => {
    const {kit, userId, nickname, catalogue} = await leftShop()
    const hint = `--account ${userId} reads the catalogue of that disconnected account`
    const none = await refusal(catalogue.list({sandbox: false}))
    expect([none.code, none.suggestions[0]]).toEqual(['MELI_NO_ACCOUNT', hint])
    const byName = await refusal(catalogue.list({account: nickname, sandbox: false}))
    expect([byName.code, byName.suggestions[0]]).toEqual(['MELI_ACCOUNT_UNKNOWN', hint])
    await kit.connect()
    expect((await catalogue.list({sandbox: false})).connected).toBe(true)
  })

  it('is not that of an account that never was', async () => {
    const {userId, catalogue} = await leftShop()
    for (const account of [String(userId + 1), '99999999999999999999', 'NOBODY']) {
      expect(await refusal(catalogue.list({account, sandbox: false}))).toMatchObject({code: 'MELI_ACCOUNT_UNKNOWN'})
    }
  })

  it('has its runs listed, and cannot be marked stale, since nothing would fetch it', async () => {
    const {kit, account, userId} = await leftShop()
    const {runs} = await (await kit.app.sync.runs()).list({account, sandbox: false, limit: 9})
    expect(runs).toMatchObject([{user_id: userId, nickname: null, outcome: 'complete'}])
    const invalidate = await kit.app.catalogue.invalidate()
    const refused = await refusal(invalidate.run({account, sandbox: false}, undefined))
    expect(refused.code).toBe('MELI_ACCOUNT_UNKNOWN')
  })
})
