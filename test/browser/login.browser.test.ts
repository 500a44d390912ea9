import {afterEach, describe, expect, it} from '@jest/globals'
import type {Page} from 'playwright-core'
import {freePort} from '../server/free-port.js'
import {openWorld, type World} from '../support/world.js'
import {overflows, useChromium} from './chromium.js'

const {open, picture} = useChromium()
const phone = {viewport: {width: 360, height: 740}}
let pages: Page[] = []

afterEach(async () => {
  for (const page of pages.splice(0)) await page.context().close()
  pages = []
})

async function visit(url: string, options = {}): Promise<Page> {
  const page = await open(options)
  pages.push(page)
  await page.goto(url)
  return page
}

/** `meli auth login` waiting for its callback, with the address it printed. */
async function waitingLogin(args: string[] = [], scheme = 'http', world?: World) {
  const redirect = `${scheme}://localhost:${await freePort()}/callback`
  const made = world ?? (await openWorld())
  made.emulator.world.applications.first().redirectUris.push(redirect)
  const {child, ended} = await made.start([
    'auth',
    'login',
    '--no-browser',
    '--json',
    '--redirect-uri',
    redirect,
    ...args,
  ])
  const url = await new Promise<string>((resolve) => {
    let text = ''
    child.stderr.on('data', (data) => {
      text += data
      const found = /https?:\/\/\S+\/authorization\S+/.exec(text)
      if (found) resolve(found[0])
    })
  })
  return {world: made, child, ended, url}
}

describe('a login in a real browser', () => {
  it('connects the seller who logs in and allows, on a phone, and says so on both ends', async () => {
    const {ended, url} = await waitingLogin()
    const page = await visit(url, phone)
    await picture(page, 'consent-login-phone')
    expect(await overflows(page)).toBe(false)
    await page.locator('button[name=user]').first().click()
    await picture(page, 'consent-allow-phone')
    expect(await overflows(page)).toBe(false)
    await page.locator('button[name=decision][value=allow]').click()
    await page.getByText('TIENDA_ANDINA').waitFor()
    await picture(page, 'callback-connected-phone')
    expect(await overflows(page)).toBe(false)
    expect(await page.locator('html').getAttribute('lang')).toBe('es')
    const {status, stdout} = await ended
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({nickname: 'TIENDA_ANDINA', is_test_user: false})
  })

  it('connects a test user with nickname and password, in the dark, without JavaScript', async () => {
    const world = await openWorld()
    await world.login()
    const {test_users} = await world.json<{test_users: [{nickname: string; password: string}]}>(['create-test-user'])
    const [{nickname, password}] = test_users
    const {ended, url} = await waitingLogin(['--test-user', nickname], 'http', world)
    const page = await visit(url, {colorScheme: 'dark', javaScriptEnabled: false})
    await page.locator('#nickname').fill(nickname)
    await page.locator('#password').fill(password)
    await picture(page, 'consent-password-dark')
    await page.locator('#password').press('Enter')
    await page.locator('button[name=decision][value=allow]').click()
    await page.getByText(nickname).waitFor()
    await picture(page, 'callback-connected-dark')
    const {status, stdout} = await ended
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({nickname, is_test_user: true})
  })

  it('refuses a wrong password and stays on the page', async () => {
    const {child, ended, url} = await waitingLogin()
    const page = await visit(url)
    await page.locator('#nickname').fill('TIENDA_ANDINA')
    await page.locator('#password').fill('wrong')
    await page.locator('#password').press('Enter')
    await page.locator('#password').waitFor()
    await picture(page, 'consent-wrong-password')
    child.kill('SIGINT')
    expect((await ended).status).toBe(130)
  })

  it('shows a denial in the browser and leaves with 4', async () => {
    const {ended, url} = await waitingLogin()
    const page = await visit(url, phone)
    await page.locator('button[name=user]').first().click()
    await page.locator('button[name=decision][value=deny]').click()
    await page.getByText('MELI_AUTHORIZATION_DENIED').waitFor()
    await picture(page, 'callback-denied-phone')
    expect(await overflows(page)).toBe(false)
    const {status, stdout} = await ended
    expect({status, code: JSON.parse(stdout).error.code}).toEqual({status: 4, code: 'MELI_AUTHORIZATION_DENIED'})
  })

  it('tells a collaborator on the consent page that only the administrator can authorize', async () => {
    const {child, ended, url} = await waitingLogin()
    const page = await visit(url)
    await page.locator('button[name=user]', {hasText: 'OPERADOR_ANDINA'}).click()
    await page.getByText('invalid_operator_user_id').waitFor()
    await picture(page, 'consent-operator')
    child.kill('SIGINT')
    await ended
  })

  it('comes back over https on this machine, with the certificate made for it', async () => {
    const {ended, url} = await waitingLogin([], 'https')
    const page = await visit(url, {ignoreHTTPSErrors: true})
    await page.locator('button[name=user]').first().click()
    await page.locator('button[name=decision][value=allow]').click()
    await page.getByText('TIENDA_ANDINA').waitFor()
    expect(page.url()).toMatch(/^https:\/\/localhost:/)
    expect((await ended).status).toBe(0)
  })

  it('says which redirect URI is not registered', async () => {
    const world = await openWorld()
    const {authorization_url} = await world.json<{authorization_url: string}>([
      'auth',
      'login',
      '--no-wait',
      '--redirect-uri',
      'https://example.org/elsewhere',
    ])
    const page = await visit(authorization_url, phone)
    await picture(page, 'consent-redirect-mismatch-phone')
    expect(await page.locator('body').textContent()).toMatch(/redirect_uri/)
    expect(await overflows(page)).toBe(false)
  })

  it('speaks Portuguese on the Brazilian site', async () => {
    const world = await openWorld({site: 'MLB'})
    const {ended, url} = await waitingLogin(['--site', 'MLB'], 'http', world)
    const page = await visit(url)
    expect(await page.locator('html').getAttribute('lang')).toBe('pt')
    await page.locator('button[name=user]').first().click()
    await page.locator('button[name=decision][value=allow]').click()
    await page.waitForURL(/localhost/)
    expect(await page.locator('html').getAttribute('lang')).toBe('pt')
    await picture(page, 'callback-connected-pt')
    expect((await ended).status).toBe(0)
  })
})
