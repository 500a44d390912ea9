import {afterEach, describe, expect, it} from '@jest/globals'
import type {FastifyInstance} from 'fastify'
import {HttpError} from '../../src/server/http-error.js'
import {requireFormToken, requireOperator} from '../../src/server/operator-session.js'
import {html} from '../../src/server/pages/html.js'
import {page} from '../../src/server/pages/layout.js'
import {buildServeApp, requestsPerMinute, type ServeAppOptions} from '../../src/server/serve-app.js'
import type {OperatorSession} from '../../src/services/ports/index.js'

const id = 'a'.repeat(43)
const session: OperatorSession = {
  idHash: 'hash',
  operator: 'ana@example.com',
  csrfToken: 'token-of-the-session',
  createdAt: new Date(0),
  expiresAt: new Date(1e12),
}

let app: FastifyInstance | undefined
afterEach(async () => {
  await app?.close()
  app = undefined
})

async function build(options: Partial<ServeAppOptions> = {}): Promise<FastifyInstance> {
  app = await buildServeApp({
    publicUrl: new URL('https://shop.example'),
    sessions: {find: async (given) => (given === id ? session : undefined)},
    routes: [
      (scope) => {
        scope.get('/hello', async (request, reply) =>
          reply.type('text/html').send(page({language: 'en', title: '<Hello>', content: html`<p>${request.id}</p>`})),
        )
        scope.get('/health', {config: {anyHost: true, anyPeer: true}}, async () => 'ok')
        scope.get('/private', {preHandler: requireOperator}, async () => 'private')
        scope.post('/change', {preHandler: requireFormToken}, async () => 'changed')
        scope.get('/broken', async () => {
          throw new Error('secret detail')
        })
        scope.get('/api/auth/meli/callback', async (request) => `callback ${Object.keys(request.query ?? {})}`)
      },
    ],
    ...options,
  })
  return app
}

const host = 'shop.example'
const asBrowser = {host, accept: 'text/html', 'accept-language': 'en'}
const cookie = `__Host-meli_session=${id}`

describe('an application that only a proxy may reach', () => {
  it.each([
    ['10.1.2.3', 200],
    ['::ffff:10.1.2.3', 200],
    ['127.0.0.1', 200],
    ['::1', 200],
    ['192.0.2.1', 403],
    ['::ffff:192.0.2.1', 403],
    ['2001:db8::1', 403],
  ])('answers %s with %d', async (remoteAddress, status) => {
    const {inject} = await build({peers: ['10.0.0.0/8'], trustProxy: ['10.0.0.0/8']})
    const headers = {host, 'x-forwarded-for': '127.0.0.1'}
    expect((await inject({url: '/hello', headers, remoteAddress})).statusCode).toBe(status)
  })

  it('refuses others whatever they ask for, but for what tells of its health', async () => {
    const {inject} = await build({peers: ['10.0.0.1']})
    const remoteAddress = '192.0.2.1'
    for (const url of ['/nothing', '/assets/style.css', '/%']) {
      const {statusCode, body} = await inject({url, headers: {host: 'elsewhere.example'}, remoteAddress})
      expect([statusCode, body]).toEqual([403, 'Requests come through the proxy only.\n'])
    }
    const change = await inject({method: 'POST', url: '/change', headers: {host}, payload: 'a', remoteAddress})
    expect(change.statusCode).toBe(403)
    expect((await inject({url: '/health', remoteAddress})).body).toBe('ok')
  })
})

describe('the application of meli serve', () => {
  it('lets a page load nothing but its own styles and pictures, and tells nobody where it was', async () => {
    const {headers} = await (await build({authorizationOrigins: ['https://auth.example']})).inject({
      url: '/hello',
      headers: asBrowser,
    })
    expect(headers['content-security-policy']).toBe(
      "default-src 'none';style-src 'self';img-src 'self';form-action 'self' https://auth.example;base-uri 'none';frame-ancestors 'none'",
    )
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'strict-transport-security': 'max-age=15552000',
    })
    expect(headers).not.toHaveProperty('access-control-allow-origin')
  })

  it.each([
    ['another name', {url: '/hello', headers: {...asBrowser, host: 'evil.example'}}, 421],
    ['what does not decode', {url: '/hello/%zz', headers: asBrowser}, 404],
    ['what is too long', {url: `/named/${'a'.repeat(5000)}`, headers: asBrowser}, 400],
    ['what is not there', {url: '/nothing', headers: asBrowser}, 404],
  ])('sends these headers with a refusal of %s', async (_what, request, status) => {
    const name = async () => {
      throw new HttpError(400)
    }
    const {statusCode, headers, body} = await (
      await build({routes: [(scope) => void scope.get('/named/:name', name)]})
    ).inject(request)
    expect(statusCode).toBe(status)
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
      'strict-transport-security': 'max-age=15552000',
      'cache-control': 'no-store',
      'x-request-id': expect.any(String),
    })
    expect(body).not.toMatch(/zz|aaaa/)
  })

  it('promises https for the future only where it is served by https', async () => {
    const plain = await build({publicUrl: new URL('http://127.0.0.1:3000')})
    const {headers} = await plain.inject({url: '/hello', headers: {...asBrowser, host: '127.0.0.1:3000'}})
    expect(headers).not.toHaveProperty('strict-transport-security')
  })

  it('numbers requests itself, whatever number comes along', async () => {
    const {headers, body} = await (await build()).inject({
      url: '/hello',
      headers: {...asBrowser, 'x-request-id': 'forged', 'request-id': 'forged'},
    })
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(body).toContain(String(headers['x-request-id']))
  })

  it.each(['evil.example', 'shop.example:8443', '127.0.0.1:3000', 'shop.example.evil.example', ''])(
    'does not answer to the name %p',
    async (foreign) => {
      const {statusCode, body} = await (await build()).inject({url: '/hello', headers: {...asBrowser, host: foreign}})
      expect(statusCode).toBe(421)
      expect(body).not.toContain('Hello')
    },
  )

  it.each(['shop.example', 'SHOP.example', 'shop.example:443'])('answers to %p', async (own) => {
    const {statusCode} = await (await build()).inject({url: '/hello', headers: {...asBrowser, host: own}})
    expect(statusCode).toBe(200)
  })

  it('answers health checks by whatever name', async () => {
    const {statusCode} = await (await build()).inject({url: '/health', headers: {host: '10.0.0.7:3000'}})
    expect(statusCode).toBe(200)
  })

  it('believes forwarded headers of the proxy alone', async () => {
    const forwarded = {...asBrowser, host: '10.0.0.7', 'x-forwarded-host': host}
    const behind = await build({trustProxy: ['10.0.0.0/8']})
    expect((await behind.inject({url: '/hello', headers: forwarded, remoteAddress: '10.0.0.1'})).statusCode).toBe(200)
    expect((await behind.inject({url: '/hello', headers: forwarded, remoteAddress: '9.9.9.9'})).statusCode).toBe(421)
  })

  it('serves its styles to be asked for again after an upgrade', async () => {
    const built = await build()
    const first = await built.inject({url: '/assets/meli.css', headers: {host}})
    expect(first.statusCode).toBe(200)
    expect(first.headers['content-type']).toContain('text/css')
    expect(first.headers['cache-control']).toBe('no-cache')
    const again = await built.inject({
      url: '/assets/meli.css',
      headers: {host, 'if-none-match': String(first.headers.etag)},
    })
    expect(again.statusCode).toBe(304)
  })

  it.each(['/assets/../serve-app.ts', '/assets/%2e%2e/serve-app.ts', '/assets/', '/assets/..%2fserve-app.ts'])(
    'serves nothing beside its styles: %s',
    async (url) => {
      expect((await (await build()).inject({url, headers: {host}})).statusCode).toBe(404)
    },
  )

  it('shows an error as a page to browsers, and as a line to programs, without saying what failed inside', async () => {
    const built = await build()
    const shown = await built.inject({url: '/broken', headers: asBrowser})
    expect(shown.statusCode).toBe(500)
    expect(shown.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(shown.body).toContain('Something failed on our side')
    const told = await built.inject({url: '/broken', headers: {host}})
    expect(told.body).toBe('Something failed on our side.\n')
    expect(shown.body + told.body).not.toMatch(/secret detail|\bat /)
  })

  it.each([
    ['es-MX,es;q=0.9', 'Aquí no hay nada'],
    ['pt-BR', 'Não há nada aqui'],
    ['de,en;q=0.5', 'There is nothing here'],
  ])('speaks the language of the browser: %s', async (languages, title) => {
    const {statusCode, body} = await (await build()).inject({
      url: '/nowhere',
      headers: {...asBrowser, 'accept-language': languages},
    })
    expect(statusCode).toBe(404)
    expect(body).toContain(title)
  })

  it('slows down an address that asks too often, and no other', async () => {
    const built = await build()
    const ask = (remoteAddress: string) => built.inject({url: '/hello', headers: asBrowser, remoteAddress})
    for (let count = 0; count < requestsPerMinute; count++) await ask('9.9.9.9')
    const refused = await ask('9.9.9.9')
    expect(refused.statusCode).toBe(429)
    expect(refused.headers).toHaveProperty('retry-after')
    expect((await ask('9.9.9.8')).statusCode).toBe(200)
  })

  it('refuses bodies that no form of it sends', async () => {
    const built = await build()
    const post = (payload: string, type: string) =>
      built.inject({method: 'POST', url: '/change', headers: {...asBrowser, 'content-type': type}, payload})
    expect((await post(`csrf=${'x'.repeat(20_000)}`, 'application/x-www-form-urlencoded')).statusCode).toBe(413)
    expect((await post('{"csrf":', 'application/json')).statusCode).toBe(400)
    expect((await post('<csrf/>', 'application/xml')).statusCode).toBe(415)
  })

  it('leads to the callback from the redirect URI as it is registered, when that is of this server', async () => {
    const built = await build({redirectUri: 'https://shop.example/meli/Volver'})
    const arrive = (url: string) => built.inject({url, headers: asBrowser})
    expect((await arrive('/meli/Volver?code=TG-1&state=s')).body).toBe('callback code,state')
    expect((await arrive('/meli/volver?code=TG-1&state=s')).statusCode).toBe(404)
    expect((await arrive('/meli/Volver')).statusCode).toBe(404)
  })
})

describe('signed-in operators', () => {
  it('are led to sign in, and from there back to the page they asked for', async () => {
    const {statusCode, headers} = await (await build()).inject({url: '/private?a=1', headers: asBrowser})
    expect([statusCode, headers.location]).toEqual([303, '/sign-in?next=%2Fprivate%3Fa%3D1'])
  })

  it('see what is theirs', async () => {
    const {body} = await (await build()).inject({url: '/private', headers: {...asBrowser, cookie}})
    expect(body).toBe('private')
  })

  const form = {'content-type': 'application/x-www-form-urlencoded', cookie}
  it.each([
    ['the token of the session', {payload: 'csrf=token-of-the-session'}, 200],
    ['no token', {payload: ''}, 403],
    ['another token', {payload: 'csrf=token-of-another-one'}, 403],
    ['the token twice', {payload: 'csrf=token-of-the-session&csrf=token-of-the-session'}, 403],
    ['the page of another site', {payload: 'csrf=token-of-the-session', origin: 'https://evil.example'}, 403],
    ['another site, as the browser says', {payload: 'csrf=token-of-the-session', 'sec-fetch-site': 'cross-site'}, 403],
    ['a sibling, as the browser says', {payload: 'csrf=token-of-the-session', 'sec-fetch-site': 'same-site'}, 403],
    ['this site', {payload: 'csrf=token-of-the-session', origin: 'null', 'sec-fetch-site': 'same-origin'}, 200],
  ])('change something with %s: %#', async (_what, {payload, ...headers}, status) => {
    const built = await build()
    const answer = await built.inject({
      method: 'POST',
      url: '/change',
      headers: {...asBrowser, ...form, ...headers},
      payload,
    })
    expect(answer.statusCode).toBe(status)
  })
})
