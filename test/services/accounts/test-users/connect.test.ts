import {describe, expect, it} from '@jest/globals'
import {freePort} from '../../../server/free-port.js'
import {refusal, toolkit} from '../../../support/toolkit.js'

/** A seller who is connected, and a browser that does what it is told with the consent page. */
async function build() {
  const redirectUri = `http://localhost:${await freePort()}/callback`
  const kit = await toolkit({redirectUris: [redirectUri]})
  await kit.connect()
  const visit = (deny: () => boolean) => async (url: URL) => {
    const nickname = [...kit.terminal.heard.join('\n').matchAll(/connect as (TEST\w+)/g)].at(-1)?.[1] ?? ''
    await fetch(await kit.emulator.consent(url.href, {user: nickname, deny: deny()}))
  }
  const login = {redirectUri, pkce: true, browser: true}
  return {kit, visit, options: {siteId: 'MEC', roles: ['seller', 'buyer'] as const, login}}
}

describe('create-test-user --login', () => {
  it('connects each in a private window, and makes the seller the default', async () => {
    const {kit, visit, options} = await build()
    kit.browser.visit = visit(() => false)
    const {test_users, logins} = await (await kit.app.accounts.connectTestUsers()).run(options)
    expect(logins.map((login) => login.nickname)).toEqual(test_users.map((user) => user.nickname))
    expect(kit.browser.opened.map((page) => page.private)).toEqual([true, true])
    const accounts = await (await kit.app.store()).accounts.list()
    const [seller, buyer] = test_users.map((user) => accounts.find((account) => account.userId === user.id))
    expect(seller).toMatchObject({isTestUser: true, isDefault: true})
    expect(buyer).toMatchObject({isTestUser: true, isDefault: false})
  })

  it('leaves a default that was chosen before', async () => {
    const {kit, visit, options} = await build()
    kit.browser.visit = visit(() => false)
    const service = await kit.app.accounts.connectTestUsers()
    const first = await service.run({...options, roles: ['seller']})
    await service.run({...options, roles: ['seller']})
    const accounts = await (await kit.app.store()).accounts.list()
    expect(accounts.filter((account) => account.isTestUser && account.isDefault)).toMatchObject([
      {userId: first.test_users[0]!.id},
    ])
  })

  it('shows each password before it is needed', async () => {
    const {kit, visit, options} = await build()
    kit.browser.visit = visit(() => false)
    const {test_users} = await (await kit.app.accounts.connectTestUsers()).run(options)
    const heard = kit.terminal.heard.join('\n')
    for (const {nickname, password} of test_users) {
      expect(heard).toContain(password)
      expect(heard.indexOf(password)).toBeLessThan(heard.indexOf(`connect as ${nickname}`))
    }
  })

  it('names the commands that finish the rest when one says no', async () => {
    const {kit, visit, options} = await build()
    let pages = 0
    kit.browser.visit = visit(() => {
      pages += 1
      return pages === 2
    })
    const error = await refusal((await kit.app.accounts.connectTestUsers()).run(options))
    const {test_users} = await (await kit.app.accounts.testUsers()).list()
    const [seller, buyer] = test_users.map((user) => String(user.nickname))
    expect(error).toMatchObject({code: 'MELI_AUTHORIZATION_DENIED', exitCode: 4})
    expect(error.message).toContain(`${seller}, ${buyer}`)
    expect(error.suggestions).toEqual([
      `meli auth login --test-user ${buyer} --site MEC`,
      `meli test-users show ${buyer}, for its password`,
    ])
  })
})
