import {describe, expect, it} from '@jest/globals'
import {minuteMs} from '../support/toolkit.js'
import {openWeb, publicUrl, type Web} from '../support/web.js'

const hostile = '"><script>alert(1)</script>'

function rows(web: Web, table: string): number {
  return web.kit.sql(`SELECT * FROM ${table}`).length
}

describe('the way to Mercado Libre', () => {
  it('is bound to the browser by a cookie that no script reads', async () => {
    const web = await openWeb()
    const started = await web.visitor().get('/api/auth/meli/start')
    expect(started.headers['cache-control']).toBe('no-store')
    expect(String(started.headers['set-cookie'])).toMatch(
      /^__Host-meli_connect=[\w-]{43}; Max-Age=900; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
  })

  it('needs no https on this machine, and says so in the name of the cookie', async () => {
    const web = await openWeb({publicUrl: 'http://127.0.0.1:3000'})
    const started = await web.visitor().get('/api/auth/meli/start')
    expect(String(started.headers['set-cookie'])).toMatch(
      /^meli_connect=[\w-]{43}; Max-Age=900; Path=\/; HttpOnly; SameSite=Lax$/,
    )
  })

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/%2F/evil.example',
    '/%5Cevil.example',
    '/%255Cevil.example',
    '/a/..//evil.example',
    '/./\tevil',
    '/\u0000',
    '/%00',
    '/%0d%0aset-cookie:a=b',
    '/%e0%a4%a',
    'stores',
    '',
    'javascript:alert(1)',
    `/${'a'.repeat(2000)}`,
  ])('refuses to lead to %j afterwards', async (next) => {
    const web = await openWeb()
    const refused = await web.visitor().get(`/api/auth/meli/start?next=${encodeURIComponent(next)}`)
    expect([refused.status, refused.location]).toEqual([400, undefined])
    expect(refused.body).toContain('href="/connect"')
    expect(rows(web, 'oauth_state')).toBe(0)
  })

  it.each([
    ['a site that is none', '?site=XXX', 'MELI_SITE_UNKNOWN'],
    ['a site that is markup', `?site=${encodeURIComponent(hostile)}`, 'MELI_SITE_UNKNOWN'],
  ])('refuses %s', async (_what, query, code) => {
    const web = await openWeb()
    const refused = await web.visitor().get(`/api/auth/meli/start${query}`)
    expect(refused.status).toBe(400)
    expect(refused.body).toContain(code)
    expect(refused.body).not.toContain('<script')
  })

  it('takes the site in small letters too', async () => {
    const web = await openWeb()
    expect((await web.visitor().get('/api/auth/meli/start?site=mlb')).status).toBe(302)
    expect(web.kit.sql('SELECT site_id FROM oauth_state')).toEqual([{site_id: 'MLB'}])
  })

  it('is begun by visits alone: not by prefetching, pictures or HEAD', async () => {
    const web = await openWeb()
    const browser = web.visitor()
    expect((await browser.get('/api/auth/meli/start', {'sec-purpose': 'prefetch;prerender'})).status).toBe(400)
    expect((await browser.get('/api/auth/meli/start', {'sec-fetch-dest': 'image'})).status).toBe(400)
    const head = await web.app.inject({method: 'HEAD', url: '/api/auth/meli/start', headers: {host: 'shop.example'}})
    expect(head.statusCode).toBe(404)
    expect(rows(web, 'oauth_state')).toBe(0)
  })

  it('is not gone when the application is not configured, or leads elsewhere', async () => {
    const elsewhere = await openWeb({redirectUris: ['https://elsewhere.example/callback']})
    const refused = await elsewhere.visitor().get('/api/auth/meli/start')
    expect([refused.status, refused.body.includes('MELI_REDIRECT_MISMATCH')]).toEqual([400, true])
    const bare = await openWeb({env: {MELI_CLIENT_ID: undefined}})
    const missing = await bare.visitor().get('/api/auth/meli/start')
    expect([missing.status, missing.body.includes('MELI_CLIENT_ID_MISSING')]).toEqual([500, true])
  })

  it('is offered on a page, with the country of the seller', async () => {
    const web = await openWeb()
    const page = await web.visitor().get('/connect?site=MLB')
    expect(page.status).toBe(200)
    expect(page.body).toContain('<option value="MLB" selected>Brasil</option>')
    expect(String(page.headers['content-security-policy'])).toContain(`form-action 'self' ${web.kit.emulator.url}`)
  })
})

describe('the way back', () => {
  it('ends at the path that was asked for, with an operator', async () => {
    const web = await openWeb()
    const ana = await web.signedIn()
    expect((await ana.get(await ana.authorize({query: '?next=/stores%3Ffrom=menu'}))).location).toBe(
      '/stores?from=menu',
    )
  })

  it('keeps that path until an operator completes, without one', async () => {
    const web = await openWeb()
    const seller = web.visitor()
    const waiting = await seller.get(await seller.authorize({query: '?next=/welcome'}))
    expect(waiting.location).toMatch(/^\/install\/meli\/complete\?installation_id=[0-9a-f-]{36}&next=%2Fwelcome$/)
    const ana = await web.signedIn()
    expect((await ana.submit(await ana.get(waiting.location!))).location).toBe('/welcome')
  })

  it('is taken once: of two at the same time one is exchanged', async () => {
    const web = await openWeb()
    const ana = await web.signedIn()
    const callback = await ana.authorize()
    const both = await Promise.all([ana.get(callback), ana.get(callback)])
    expect(both.some(({location}) => location?.startsWith('/stores/') === true)).toBe(true)
    expect(web.kit.tokenCalls).toBe(1)
    expect(rows(web, 'store')).toBe(1)
    expect((await ana.get(callback)).body).toContain('MELI_STATE_USED')
  })

  it('leads to the same installation when it is loaded again', async () => {
    const web = await openWeb()
    const seller = web.visitor()
    const callback = await seller.authorize()
    const [first, second] = [await seller.get(callback), await seller.get(callback)]
    expect(second.location).toBe(first.location)
    expect([rows(web, 'installation'), web.kit.tokenCalls]).toEqual([1, 1])
  })

  it('links nothing for an operator who was removed while the seller was on the way', async () => {
    const web = await openWeb()
    const ana = await web.signedIn('ana@example.com')
    const {accounts, operators} = await web.kit.app.store()
    const {link} = accounts
    accounts.link = async (linked) => {
      await operators.remove('ana@example.com')
      return link.call(accounts, linked)
    }
    const page = await ana.get(await ana.authorize())
    expect([page.status, page.body.includes('MELI_OPERATOR_UNKNOWN')]).toEqual([400, true])
    expect([rows(web, 'store'), rows(web, 'store_membership'), rows(web, 'mercadolibre_token')]).toEqual([0, 0, 0])
  })

  it('serves two tabs of one browser', async () => {
    const web = await openWeb()
    const ana = await web.signedIn()
    const tabs = [await ana.authorize(), await ana.authorize()]
    for (const callback of tabs) expect((await ana.get(callback)).location).toMatch(/^\/stores\//)
  })

  it('goes on from where it stopped when the service did not answer', async () => {
    const web = await openWeb()
    const ana = await web.signedIn()
    const callback = await ana.authorize()
    web.kit.emulator.world.faults.add({path: '/users/me', fault: {type: 'status', status: 500}, times: 10})
    const away = await ana.get(callback)
    expect(away.status).toBe(503)
    expect(away.body).toContain('Your authorization is not lost')
    web.kit.emulator.world.faults.clear()
    expect((await ana.get(callback)).location).toMatch(/^\/stores\//)
    expect(web.kit.tokenCalls).toBe(1)
  })

  it.each([
    ['a denial', 'error=access_denied', 'MELI_AUTHORIZATION_DENIED', 'You did not give permission'],
    ['a collaborator', 'error=invalid_operator_user_id', 'MELI_OPERATOR_ACCOUNT', 'You logged in as a collaborator'],
    [
      'a redirect URI that is not registered',
      'error=invalid_request&error_description=redirect_uri+mismatch',
      'MELI_REDIRECT_MISMATCH',
      'The return address does not match',
    ],
    [
      'anything else',
      'error=server_error&error_description=try+later',
      'MELI_AUTHORIZATION_DENIED',
      'You did not give permission',
    ],
  ])('explains %s, with its state and without', async (_what, query, code, words) => {
    const web = await openWeb()
    const seller = web.visitor()
    const state = new URL(await seller.authorize()).searchParams.get('state')
    for (const address of [`/api/auth/meli/callback?${query}`, `/api/auth/meli/callback?${query}&state=${state}`]) {
      const page = await seller.get(address)
      expect(page.status).toBe(400)
      expect(page.body).toContain(words)
      expect(page.body).toContain(code)
    }
    expect(web.kit.tokenCalls).toBe(0)
  })

  it("repeats the words of the service where state and cookie agree alone: others are anybody's", async () => {
    const web = await openWeb()
    const [seller, victim] = [web.visitor(), web.visitor()]
    const state = new URL(await seller.authorize()).searchParams.get('state')
    const query = 'error=server_error&error_description=call+555'
    const shown = async (visitor: typeof seller, more = '') =>
      (await visitor.get(`/api/auth/meli/callback?${query}${more}`)).body.includes('server_error: call 555')
    expect(await shown(victim)).toBe(false)
    expect(await shown(seller)).toBe(false)
    expect(await shown(victim, `&state=${state}`)).toBe(false)
    expect(await shown(seller, `&state=${state}x`)).toBe(false)
    expect(await shown(seller, `&state=${state}`)).toBe(true)
  })

  it.each(['es', 'pt', 'en'])('has a page of its own for each cause, in %s', async (language) => {
    const web = await openWeb()
    const seller = web.visitor()
    seller.headers['accept-language'] = language
    const titles = new Set<string>()
    for (const query of [
      'error=access_denied',
      'error=invalid_operator_user_id',
      'error=redirect_uri_mismatch',
      'code=TG-1-1',
      '',
      'code=TG-1-1&state=x',
    ]) {
      const {body} = await seller.get(`/api/auth/meli/callback?${query}`)
      expect(body).toContain(`<html lang="${language}">`)
      titles.add(/<h1>([^<]*)<\/h1>/.exec(body)?.[1] ?? '')
    }
    expect(titles.size).toBe(5)
  })

  it.each(['error', 'error_description', 'state', 'code', 'message'])('shows nothing of %s as markup', async (name) => {
    const web = await openWeb()
    const seller = web.visitor()
    const fields = new URLSearchParams({error: 'server_error', [name]: hostile})
    const {body} = await seller.get(`/api/auth/meli/callback?${fields}`)
    expect(body).not.toContain('<script')
  })

  it('does not log codes, states or cookies', async () => {
    const web = await openWeb()
    const seller = web.visitor()
    const callback = new URL(await seller.authorize())
    const {headers} = await seller.get(callback.href)
    expect(String(headers.location)).not.toContain(callback.searchParams.get('code'))
    expect(headers['referrer-policy']).toBe('no-referrer')
  })

  it('is taken by visits alone', async () => {
    const web = await openWeb()
    const seller = web.visitor()
    const callback = await seller.authorize()
    expect((await seller.get(callback, {'sec-fetch-dest': 'iframe'})).status).toBe(400)
    expect((await seller.get(callback, {purpose: 'prefetch'})).status).toBe(400)
    const {pathname, search} = new URL(callback)
    const head = await web.app.inject({method: 'HEAD', url: pathname + search, headers: {host: 'shop.example'}})
    expect(head.statusCode).toBe(404)
    expect((await seller.get(callback)).status).toBe(302)
  })

  it('comes to the path of the redirect URI, whatever it is', async () => {
    const web = await openWeb({redirectUris: [`${publicUrl}/volver`]})
    const seller = web.visitor()
    const callback = await seller.authorize()
    expect(new URL(callback).pathname).toBe('/volver')
    expect((await seller.get(callback)).location).toMatch(/^\/install\/meli\/complete/)
  })

  it('tells a seller who is connected already that the permission was renewed', async () => {
    const web = await openWeb()
    const ana = await web.signedIn()
    await ana.get(await ana.authorize())
    web.kit.clock.skip(minuteMs)
    const seller = web.visitor()
    const page = await seller.get(await seller.authorize())
    expect([page.status, page.body.includes('Your permission was renewed')]).toEqual([200, true])
    expect(rows(web, 'installation')).toBe(0)
  })
})
