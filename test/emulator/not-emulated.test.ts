import {once} from 'node:events'
import {connect} from 'node:net'
import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import type {MissingRoute} from '../../src/emulator/index.js'
import {EmulatorClient, type Tokens} from './emulator-client.js'

let client: EmulatorClient
let seller: Tokens
let told: MissingRoute[]
beforeEach(async () => {
  told = []
  client = await EmulatorClient.start({items: 1, onNotEmulated: (route) => told.push(route)})
  seller = await client.connect()
})
afterEach(() => client.close())

const send = (method: string, path: string, init: RequestInit = {}) =>
  client.send(method, path, {
    ...init,
    headers: {authorization: `Bearer ${seller.access_token}`, ...(init.headers as Record<string, string>)},
  })

describe('a route that is not emulated', () => {
  it.each([
    ['GET', '/categories/MEC1055/attributes?x=1', '/categories/{id}/attributes'],
    ['GET', '/sites/MEC/listing_prices?price=1', '/sites/{site}/listing_prices'],
    ['GET', '/visits/items?ids=MEC1', '/visits/items'],
    ['PATCH', '/items/MEC1400000001', '/items/{id}'],
    ['PUT', '/users/me', '/users/me'],
    ['GET', '/post-purchase/v1/claims/5012345678/', '/post-purchase/v1/claims/{id}'],
    ['GET', '/seller-promotions/offers/OFFER-MEC1-2', '/seller-promotions/offers/{id}'],
    ['GET', '/somewhere/APP_USR-1-2-3', '/somewhere/{id}'],
    ['GET', '/items/visits?ids=MEC1&date_from=2026-01-01', '/items/visits'],
    ['GET', '/users/visits/', '/users/visits'],
    ['GET', '/orders/archived', '/orders/archived'],
    ['GET', '/shipments/time-windows', '/shipments/time-windows'],
    ['GET', '/packs/search', '/packs/search'],
    ['PUT', '/items/visits', '/items/visits'],
    ['OPTIONS', '/items', '/items'],
    ['GET', '/', '/'],
  ])('is answered by the emulator in its own name: %s %s', async (method, path, route) => {
    const {status, headers, body} = await send(method, path)
    expect(status).toBe(501)
    expect(headers.get('x-meli-emulator')).toBe('not-emulated')
    expect(body).toMatchObject({error: 'not_emulated', status: 501, cause: [], method, route})
    expect(body.message).toContain(`The emulator of meli-toolkit does not have ${method} ${route}`)
    expect(told).toEqual([{method, route, count: 1}])
  })

  it('is told of once, and counted', async () => {
    for (const id of ['MEC1', 'MEC2', 'MEC3']) await send('GET', `/pictures/${id}`)
    await send('POST', '/pictures/items/upload')
    expect(told.map(({route}) => route)).toEqual(['/pictures/{id}', '/pictures/items/upload'])
    const list = [
      {method: 'GET', route: '/pictures/{id}', count: 3},
      {method: 'POST', route: '/pictures/items/upload', count: 1},
    ]
    expect(client.emulator.notEmulated).toEqual(list)
    expect((await client.get('/_emulator')).body.not_emulated).toEqual(list)
  })

  it('can be stood in for by a fault', async () => {
    const fault = {type: 'status', status: 200, body: {id: 'MEC1055'}}
    await client.json('POST', '/_emulator/faults', {path: '/categories/*', fault})
    expect(await send('GET', '/categories/MEC1055')).toMatchObject({status: 200, body: {id: 'MEC1055'}})
    expect(told).toEqual([])
  })

  it('is not a control route that was misspelt, nor the icon that a browser looks for', async () => {
    expect(await client.get('/_emulator/nothing')).toMatchObject({status: 404, body: {error: 'not_found'}})
    expect((await client.get('/favicon.ico')).status).toBe(404)
    expect(told).toEqual([])
  })
})

describe('what the service is known to refuse', () => {
  it('is refused as by the service: the public search, with and without a token', async () => {
    for (const token of [undefined, seller.access_token]) {
      const {status, body} = await client.get('/sites/MEC/search?q=mate', token)
      expect([status, body]).toEqual([403, {message: 'forbidden', error: 'forbidden', status: 403, cause: []}])
    }
    expect(told).toEqual([])
  })

  it('is not found any more: the health of an item', async () => {
    const {status, body} = await send('GET', '/items/MEC1400000001/health')
    expect([status, body.error, body.status]).toEqual([404, 'not_found', 404])
    expect((await client.get('/items/MEC1400000001/health')).status).toBe(401)
    expect(told).toEqual([])
  })

  it('is kept from others, and not known to the seller: the time of response', async () => {
    const other = client.emulator.world.users.find('CASA_DEL_SUR')!
    expect(await send('GET', `/users/${other.id}/questions/response_time`)).toMatchObject({
      status: 403,
      body: {error: 'access_denied'},
    })
    expect((await send('GET', `/users/${seller.user_id}/questions/response_time`)).status).toBe(501)
  })

  it.each(['/items/bulk?ids=MEC1400000001', '/users/bulk?ids=1'])(
    'hides a bulk route as a service without it would: %s',
    async (path) => {
      await client.json('POST', '/_emulator/settings', {bulk: 'only-old'})
      expect((await send('GET', path)).status).toBe(404)
      expect(told).toEqual([])
    },
  )
})

describe('a body', () => {
  const json = {'content-type': 'application/json'}

  it.each([
    ['JSON', json],
    ['JSON with a charset', {'content-type': 'application/json; charset=utf-8'}],
    ['text', {'content-type': 'text/plain'}],
    ['something unknown', {'content-type': 'application/x-unknown'}],
  ])('that is empty is no body, whatever it is said to be: %s', async (_kind, headers) => {
    const path = `/users/${seller.user_id}/applications/${client.emulator.clientId}`
    expect(await send('DELETE', path, {headers})).toMatchObject({status: 200, body: {user_id: String(seller.user_id)}})
  })

  it.each([
    ['is half a document', json, '{"site_id":', 400, 'bad_request', 'Malformed JSON'],
    ['is no document', json, 'site_id=MEC', 400, 'bad_request', 'Malformed JSON'],
    ['reaches for a prototype', json, '{"__proto__":{"a":1}}', 400, 'bad_request', 'Malformed JSON'],
    [
      'is of an unknown kind',
      {'content-type': 'application/xml'},
      '<a/>',
      415,
      'unsupported_media_type',
      'Unsupported media type',
    ],
    [
      'names a kind that is none',
      {'content-type': 'json'},
      '{}',
      415,
      'unsupported_media_type',
      'Unsupported media type',
    ],
    [
      'is too large',
      json,
      `"${'x'.repeat(65 * 1024 * 1024)}"`,
      413,
      'request_entity_too_large',
      'Request entity too large',
    ],
  ])('that %s is refused in the service’s shape', async (_what, headers, body, status, error, message) => {
    const answer = await send('POST', '/users/test_user', {headers: headers as Record<string, string>, body})
    expect([answer.status, answer.body]).toEqual([status, {message, error, status, cause: []}])
  })
})

describe('a request that cannot be read', () => {
  it('is refused in the service’s shape when its address is malformed', async () => {
    const body = {message: 'Malformed URL', error: 'bad_request', status: 400, cause: []}
    expect(await send('GET', '/users/%zz')).toMatchObject({status: 400, body})
  })

  it('has its route judge an id of any length', async () => {
    expect((await send('GET', `/users/${'9'.repeat(5000)}`)).body.error).toBe('not_found')
  })

  it.each([
    ['is no HTTP', 'NONSENSE\r\n\r\n', 400],
    [
      'has more headers than Node takes',
      `GET /sites HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`,
      431,
    ],
  ])('is refused in the service’s shape when it %s', async (_what, request, status) => {
    const socket = connect(client.emulator.port, '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8').on('data', (text) => {
      answer += text
    })
    socket.write(request)
    await once(socket, 'close')
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))
    expect(body).toEqual({message: expect.any(String), error: 'bad_request', status, cause: []})
  })
})
