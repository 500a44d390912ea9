import {describe, expect, it} from '@jest/globals'
import {minuteMs} from '../support/toolkit.js'
import {openWeb, publicUrl, type Visitor, type Web} from '../support/web.js'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A seller connects in the browser of a signed-in operator. */
async function connected(web: Web): Promise<{ana: Visitor; location: string}> {
  const ana = await web.signedIn()
  const back = await ana.get(await ana.authorize())
  return {ana, location: back.location ?? ''}
}

describe('the checklist of the web flow', () => {
  it('has a row in oauth_state at the start: 15 minutes, bound to the browser, without a readable secret', async () => {
    const web = await openWeb()
    const started = await web.visitor().get('/api/auth/meli/start?next=/stores')
    expect(started.status).toBe(302)
    const url = new URL(started.location!)
    expect(url.searchParams.get('client_id')).toBe(web.kit.emulator.clientId)
    expect(url.searchParams.get('redirect_uri')).toBe(`${publicUrl}/api/auth/meli/callback`)
    expect(url.searchParams.get('code_challenge_method')).toBe('S256')
    const [row, ...others] = web.kit.sql<Record<string, string | number>>('SELECT * FROM oauth_state')
    expect(others).toEqual([])
    expect(row).toMatchObject({site_id: 'MEC', next: '/stores', consumed_at: null})
    expect(Number(row?.expires_at) - Number(row?.created_at)).toBe(15 * minuteMs)
    expect(row?.binding_hash).toMatch(/^[0-9a-f]{64}$/)
    expect(JSON.stringify(row)).not.toContain(url.searchParams.get('state'))
  })

  it('has the store under its provider after success', async () => {
    const web = await openWeb()
    await connected(web)
    const seller = web.kit.emulator.world.users.list()[0]!
    expect(web.kit.sql('SELECT provider_key, external_account_id, nickname FROM store')).toEqual([
      {provider_key: 'mercadolibre', external_account_id: String(seller.id), nickname: seller.nickname},
    ])
  })

  it('has tokens that work, sealed', async () => {
    const web = await openWeb()
    await connected(web)
    const seller = web.kit.emulator.world.users.list()[0]!
    const {accessToken, refreshToken} = await web.kit.record(seller.id)
    const answer = await fetch(`${web.kit.emulator.url}/users/me`, {headers: {authorization: `Bearer ${accessToken}`}})
    expect(answer.status).toBe(200)
    const stored = JSON.stringify(web.kit.sql('SELECT * FROM mercadolibre_token'))
    expect(stored).not.toContain(accessToken)
    expect(stored).not.toContain(refreshToken)
  })

  it('ends on the page of the store that was just connected', async () => {
    const web = await openWeb()
    const {location} = await connected(web)
    const [row] = web.kit.sql<{id: string}>('SELECT id FROM store')
    expect(location).toBe(`/stores/${row?.id}`)
    expect(row?.id).toMatch(uuid)
  })
})

describe('what always holds of the web flow', () => {
  it('keeps the id of the seller out of every address of ours', async () => {
    const web = await openWeb()
    const id = String(web.kit.emulator.world.users.list()[0]?.id)
    const {location} = await connected(web)
    const guest = (await openWeb()).visitor
    const seller = guest()
    const waiting = await seller.get(await seller.authorize())
    const page = await seller.get(waiting.location!)
    const links = [...page.body.matchAll(/(?:href|action)="([^"]*)"/g)].map(([, link]) => link)
    expect([location, waiting.location, ...links].join(' ')).not.toContain(id)
    expect(page.body).not.toContain(id)
  })

  it('has a refresh token, or stores nothing', async () => {
    const web = await openWeb({offlineAccess: false})
    const ana = await web.signedIn()
    const refused = await ana.get(await ana.authorize())
    expect(refused.status).toBe(400)
    expect(refused.body).toContain('offline_access')
    for (const table of ['store', 'store_membership', 'mercadolibre_token', 'installation']) {
      expect(web.kit.sql(`SELECT * FROM ${table}`)).toEqual([])
    }
    const seller = web.visitor()
    expect((await seller.get(await seller.authorize())).body).toContain('offline_access')
    expect(web.kit.sql('SELECT * FROM installation')).toEqual([])
  })

  it('makes store, membership and tokens together', async () => {
    const web = await openWeb()
    await connected(web)
    expect(
      web.kit.sql(
        'SELECT m.operator, m.role, t.status FROM store s JOIN store_membership m ON m.store_id = s.id JOIN mercadolibre_token t ON t.store_id = s.id',
      ),
    ).toEqual([{operator: 'ana@example.com', role: 'owner', status: 'active'}])
    expect(web.kit.sql('SELECT * FROM installation')).toEqual([])
  })

  it('stores none of the three when the last of them cannot be', async () => {
    const web = await openWeb()
    const ana = await web.signedIn()
    const callback = await ana.authorize()
    web.kit.sql(
      "CREATE TRIGGER no_tokens BEFORE INSERT ON mercadolibre_token BEGIN SELECT RAISE(ABORT, 'no tokens'); END",
    )
    expect((await ana.get(callback)).status).toBe(500)
    expect(web.kit.sql('SELECT * FROM store')).toEqual([])
    expect(web.kit.sql('SELECT * FROM store_membership')).toEqual([])
    // What was bought is held, and the same address goes on from there.
    web.kit.sql('DROP TRIGGER no_tokens')
    expect((await ana.get(callback)).location).toMatch(/^\/stores\//)
    expect(web.kit.tokenCalls).toBe(1)
  })
})

describe('how the web flow fails', () => {
  it('refuses a state that was not issued, and exchanges nothing', async () => {
    const web = await openWeb()
    const ana = await web.signedIn()
    const callback = new URL(await ana.authorize())
    callback.searchParams.set('state', 'x'.repeat(43))
    const forged = await ana.get(callback.href)
    expect([forged.status, forged.body.includes('MELI_STATE_UNKNOWN')]).toEqual([400, true])
    expect(web.kit.tokenCalls).toBe(0)
  })

  it('refuses a state of another browser, without using it up', async () => {
    const web = await openWeb()
    const [seller, thief] = [web.visitor(), web.visitor()]
    const callback = await seller.authorize()
    expect((await thief.get(callback)).body).toContain('MELI_STATE_UNKNOWN')
    await thief.get('/api/auth/meli/start')
    expect((await thief.get(callback)).body).toContain('MELI_STATE_UNKNOWN')
    expect(web.kit.tokenCalls).toBe(0)
    expect((await seller.get(callback)).location).toMatch(/^\/install\/meli\/complete\?installation_id=/)
  })

  it('refuses a state after 15 minutes', async () => {
    const web = await openWeb()
    const ana = await web.signedIn()
    const callback = await ana.authorize()
    web.kit.clock.skip(15 * minuteMs)
    const late = await ana.get(callback)
    expect([late.status, late.body.includes('MELI_STATE_EXPIRED')]).toEqual([400, true])
    expect(web.kit.tokenCalls).toBe(0)
  })

  it('keeps what a seller authorized without an operator until one completes it', async () => {
    const web = await openWeb()
    const seller = web.visitor()
    const waiting = await seller.get(await seller.authorize())
    const id = new URL(waiting.location!, publicUrl).searchParams.get('installation_id')!
    expect(id).toMatch(uuid)
    expect(web.kit.sql('SELECT * FROM store')).toEqual([])
    const page = await seller.get(waiting.location!)
    expect(page.status).toBe(200)
    expect(page.body).toContain('TIENDA_ANDINA')
    expect(page.body).not.toContain('<form')
    const ana = await web.signedIn()
    const linked = await ana.submit(await ana.get(waiting.location!))
    const [store] = web.kit.sql<{id: string}>('SELECT id FROM store')
    expect([linked.status, linked.location]).toEqual([303, `/stores/${store?.id}`])
    expect((await seller.get(waiting.location!)).body).toContain('The account is connected')
  })

  it('says what to do when Mercado Libre refuses the code', async () => {
    const web = await openWeb()
    const ana = await web.signedIn()
    const callback = await ana.authorize()
    web.kit.clock.skip(11 * minuteMs)
    const late = await ana.get(callback)
    expect([late.status, late.body.includes('MELI_GRANT_REJECTED')]).toEqual([400, true])
    const twice = await ana.get(callback)
    expect([twice.status, twice.body.includes('MELI_STATE_USED')]).toEqual([400, true])
    expect(web.kit.tokenCalls).toBe(1)
  })
})
