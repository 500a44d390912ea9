import {describe, expect, it} from '@jest/globals'
import {openWeb, type Visitor, type Web} from '../support/web.js'

/** A seller who waits, and where. */
async function waiting(web: Web): Promise<{seller: Visitor; address: string; id: string}> {
  const seller = web.visitor()
  const {location = ''} = await seller.get(await seller.authorize())
  return {seller, address: location, id: new URL(location, web.publicUrl).searchParams.get('installation_id')!}
}

const path = '/install/meli/complete'

describe('the page of an installation', () => {
  it('shows a seller what happens next, and no button', async () => {
    const web = await openWeb()
    const {seller, address, id} = await waiting(web)
    const {body} = await seller.get(address)
    expect(body).toContain('We received your permission')
    expect(body).toContain(`meli installs complete ${id}`)
    expect(body).not.toContain('<button')
  })

  it('asks an operator, and links with the button', async () => {
    const web = await openWeb()
    const {address} = await waiting(web)
    const ana = await web.signedIn()
    const page = await ana.get(address)
    expect(page.body).toContain('Do so only if you know who it is')
    expect((await ana.submit(page)).location).toMatch(/^\/stores\/[0-9a-f-]{36}$/)
  })

  it('links once: two operators at the same time get the same store, of one of them', async () => {
    const web = await openWeb()
    const {address} = await waiting(web)
    const [ana, beto] = [await web.signedIn('ana@example.com'), await web.signedIn('beto@example.com')]
    const pages = [await ana.get(address), await beto.get(address)] as const
    const both = await Promise.all([ana.submit(pages[0]), beto.submit(pages[1])])
    expect(both.map(({status}) => status)).toEqual([303, 303])
    expect(both[0]?.location).toBe(both[1]?.location)
    expect(web.kit.sql('SELECT operator FROM store_membership')).toHaveLength(1)
    expect(web.kit.sql('SELECT * FROM store')).toHaveLength(1)
    const again = await ana.submit(pages[0])
    expect(again.location).toBe(both[0]?.location)
    expect((await ana.get(address)).body).toContain(`href="${both[0]?.location}"`)
  })

  it('links nothing for another site, without the token, or without an operator', async () => {
    const web = await openWeb()
    const {seller, id} = await waiting(web)
    const ana = await web.signedIn()
    const fields = {installation_id: id}
    expect((await ana.post(path, fields)).status).toBe(403)
    expect((await ana.post(path, {...fields, csrf: 'x'.repeat(43)})).status).toBe(403)
    const beto = await web.signedIn('beto@example.com')
    const session = await (await web.kit.app.dashboard.operators()).find(beto.cookies.get('__Host-meli_session')!)
    expect((await ana.post(path, {...fields, csrf: session!.csrfToken})).status).toBe(403)
    const away = await seller.post(path, {...fields, csrf: session!.csrfToken})
    expect([away.status, away.location]).toEqual([303, '/sign-in'])
    const crossed = {origin: 'https://evil.example', 'sec-fetch-site': 'cross-site'}
    expect((await beto.post(path, {...fields, csrf: session!.csrfToken}, crossed)).status).toBe(403)
    expect(web.kit.sql('SELECT * FROM store')).toEqual([])
  })

  it('is linked by nobody who was removed since the page was opened', async () => {
    const web = await openWeb()
    const {address} = await waiting(web)
    const ana = await web.signedIn('ana@example.com')
    const page = await ana.get(address)
    const {installs, operators} = await web.kit.app.store()
    const {complete} = installs
    installs.complete = async (...linking) => {
      await operators.remove('ana@example.com')
      return complete.apply(installs, linking)
    }
    expect(await ana.submit(page)).toMatchObject({status: 303, location: '/sign-in'})
    expect(web.kit.sql('SELECT * FROM store_membership')).toEqual([])
  })

  it('is come back to by whoever signs in in the same browser', async () => {
    const web = await openWeb()
    const {seller, address} = await waiting(web)
    await seller.get(address)
    expect((await seller.signIn('ana@example.com')).location).toBe(address)
  })

  it.each(['', 'x', '00000000-0000-4000-8000-000000000000', "' OR 1=1 --", '<script>alert(1)</script>'])(
    'shows nothing for the id %j',
    async (id) => {
      const web = await openWeb()
      await waiting(web)
      const ana = await web.signedIn()
      const page = await ana.get(`${path}?installation_id=${encodeURIComponent(id)}`)
      expect([page.status, page.body.includes('No account waits here')]).toEqual([404, true])
      expect(page.body).not.toContain('<script')
      const {csrfToken} = (await (
        await web.kit.app.dashboard.operators()
      ).find(ana.cookies.get('__Host-meli_session')!))!
      expect((await ana.post(path, {installation_id: id, csrf: csrfToken})).status).toBe(404)
    },
  )

  it('leads nowhere else afterwards', async () => {
    const web = await openWeb()
    const {address} = await waiting(web)
    const ana = await web.signedIn()
    const page = await ana.get(`${address}&next=${encodeURIComponent('//evil.example')}`)
    expect(page.body).not.toContain('evil.example')
    expect((await ana.submit(page, {next: '//evil.example'})).location).toMatch(/^\/stores\//)
  })

  it('shows a nickname as text, whatever is in it', async () => {
    const web = await openWeb()
    web.kit.emulator.world.users.list()[0]!.nickname = '<img src=x onerror=alert(1)>'
    const {seller, address} = await waiting(web)
    const ana = await web.signedIn()
    for (const {body} of [await seller.get(address), await ana.get(address)]) {
      expect(body).not.toContain('<img')
      expect(body).toContain('&lt;img src=x onerror=alert(1)&gt;')
    }
    await ana.submit(await ana.get(address))
    expect((await seller.get(address)).body).not.toContain('<img')
  })
})
