import {createServer} from 'node:http'
import {createRequire} from 'node:module'
import type {AddressInfo} from 'node:net'
import {afterEach, describe, expect, it} from '@jest/globals'
import type {BrowserContextOptions, Page} from 'playwright-core'
import {freePort} from '../server/free-port.js'
import {minuteMs, type ToolkitOptions} from '../support/toolkit.js'
import {openWeb, type Web} from '../support/web.js'
import {overflows, useChromium} from './chromium.js'

const {open, picture} = useChromium()
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const phone = {viewport: {width: 360, height: 740}}
const plain = {javaScriptEnabled: false}
const hostile = '"><img src=x onerror="document.title=1"><script>document.title=1</script>'
const closing: Array<() => Promise<unknown>> = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function serve(options: ToolkitOptions = {}): Promise<Web & {base: string}> {
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const web = await openWeb({...options, publicUrl: base})
  await web.app.listen({host: '127.0.0.1', port})
  closing.push(() => web.app.close())
  return {...web, base}
}

async function browse(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await open({locale: 'en-US', ...options})
  closing.push(() => page.context().close())
  return page
}

async function signIn(web: Web, page: Page, name = 'ana@example.com'): Promise<void> {
  await page.goto((await (await web.kit.app.dashboard.operators()).invite(name, web.publicUrl.href)).sign_in_url)
  await page.locator('main button').click()
  await page.waitForURL(`${web.publicUrl.origin}/`)
}

/** From the page of the team to the consent page, as a seller. */
async function goToConsent(web: {base: string}, page: Page, query = ''): Promise<void> {
  await page.goto(`${web.base}/connect${query}`)
  await page.locator('main button').click()
  await page.locator('button[name=user]').first().click()
}

const allow = (page: Page) => page.locator('button[name=decision][value=allow]').click()
const heading = (page: Page) => page.locator('h1').textContent()

/** Shows a page of another site. */
async function elsewhere(markup: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(`<!doctype html><title>elsewhere</title>${markup}`)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  closing.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `http://localhost:${(server.address() as AddressInfo).port}/`
}

describe('connecting in a real browser', () => {
  it('ends at the store where an operator is signed in', async () => {
    const web = await serve()
    const page = await browse()
    await signIn(web, page)
    await goToConsent(web, page)
    await allow(page)
    await page.waitForURL(/\/stores\/[0-9a-f-]{36}$/)
    expect(web.kit.sql('SELECT operator FROM store_membership')).toEqual([{operator: 'ana@example.com'}])
  })

  it('leaves a seller with a page that says what comes next, and an operator with a button; on a phone', async () => {
    const web = await serve()
    const seller = await browse({...phone, locale: 'es-EC'})
    await seller.goto(`${web.base}/connect`)
    await picture(seller, 'connect-phone')
    expect(await overflows(seller)).toBe(false)
    await seller.locator('main button').click()
    await seller.locator('button[name=user]').first().click()
    await allow(seller)
    await seller.waitForURL(/\/install\/meli\/complete/)
    await picture(seller, 'pending-seller-phone')
    expect(await overflows(seller)).toBe(false)
    expect(await heading(seller)).toBe('Recibimos tu permiso')
    expect(await seller.locator('main').textContent()).toContain('TIENDA_ANDINA')

    const ana = await browse(phone)
    await signIn(web, ana)
    await ana.goto(seller.url())
    await picture(ana, 'pending-operator-phone')
    expect(await overflows(ana)).toBe(false)
    await ana.locator('main button').click()
    await ana.waitForURL(/\/stores\/[0-9a-f-]{36}$/)
    await seller.reload()
    await picture(seller, 'linked-seller-phone')
    expect(await heading(seller)).toBe('La cuenta está conectada')
    await ana.goto(seller.url())
    await picture(ana, 'linked-operator-phone')
  })

  it('works without JavaScript, in the dark', async () => {
    const web = await serve()
    const page = await browse({...plain, colorScheme: 'dark'})
    const {sign_in_url} = await (await web.kit.app.dashboard.operators()).invite('ana@example.com', web.base)
    await page.goto(sign_in_url)
    await picture(page, 'link-dark')
    await page.locator('main button').click()
    await goToConsent(web, page)
    await allow(page)
    await page.waitForURL(/\/stores\//)
    const seller = await browse({...plain, colorScheme: 'dark'})
    await seller.goto(`${web.base}/install/meli/complete?installation_id=nothing`)
    await picture(seller, 'missing-dark')
    await seller.goto(`${web.base}/sign-in`)
    await picture(seller, 'sign-in-dark')
    const dark = await seller.evaluate('getComputedStyle(document.body).backgroundColor')
    expect(dark).toBe('rgb(18, 21, 27)')
  })

  it('says so when the seller declines, and begins again', async () => {
    const web = await serve()
    const page = await browse(phone)
    await goToConsent(web, page)
    await page.locator('button[name=decision][value=deny]').click()
    await page.getByText('MELI_AUTHORIZATION_DENIED').waitFor()
    await picture(page, 'denied-phone')
    expect(await overflows(page)).toBe(false)
    expect(await heading(page)).toBe('You did not give permission')
    await page.locator('a.button').click()
    await page.waitForURL(`${web.base}/connect`)
  })

  it('says so when it took more than 15 minutes', async () => {
    const web = await serve()
    const page = await browse()
    await goToConsent(web, page)
    web.kit.clock.skip(15 * minuteMs)
    await allow(page)
    await page.getByText('MELI_STATE_EXPIRED').waitFor()
    expect(web.kit.tokenCalls).toBe(0)
  })

  it('says so when a state is forged, or of another browser', async () => {
    const web = await serve()
    const [victim, thief] = [await browse(), await browse()]
    await thief.goto(`${web.base}/api/auth/meli/start`)
    const callback = await web.kit.emulator.consent(thief.url())
    await victim.goto(`${web.base}/connect`)
    await victim.goto(callback)
    await picture(victim, 'foreign-state')
    expect(await heading(victim)).toBe('This return did not start here')
    await thief.goto(callback.replace(/state=[^&]*/, `state=${'x'.repeat(43)}`))
    expect(await heading(thief)).toBe('This return did not start here')
    expect(web.kit.tokenCalls).toBe(0)
    expect(web.kit.sql('SELECT * FROM installation')).toEqual([])
  })

  it('says so when the way back was taken before', async () => {
    const web = await serve()
    const page = await browse()
    await signIn(web, page)
    await page.goto(`${web.base}/api/auth/meli/start`)
    const callback = await web.kit.emulator.consent(page.url())
    await page.goto(callback)
    await page.waitForURL(/\/stores\//)
    await page.goto(callback)
    expect(await heading(page)).toBe('This address was used before')
  })

  it('comes back in Portuguese for who reads that', async () => {
    const web = await serve({site: 'MLB'})
    const page = await browse({locale: 'pt-BR'})
    await goToConsent(web, page, '?site=MLB')
    await allow(page)
    await page.waitForURL(/\/install\/meli\/complete/)
    expect(await page.locator('html').getAttribute('lang')).toBe('pt')
    await picture(page, 'pending-seller-pt')
  })
})

describe.each<[string, BrowserContextOptions]>([
  ['in the light, in Spanish', {locale: 'es-EC'}],
  ['in the dark, on a phone', {...phone, colorScheme: 'dark'}],
])('the pages %s', (_look, options) => {
  it('have nothing that axe finds wrong', async () => {
    const web = await serve()
    // Axe comes as a script, which no page of ours would let in.
    const [seller, operator] = [
      await browse({bypassCSP: true, ...options}),
      await browse({bypassCSP: true, ...options}),
    ]
    const {sign_in_url} = await (await web.kit.app.dashboard.operators()).invite('ana@example.com', web.base)
    await goToConsent(web, seller)
    await allow(seller)
    await seller.waitForURL(/\/install\/meli\/complete/)
    const waiting = seller.url()
    const flaws = [...(await violations(seller)), ...(await look(operator, sign_in_url))]
    await operator.locator('main button').click()
    await operator.waitForURL(`${web.base}/`)
    flaws.push(...(await look(operator, waiting)))
    for (const address of [
      sign_in_url,
      `${web.base}/connect`,
      `${web.base}/sign-in`,
      `${web.base}/nowhere`,
      `${web.base}/install/meli/complete`,
      `${web.base}/api/auth/meli/callback?error=server_error&error_description=try+later`,
    ]) {
      flaws.push(...(await look(seller, address)))
    }
    expect(flaws).toEqual([])
  })
})

async function look(page: Page, address: string): Promise<string[]> {
  await page.goto(address)
  return violations(page)
}

async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({path: axe})
  const found = (await page.evaluate('axe.run(document, {resultTypes: ["violations"]})')) as {
    violations: Array<{id: string; nodes: Array<{target: string[]}>}>
  }
  return found.violations.flatMap(({id, nodes}) => nodes.map(({target}) => `${page.url()} ${id}: ${target.join(' ')}`))
}

describe('signing in in a real browser', () => {
  it('works once, and says so the second time', async () => {
    const web = await serve()
    const {sign_in_url} = await (await web.kit.app.dashboard.operators()).invite('ana@example.com', web.base)
    const [ana, thief] = [await browse(), await browse(phone)]
    await thief.goto(sign_in_url)
    await ana.goto(sign_in_url)
    await picture(ana, 'link')
    await ana.locator('main button').click()
    await ana.waitForURL(`${web.base}/`)
    await thief.locator('main button').click()
    await picture(thief, 'link-used-phone')
    expect(await overflows(thief)).toBe(false)
    expect(await heading(thief)).toBe('This link was used before')
    const [cookie] = (await ana.context().cookies()).filter(({name}) => name === 'meli_session')
    expect(cookie).toMatchObject({httpOnly: true, sameSite: 'Lax'})
    expect((await thief.context().cookies()).some(({name}) => name === 'meli_session')).toBe(false)
  })

  it("leads a seller's browser back to the installation, and out again", async () => {
    const web = await serve()
    const page = await browse()
    await goToConsent(web, page)
    await allow(page)
    await page.waitForURL(/\/install\/meli\/complete/)
    const {sign_in_url} = await (await web.kit.app.dashboard.operators()).invite('ana@example.com', web.base)
    await page.goto(sign_in_url)
    await page.locator('main button').click()
    await page.waitForURL(/\/install\/meli\/complete/)
    await picture(page, 'pending-operator')
    await page.locator('.sign-out button').click()
    await page.waitForURL(`${web.base}/sign-in`)
    await picture(page, 'sign-in')
  })
})

describe('another site', () => {
  it('links nothing, signs nobody in and nobody out by a form of its own', async () => {
    const web = await serve()
    const seller = await browse()
    await goToConsent(web, seller)
    await allow(seller)
    await seller.waitForURL(/\/install\/meli\/complete/)
    const id = new URL(seller.url()).searchParams.get('installation_id')!
    const ana = await browse()
    await signIn(web, ana)
    const mallory = await (await web.kit.app.dashboard.operators()).invite('mallory@example.com', web.base)
    const forms = [
      `<form method=post action="${web.base}/install/meli/complete"><input name=installation_id value="${id}"><button>a</button></form>`,
      `<form method=post action="${mallory.sign_in_url}"><button>b</button></form>`,
      `<form method=post action="${web.base}/sign-out"><button>c</button></form>`,
    ]
    const address = await elsewhere(forms.join(''))
    for (const button of ['a', 'b', 'c']) {
      await ana.goto(address)
      await ana.getByRole('button', {name: button, exact: true}).click()
      await ana.waitForURL(`${web.base}/**`)
    }
    expect(await heading(ana)).toBe('Nothing was done')
    expect(web.kit.sql('SELECT * FROM store')).toEqual([])
    await ana.goto(`${web.base}/sign-in?next=/stores/1`)
    expect(ana.url()).toBe(`${web.base}/stores/1`)
    expect((await (await web.kit.app.dashboard.operators()).list()).operators).toMatchObject([
      {operator: 'ana@example.com', sessions: 1},
      {operator: 'mallory@example.com', sessions: 0},
    ])
  })

  it('cannot show these pages in a frame of its own', async () => {
    const web = await serve()
    const page = await browse()
    await page.goto(await elsewhere(`<iframe src="${web.base}/connect"></iframe>`))
    const frame = page.frames().find((each) => each !== page.mainFrame())
    expect(await frame?.locator('main').count()).toBe(0)
  })

  it.each(['next', 'site', 'error', 'error_description', 'message', 'state', 'code', 'installation_id'])(
    'puts no script into a page by %s',
    async (name) => {
      const web = await serve()
      const page = await browse()
      await signIn(web, page)
      const value = encodeURIComponent(hostile)
      for (const address of [
        `/api/auth/meli/start?${name}=${value}`,
        `/api/auth/meli/callback?error=server_error&${name}=${value}`,
        `/install/meli/complete?${name}=${value}`,
        `/connect?${name}=${value}`,
        `/sign-in/${value}`,
      ]) {
        await page.goto(`${web.base}${address}`)
        expect(await page.locator('main img, main script').count()).toBe(0)
        expect(await page.title()).not.toBe('1')
      }
    },
  )

  it('puts no script into a page by a nickname', async () => {
    const web = await serve()
    web.kit.emulator.world.users.list()[0]!.nickname = hostile
    const page = await browse()
    await page.goto(`${web.base}/api/auth/meli/start`)
    await page.goto(await web.kit.emulator.consent(page.url()))
    expect(await page.locator('main').textContent()).toContain(hostile)
    const address = page.url()
    const {sign_in_url} = await (await web.kit.app.dashboard.operators()).invite('ana@example.com', web.base)
    await page.goto(sign_in_url)
    await page.locator('main button').click()
    await page.waitForURL(address)
    await picture(page, 'hostile-nickname')
    expect(await page.locator('main').textContent()).toContain(hostile)
    expect(await page.locator('img, script').count()).toBe(0)
  })
})
