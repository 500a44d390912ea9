import {afterEach, describe, expect, it} from '@jest/globals'
import axe from 'axe-core'
import type {BrowserContextOptions, Page} from 'playwright-core'
import {freePort} from '../server/free-port.js'
import {ana, fillShops} from '../support/shops.js'
import {openWeb, type Web} from '../support/web.js'
import {overflows, useChromium} from './chromium.js'

const {open, picture} = useChromium()
const closing: Array<() => Promise<unknown>> = []

const looks: Array<[string, BrowserContextOptions]> = [
  ['1280-light', {viewport: {width: 1280, height: 900}, locale: 'en-US'}],
  ['1280-dark', {viewport: {width: 1280, height: 900}, colorScheme: 'dark', locale: 'es-EC'}],
  ['768-light', {viewport: {width: 768, height: 1024}, locale: 'pt-BR'}],
  ['360-light', {viewport: {width: 360, height: 740}, locale: 'es-MX'}],
  ['360-dark', {viewport: {width: 360, height: 740}, colorScheme: 'dark', locale: 'pt-BR'}],
]

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function serve(): Promise<Web & {base: string}> {
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const web = await openWeb({publicUrl: base})
  await web.app.listen({host: '127.0.0.1', port})
  closing.push(() => web.app.close())
  return {...web, base}
}

async function browse(options: BrowserContextOptions): Promise<Page> {
  // Axe comes as a script, which no page of ours would let in.
  const page = await open({bypassCSP: true, ...options})
  closing.push(() => page.context().close())
  return page
}

async function signIn(web: Web, page: Page, name = ana, to = `${web.publicUrl.origin}/`): Promise<void> {
  await page.goto((await (await web.kit.app.dashboard.operators()).invite(name, web.publicUrl.href)).sign_in_url)
  await page.locator('main button').click()
  await page.waitForURL(to)
}

/** What axe finds wrong, by rule and place; and that nothing is wider than the window. */
async function flaws(page: Page, name: string): Promise<string[]> {
  await picture(page, name)
  await page.evaluate(axe.source)
  const found = (await page.evaluate('axe.run(document, {resultTypes: ["violations"]})')) as {
    violations: Array<{id: string; nodes: Array<{target: string[]; failureSummary: string}>}>
  }
  const rules = found.violations.flatMap(({id, nodes}) =>
    nodes.map(({target, failureSummary}) => `${name} ${id}: ${target.join(' ')} ${failureSummary}`),
  )
  return (await overflows(page)) ? [...rules, `${name} is wider than the window`] : rules
}

describe.each(looks)('pages at %s', (look, options) => {
  it('have no flaw that axe finds, with many stores and with none', async () => {
    const web = await serve()
    const {quito, test, fresh} = await fillShops(await web.kit.app.store(), web.kit.clock.now())
    const page = await browse(options)
    await signIn(web, page)
    const found = await flaws(page, `dashboard-${look}`)
    for (const summary of await page.locator('summary').all()) await summary.click()
    found.push(...(await flaws(page, `dashboard-open-${look}`)))
    for (const [name, id] of Object.entries({quito, test, fresh})) {
      await page.goto(`${web.base}/stores/${id}`)
      found.push(...(await flaws(page, `store-${name}-${look}`)))
    }
    const nobody = await browse(options)
    await signIn(web, nobody, 'nobody@example.com')
    found.push(...(await flaws(nobody, `dashboard-empty-${look}`)))
    expect(found).toEqual([])
  })

  it('have no flaw that axe finds where nobody is signed in, and where something is wrong', async () => {
    const web = await serve()
    const {sign_in_url} = await (await web.kit.app.dashboard.operators()).invite(ana, web.publicUrl.href)
    const page = await browse(options)
    const pages = {
      'sign-in': '/sign-in',
      link: new URL(sign_in_url).pathname,
      'dead-link': `/sign-in/${'a'.repeat(43)}`,
      connect: '/connect',
      missing: '/nothing/here',
      'no-install': '/install/meli/complete?installation_id=nothing',
      forged: '/api/auth/meli/callback?code=TG-1&state=forged',
      denied: '/api/auth/meli/callback?error=access_denied',
    }
    const found: string[] = []
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(web.base + path)
      found.push(...(await flaws(page, `${name}-${look}`)))
    }
    await page.goto(`${web.base}/connect`)
    await page.locator('main button').click()
    await page.locator('button[name=user]').first().click()
    await page.locator('button[name=decision][value=allow]').click()
    await page.waitForURL(/\/install\/meli\/complete/)
    found.push(...(await flaws(page, `pending-${look}`)))
    // Signing in leads back to what waits.
    await signIn(web, page, ana, page.url())
    found.push(...(await flaws(page, `pending-operator-${look}`)))
    await page.goto(`${web.base}/stores/nothing`)
    found.push(...(await flaws(page, `missing-signed-in-${look}`)))
    expect(found).toEqual([])
  })
})

describe('the check itself', () => {
  it('finds what is wrong with a page', async () => {
    const page = await browse({viewport: {width: 360, height: 740}})
    await page.setContent('<html><body><img src="data:,"><p style="color:#ccc;width:900px">pale</p></body></html>')
    const found = (await flaws(page, 'flawed')).map((flaw) => flaw.split(':')[0])
    expect(found).toEqual(expect.arrayContaining(['flawed color-contrast', 'flawed image-alt']))
    expect(found).toContain('flawed is wider than the window')
  })
})

describe('the dashboard in a real browser', () => {
  it('works without JavaScript, and by the keyboard alone', async () => {
    const web = await serve()
    await fillShops(await web.kit.app.store(), web.kit.clock.now())
    const page = await browse({javaScriptEnabled: false, locale: 'en-US'})
    await signIn(web, page)
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content')
    await page.keyboard.press('Enter')
    for (let presses = 0; presses < 20; presses += 1) {
      await page.keyboard.press('Tab')
      if ((await page.evaluate('document.activeElement.textContent')) === 'TIENDA_QUITO') break
    }
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/stores\/[0-9a-f-]{36}$/)
    expect(await page.locator('h1').textContent()).toBe('TIENDA_QUITO')
    const summary = page.locator('summary').first()
    await summary.focus()
    await page.keyboard.press('Enter')
    expect(await page.locator('details[open] table').first().isVisible()).toBe(true)
  })

  it('loads nothing but its own styles, and no page breaks its own rules', async () => {
    const web = await serve()
    await fillShops(await web.kit.app.store(), web.kit.clock.now())
    const page = await open({locale: 'en-US'})
    closing.push(() => page.context().close())
    const said: string[] = []
    page.on('console', (message) => said.push(message.text()))
    const loaded = new Set<string>()
    page.on('request', (request) => loaded.add(new URL(request.url()).origin))
    await signIn(web, page)
    await page.getByRole('link', {name: 'TIENDA_QUITO'}).first().click()
    await page.waitForURL(/\/stores\//)
    expect(said).toEqual([])
    expect([...loaded]).toEqual([web.base])
  })
})

describe('the tables below the charts', () => {
  it.each([641, 700, 900, 1024, 1151, 1152])('keep words whole in %p pixels', async (width) => {
    const web = await serve()
    await fillShops(await web.kit.app.store(), web.kit.clock.now())
    for (const locale of ['es-EC', 'pt-BR']) {
      const page = await browse({viewport: {width, height: 900}, locale})
      await signIn(web, page)
      for (const summary of await page.locator('summary').all()) await summary.click()
      await picture(page, `dashboard-tables-${width}-${locale}`)
      const broken = await page.evaluate(`[...document.querySelectorAll('.chart thead th')]
        .filter((head) => head.scrollWidth > head.clientWidth || getComputedStyle(head).overflowWrap !== 'normal')
        .map((head) => head.textContent)`)
      expect([broken, await overflows(page)]).toEqual([[], false])
    }
  })
})
