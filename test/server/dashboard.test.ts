import {beforeEach, describe, expect, it} from '@jest/globals'
import {ana, fillShops, Shops} from '../support/shops.js'
import {openWeb, type Visitor, type Web} from '../support/web.js'

let web: Web
let ids: Record<string, string>

async function filled(): Promise<Visitor> {
  ids = await fillShops(await web.kit.app.store(), web.kit.clock.now())
  return web.signedIn(ana)
}

beforeEach(async () => {
  web = await openWeb()
})

/** The words of a page, as they are read. */
function words(body: string): string {
  const main = /<main[\s\S]*<\/main>/.exec(body)?.[0] ?? ''
  return main.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
}

describe('the dashboard', () => {
  it.each(['/', '/stores/b0a5a8e2-0000-4000-8000-000000000001'])(
    'leads whoever is not signed in from %s to do so',
    async (path) => {
      const {status, location} = await web.visitor().get(path)
      expect([status, location]).toEqual([303, `/sign-in?next=${encodeURIComponent(path)}`])
    },
  )

  it('shows the stores of the operator, and of nobody else', async () => {
    const {body} = await (await filled()).get('/')
    for (const name of ['TIENDA_QUITO', 'LOJA_SÃO_PAULO', 'TETE9544096', 'NUEVA']) expect(body).toContain(name)
    expect(body).not.toContain('DE_BERTA')
  })

  it('shows whoever runs the server all stores', async () => {
    await filled()
    const root = await web.signedIn(web.kit.app.config.operator)
    expect((await root.get('/')).body).toContain('DE_BERTA')
  })

  it("answers for somebody else's store as for one that does not exist", async () => {
    const visitor = await filled()
    for (const id of [
      ids.other,
      'b0a5a8e2-0000-4000-8000-000000000001',
      'nothing',
      '%00',
      '8035443',
      `${ids.quito}/x`,
    ]) {
      const {status, body} = await visitor.get(`/stores/${id}`)
      expect([id, status]).toEqual([id, 404])
      expect(body).not.toContain('DE_BERTA')
    }
  })

  it('says what to do where there is nothing yet', async () => {
    const {body} = await (await web.signedIn('nobody@example.com')).get('/')
    expect(words(body)).toContain('There are no stores yet')
    expect(body).toContain('href="/connect"')
    expect(words(body)).toContain('whoever runs this server types: meli operators share nobody@example.com')
    const owner = await web.signedIn(web.kit.app.config.operator)
    expect((await owner.get('/')).body).not.toContain('operators share')
    const storeId = await new Shops(await web.kit.app.store(), web.kit.clock.now()).connect({
      userId: 1,
      nickname: 'A',
    })
    const store = words((await (await web.signedIn(ana)).get(`/stores/${storeId}`)).body)
    for (const text of [
      'No syncs in 14 days',
      'No notifications in 48 hours',
      'No item has changed',
      'None has come',
    ]) {
      expect(store).toContain(text)
    }
  })

  it.each([
    ['en', 'After a login', 'The first one begins in a moment'],
    ['es', 'Cuando la cuenta se conecte otra vez', 'La primera empieza en un momento'],
    ['pt', 'Quando a conta for conectada outra vez', 'A primeira começa em um momento'],
  ])('tells in %s when the next sync of a lost and of a new store comes', async (language, lost, soon) => {
    const visitor = await filled()
    const headers = {'accept-language': language}
    expect(words((await visitor.get(`/stores/${ids.brasil}`, headers)).body)).toContain(lost)
    expect(words((await visitor.get(`/stores/${ids.fresh}`, headers)).body)).toContain(soon)
  })

  it('tells what is wrong with a store, and what to do about it', async () => {
    const text = words((await (await filled()).get(`/stores/${ids.test}`)).body)
    expect(text).toContain('The sync failed It is tried again by itself.')
    expect(text).toContain('meli notifications replay')
    expect(text).toContain('MELI_UNREACHABLE')
  })

  it.each([
    ['es-EC,es;q=0.9', 'es', 'Tiendas', '1,240', 'hace 42 minutos'],
    ['pt-BR', 'pt', 'Lojas', '1.240', 'há 42 minutos'],
    ['en-GB', 'en', 'Stores', '1,240', '42 minutes ago'],
    ['fr', 'es', 'Tiendas', '1,240', 'hace 42 minutos'],
  ])('speaks to a browser that asks for %s', async (header, language, title, number, ago) => {
    const {body, headers} = await (await filled()).get('/', {'accept-language': header})
    expect(body).toContain(`<html lang="${language}">`)
    expect(body).toContain(`<h1>${title}</h1>`)
    expect(words(body)).toContain(number)
    expect(words(body)).toContain(ago)
    expect(headers.vary).toMatch(/accept-language/)
  })

  it('has no script, no style of its own, and no id of a seller', async () => {
    const visitor = await filled()
    for (const path of ['/', ...['quito', 'brasil', 'test', 'fresh'].map((name) => `/stores/${ids[name]}`)]) {
      const {body} = await visitor.get(path)
      expect(body).not.toMatch(/<script|<style|style=|javascript:|\son\w+=/i)
      expect(body).not.toMatch(/803544\d/)
      expect(body).not.toMatch(/TG-|APP_USR/)
    }
  })

  it('shows names and values as text, whatever they are', async () => {
    const hostile = '"><script>alert(1)</script>{{'
    const store = await web.kit.app.store()
    const now = web.kit.clock.now()
    const shops = new Shops(store, now)
    const storeId = await shops.connect({userId: 7, nickname: hostile, siteId: 'MEC'})
    await store.inbox.accept(
      [
        {
          notification: {
            ...{id: hostile, application_id: '4242', user_id: 7, topic: hostile, resource: hostile},
            ...{actions: null, sent_at: null, attempts: 1},
          },
          waits: false,
        },
      ],
      now,
    )
    const visitor = await web.signedIn(ana)
    for (const path of ['/', `/stores/${storeId}`]) {
      const {status, body} = await visitor.get(path)
      expect(status).toBe(200)
      expect(body).not.toContain('<script')
      expect(body).toContain('&lt;script&gt;alert(1)')
    }
  })

  it.each(['POST', 'PUT', 'DELETE'])('is only checked: %s is refused', async (method) => {
    for (const url of ['/', '/stores/1', '/metrics']) {
      const {statusCode} = await web.app.inject({method: method as 'POST', url, headers: {host: 'shop.example'}})
      expect(statusCode).toBe(404)
    }
  })

  it('has the figures of each chart in a table, and words for who cannot see it', async () => {
    const {body} = await (await filled()).get(`/stores/${ids.quito}`)
    const charts = body.match(/<svg role="img"[\s\S]*?<\/svg>/g) ?? []
    expect(charts).toHaveLength(3)
    for (const chart of charts)
      expect(chart).toMatch(/<title id="(\w+)-title">[^<]+<\/title>\s*<desc id="\1-desc">[^<]+<\/desc>/)
    expect(body.match(/<details>[\s\S]*?<table/g)).toHaveLength(3)
    const all = [...body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(all).size).toBe(all.length)
  })
})
