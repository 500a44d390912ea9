import {describe, expect, it} from '@jest/globals'
import {minuteMs} from '../support/toolkit.js'
import {openWeb, type Web} from '../support/web.js'

async function link(web: Web, name = 'ana@example.com'): Promise<string> {
  return (await (await web.kit.app.dashboard.operators()).invite(name, web.publicUrl.href)).sign_in_url
}

const session = '__Host-meli_session'

describe('signing in', () => {
  it('takes a look and a press of a button', async () => {
    const web = await openWeb()
    const ana = web.visitor()
    const page = await ana.get(await link(web))
    expect(page.status).toBe(200)
    const signedIn = await ana.submit(page)
    expect([signedIn.status, signedIn.location]).toEqual([303, '/'])
    const cookie = String(signedIn.headers['set-cookie'])
    expect(cookie).toMatch(/__Host-meli_session=[\w-]{43}; Max-Age=28800; Path=\/; HttpOnly; Secure; SameSite=Lax/)
  })

  it('tells nobody a command, who could not run it', async () => {
    const {body} = await (await openWeb()).visitor().get('/sign-in')
    expect(body).toContain('Ask whoever runs this server')
    expect(body).not.toContain('meli operators')
  })

  it('is not used up by those who only look: scanners of mail, previews, HEAD', async () => {
    const web = await openWeb()
    const address = await link(web)
    const [scanner, ana] = [web.visitor(), web.visitor()]
    for (let looks = 0; looks < 3; looks += 1) expect((await scanner.get(address)).status).toBe(200)
    const {pathname} = new URL(address)
    await web.app.inject({method: 'HEAD', url: pathname, headers: {host: web.publicUrl.host}})
    expect((await ana.submit(await ana.get(address))).location).toBe('/')
  })

  it('works once, of two who press at the same time for one', async () => {
    const web = await openWeb()
    const address = await link(web)
    const [ana, thief] = [web.visitor(), web.visitor()]
    const pages = [await ana.get(address), await thief.get(address)] as const
    const both = await Promise.all([ana.submit(pages[0]), thief.submit(pages[1])])
    expect(both.map(({status}) => status).sort()).toEqual([303, 410])
    expect(both.find(({status}) => status === 410)?.body).toContain('This link was used before')
    expect((await ana.submit(await ana.get(address))).body).toContain('This link was used before')
  })

  it('shows the way in to whoever pressed the button twice', async () => {
    const web = await openWeb()
    const ana = web.visitor()
    const page = await ana.get(await link(web))
    const both = await Promise.all([ana.submit(page), ana.submit(page)])
    const late = both.find(({status}) => status === 410)
    expect(late?.body).toContain('This link was used before')
    expect(late?.body).toContain('<a href="/">Go to the start page</a>')
    expect(ana.cookies.has(session)).toBe(true)
  })

  it('says so when the link is late, revoked or cut', async () => {
    const web = await openWeb()
    const ana = web.visitor()
    const late = await ana.get(await link(web))
    web.kit.clock.skip(15 * minuteMs)
    expect((await ana.submit(late)).body).toContain('This link has expired')
    const revoked = await ana.get(await link(web, 'beto@example.com'))
    await (await web.kit.app.dashboard.operators()).remove('beto@example.com')
    expect((await ana.submit(revoked)).body).toContain('This link does not work')
    expect((await ana.get('/sign-in/cut')).status).toBe(410)
    expect((await ana.get('/sign-in/..%2F..%2Fsign-out')).body).not.toContain('<form')
  })

  it('cannot be done to somebody from another site', async () => {
    const web = await openWeb()
    const {pathname} = new URL(await link(web, 'mallory@example.com'))
    const victim = web.visitor()
    const forged = await victim.post(pathname, {}, {origin: 'https://evil.example', 'sec-fetch-site': 'cross-site'})
    expect(forged.status).toBe(403)
    // Browsers that tell nothing of where a form comes from bring no cookie along either.
    expect((await victim.post(pathname, {csrf: 'x'.repeat(43)})).status).toBe(403)
    expect(victim.cookies.has(session)).toBe(false)
  })

  it('leads back to the page that was asked for', async () => {
    const web = await openWeb()
    const ana = web.visitor()
    await ana.get('/sign-in?next=%2Fstores%2F1%3Ftab%3Dsyncs')
    expect((await ana.signIn('ana@example.com')).location).toBe('/stores/1?tab=syncs')
    expect((await ana.get('/sign-in?next=/stores/2')).location).toBe('/stores/2')
  })

  it.each(['https://evil.example', '//evil.example', '/\\evil.example', '/%2f%2fevil.example', 'javascript:alert(1)'])(
    'leads nowhere else: %s',
    async (next) => {
      const web = await openWeb()
      const ana = web.visitor()
      await ana.get(`/sign-in?next=${encodeURIComponent(next)}`)
      expect((await ana.signIn('ana@example.com')).location).toBe('/')
      ana.cookies.set('__Host-meli_next', Buffer.from(next).toString('base64url'))
      expect((await ana.signIn('ana@example.com')).location).toBe('/')
      expect((await ana.get(`/sign-in?next=${encodeURIComponent(next)}`)).location).toBe('/')
    },
  )

  it('ends the session that the browser had', async () => {
    const web = await openWeb()
    const ana = await web.signedIn()
    const before = ana.cookies.get(session)!
    await ana.signIn('beto@example.com')
    expect(await (await web.kit.app.dashboard.operators()).find(before)).toBeUndefined()
  })

  it('ends by signing out, which another site cannot do to somebody', async () => {
    const web = await openWeb()
    const ana = await web.signedIn()
    expect((await ana.post('/sign-out', {})).status).toBe(403)
    const id = ana.cookies.get(session)!
    const {csrfToken} = (await (await web.kit.app.dashboard.operators()).find(id))!
    expect((await ana.post('/sign-out', {csrf: csrfToken})).location).toBe('/sign-in')
    expect(ana.cookies.has(session)).toBe(false)
    expect(await (await web.kit.app.dashboard.operators()).find(id)).toBeUndefined()
  })

  it('ends at once when the operator is removed', async () => {
    const web = await openWeb()
    const ana = await web.signedIn()
    await (await web.kit.app.dashboard.operators()).remove('ana@example.com')
    expect((await ana.get('/sign-in?next=/stores/1')).status).toBe(200)
  })

  it('is slowed down for whoever guesses', async () => {
    const web = await openWeb()
    const guesser = web.visitor()
    const statuses = []
    for (let tries = 0; tries < 32; tries += 1) statuses.push((await guesser.get(`/sign-in/${'x'.repeat(43)}`)).status)
    expect(statuses.slice(0, 30)).toEqual(Array(30).fill(200))
    expect(statuses.slice(30)).toEqual([429, 429])
  })
})
