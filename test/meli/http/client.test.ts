import {inspect} from 'node:util'
import {afterEach, describe, expect, it} from '@jest/globals'
import {MercadoLibreClient} from '../../../src/meli/http/client.js'
import type {TokenSource} from '../../../src/services/ports/index.js'
import {connect} from '../../support/connected.js'
import {json, type Reply, startServer, text} from '../../support/http-server.js'
import {printed, quickHttp} from '../../support/wire.js'

const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

async function build(token: TokenSource | string, ...replies: Reply[]) {
  const server = await startServer(...replies)
  const http = quickHttp(server.origin)
  open.push(server, http)
  return {
    server,
    client: new MercadoLibreClient(typeof token === 'string' ? {accessToken: token, http} : {token, http}),
  }
}

function renewable(): TokenSource & {renewed: string[]} {
  const renewed: string[] = []
  const renew = async (rejected: string) => {
    renewed.push(rejected)
    return 'fresh-token'
  }
  return {renewed, current: async () => 'stale-token', renew}
}

const refuseStale: Reply = (response, request) =>
  request.headers.authorization === 'Bearer stale-token'
    ? response.writeHead(401).end('{"code":"unauthorized","message":"invalid access token"}')
    : response.end(`{"got":${request.body === '' ? 0 : request.body}}`)

async function collect(results: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const result of results) all.push(result)
  return all
}

describe('client', () => {
  it('calls with each method, with or without a leading slash', async () => {
    const {client, server} = await build('T', (response, {method, body}) =>
      response.end(JSON.stringify({method, body})),
    )
    expect(await client.get('users/me', {query: {a: 1}, headers: {'x-a': 'b'}})).toMatchObject({method: 'GET'})
    expect(await client.post('/items', {title: 'ñ'})).toEqual({method: 'POST', body: '{"title":"ñ"}'})
    expect(await client.put('/items/1', {a: null})).toEqual({method: 'PUT', body: '{"a":null}'})
    expect(await client.delete('/items/1')).toEqual({method: 'DELETE', body: ''})
    expect(server.requests[0]).toMatchObject({url: '/users/me?a=1', headers: {authorization: 'Bearer T', 'x-a': 'b'}})
    expect(client.requests).toBe(4)
  })

  it('reads an empty body as null, and tells status, headers and text apart', async () => {
    const {client} = await build('T', text('', 204), text('{"a":1}', 206, {'x-content-missing': 'buyer'}))
    expect(await client.post('/items/validate', {})).toBeNull()
    const answer = await client.request('GET', '/orders/1')
    expect(answer).toMatchObject({status: 206, text: '{"a":1}', headers: {'x-content-missing': 'buyer'}})
  })

  it('throws what the service answers, or returns it when asked to', async () => {
    const {client} = await build('T', json({message: 'Item with id X not found'}, 404))
    await expect(client.get('/items/X')).rejects.toMatchObject({code: 'MELI_NOT_FOUND', exitCode: 5})
    expect((await client.request('GET', '/items/X', {anyStatus: true})).status).toBe(404)
  })

  it.each(['GET', 'POST', 'PUT', 'DELETE'] as const)(
    'renews a refused token once and sends the %s again',
    async (method) => {
      const token = renewable()
      const {client, server} = await build(token, refuseStale)
      const body = method === 'GET' || method === 'DELETE' ? {} : {body: {n: 1}}
      expect((await client.request(method, '/items', body)).status).toBe(200)
      expect(token.renewed).toEqual(['stale-token'])
      expect(server.requests.map((request) => request.headers.authorization)).toEqual([
        'Bearer stale-token',
        'Bearer fresh-token',
      ])
      expect(server.requests[1]?.body).toBe(server.requests[0]?.body)
    },
  )

  it('gives up when the new token is refused too, and at once when there is none to get', async () => {
    const token = renewable()
    const refused = await build(token, text('', 401))
    await expect(refused.client.get('/users/me')).rejects.toMatchObject({code: 'MELI_TOKEN_REJECTED', exitCode: 4})
    expect(refused.server.requests).toHaveLength(2)
    const fixed = await build('T', text('', 401))
    await expect(fixed.client.get('/users/me')).rejects.toMatchObject({code: 'MELI_TOKEN_REJECTED'})
    expect(fixed.server.requests).toHaveLength(1)
  })

  it.each([
    {message: "Caller is not the item's owner", error: '', status: 401, cause: []},
    {error: 'unauthorized_scopes', status: 401},
    {message: 'user not authorized', error: 'unauthorized_request_error', status: 401, cause: []},
  ])('spends no refresh on a 401 that a new token cannot cure: %j', async (body) => {
    const token = renewable()
    const {client} = await build(token, json(body, 401))
    await expect(client.get('/x')).rejects.toMatchObject({code: 'MELI_FORBIDDEN'})
    expect(token.renewed).toEqual([])
  })

  it('keeps the token from other hosts, and out of its own inspection', async () => {
    const {client, server} = await build('hidden-token', json({}))
    await expect(client.get('https://evil.example/users/me')).rejects.toMatchObject({code: 'MELI_USAGE'})
    await client.get(`${server.url}/users/me`)
    expect(server.requests).toHaveLength(1)
    expect(inspect(client, {depth: 10, showHidden: true}) + JSON.stringify(client)).not.toContain('hidden-token')
    expect(() => new MercadoLibreClient({accessToken: 'T', apiUrl: 'http://evil.example'})).toThrow(
      expect.objectContaining({code: 'MELI_CONFIG_INVALID'}),
    )
    expect(() => new MercadoLibreClient({accessToken: 'T', apiUrl: 'no address'})).toThrow(
      expect.objectContaining({code: 'MELI_CONFIG_INVALID'}),
    )
  })

  it('keeps the token out of errors that echo it', async () => {
    const echo: Reply = (response, request) =>
      response.writeHead(400).end(JSON.stringify({message: request.headers.authorization}))
    const {client} = await build('odd/token+1', echo)
    const error: unknown = await client.get('/x').catch((caught: unknown) => caught)
    expect(error).toMatchObject({code: 'MELI_API_REJECTED'})
    expect(printed(error)).not.toContain('odd/token')
  })

  describe('paginate', () => {
    const pages =
      (total: number, field = 'results'): Reply =>
      (response, {url}) => {
        const query = new URL(url, 'http://x').searchParams
        const offset = Number(query.get('offset'))
        const limit = Math.min(Number(query.get('limit') ?? 50), 50)
        const list = Array.from({length: Math.max(0, Math.min(limit, total - offset))}, (_, index) => offset + index)
        response.end(JSON.stringify({paging: {total, offset, limit}, [field]: list}))
      }

    it('walks by offset to the end', async () => {
      const {client, server} = await build('T', pages(120))
      expect(await collect(client.paginate('/users/1/items/search'))).toEqual(Array.from({length: 120}, (_, n) => n))
      expect(server.requests.map(({url}) => url)).toEqual([0, 50, 100].map((n) => `/users/1/items/search?offset=${n}`))
    })

    it('starts where it is told and stops at the limit without asking for more', async () => {
      const {client, server} = await build('T', pages(120, 'grants'))
      const results = client.paginate('/applications/1/grants', {query: {limit: 10, offset: 5}, limit: 15})
      expect(await collect(results)).toEqual(Array.from({length: 15}, (_, n) => n + 5))
      expect(server.requests).toHaveLength(2)
      expect(await collect(client.paginate('/x', {limit: 0}))).toEqual([])
    })

    it('takes a list without paging as it is, and nothing else for a list', async () => {
      const list = await build('T', json([{id: 'MEC'}]))
      expect(await collect(list.client.paginate('/sites'))).toEqual([{id: 'MEC'}])
      const none = await build('T', json({id: 1}))
      await expect(collect(none.client.paginate('/users/me'))).rejects.toMatchObject({code: 'MELI_ANSWER_UNUSABLE'})
    })

    it('scans with the scroll of the page before until nothing comes', async () => {
      const {client, server} = await build(
        'T',
        json({results: [1, 2], scroll_id: 'S', paging: {total: 4}}),
        json({results: [3, 4], scroll_id: 'S2', paging: {total: 4}}),
        json({results: null, scroll_id: 'S', paging: {total: 4}}),
      )
      const results = client.paginate('/questions/search', {query: {search_type: 'scan', limit: 2}})
      expect(await collect(results)).toEqual([1, 2, 3, 4])
      const queries = server.requests.map(({url}) => Object.fromEntries(new URL(url, server.url).searchParams))
      expect(queries).toEqual([
        {limit: '2', search_type: 'scan'},
        {limit: '2', search_type: 'scan', scroll_id: 'S'},
        {limit: '2', search_type: 'scan', scroll_id: 'S2'},
      ])
    })

    it('is stopped by the signal', async () => {
      const {client} = await build('T', pages(120))
      const controller = new AbortController()
      const reason = new Error('enough')
      const seen: unknown[] = []
      const walk = async () => {
        for await (const result of client.paginate('/x', {signal: controller.signal})) {
          seen.push(result)
          controller.abort(reason)
        }
      }
      await expect(walk()).rejects.toBe(reason)
      expect(seen).toHaveLength(50)
    })
  })

  it('renews a token that the seller let expire, against the emulator', async () => {
    const connected = await connect()
    open.push(connected)
    const {emulator, oauth, grant, http} = connected
    const token: TokenSource = {
      current: async () => grant.accessToken,
      renew: async () => (await oauth.refresh(grant.refreshToken)).accessToken,
    }
    emulator.advance(7 * 60 * 60_000)
    const client = new MercadoLibreClient({token, http})
    expect(await client.get('/users/me')).toMatchObject({id: grant.userId})
  })
})
