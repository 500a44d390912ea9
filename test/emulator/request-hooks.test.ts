import {request as httpRequest, type IncomingHttpHeaders} from 'node:http'
import {gunzipSync} from 'node:zlib'
import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {EmulatorClient, hourMs, type Tokens} from './emulator-client.js'

let client: EmulatorClient
let seller: Tokens
beforeEach(async () => {
  client = await EmulatorClient.start({items: 20})
  seller = await client.connect()
})
afterEach(() => client.close())

describe('refusals', () => {
  it('have the shape of the gateway without a token and with a wrong one', async () => {
    expect(await client.get('/users/me')).toMatchObject({
      status: 401,
      body: {code: 'unauthorized', message: 'authorization value not present'},
    })
    expect(await client.get('/users/me', 'APP_USR-1-010101-00-1')).toMatchObject({
      status: 401,
      body: {code: 'unauthorized', message: 'invalid access token'},
    })
  })

  it('meet a token in the query string, even beside a good header', async () => {
    const path = `/users/me?access_token=${seller.access_token}`
    expect((await client.get(path)).status).toBe(401)
    expect((await client.get(path, seller.access_token)).status).toBe(401)
  })

  it('name the scopes when the grant has too few', async () => {
    await client.json('POST', '/_emulator/app', {scopes: ['read']})
    const {access_token} = await client.connect()
    expect(await client.json('POST', '/users/test_user', {site_id: 'MEC'}, access_token)).toMatchObject({
      status: 403,
      body: {status: 403, error: 'Invalid scopes', code: 'FORBIDDEN'},
    })
  })

  it('come from the policy agent when the application lacks a functional permission', async () => {
    await client.json('POST', '/_emulator/app', {permissions: ['users']})
    const {access_token, user_id} = await client.connect()
    expect(await client.get(`/users/${user_id}/items/search`, access_token)).toMatchObject({
      status: 403,
      body: {code: 'PA_UNAUTHORIZED_RESULT_FROM_POLICIES', blocked_by: 'PolicyAgent'},
    })
    expect((await client.get('/users/me', access_token)).status).toBe(200)
    expect((await client.get(`/users/${user_id}/items/search`, seller.access_token)).status).toBe(200)
  })
})

describe('the rate limit', () => {
  it.each([
    ['over_quota', {error: 'too_many_requests', message: 'client.id over quota', status: 429}],
    ['too_many_requests', {message: 'Too Many Requests', error: 'too_many_requests', status: 429, cause: []}],
    ['empty', ''],
    ['local_rate_limited', 'local_rate_limited'],
  ])('answers in the shape %s', async (shape, body) => {
    await client.json('POST', '/_emulator/settings', {rate_limit_per_minute: 1, rate_limit_shape: shape})
    expect((await client.get('/users/me', seller.access_token)).status).toBe(200)
    const answer = await client.get('/users/me', seller.access_token)
    expect([answer.status, answer.body]).toEqual([429, body])
    expect(answer.headers.get('retry-after')).toBeNull()
  })

  it('is over after a minute of virtual time', async () => {
    await client.json('POST', '/_emulator/settings', {rate_limit_per_minute: 1})
    await client.get('/users/me', seller.access_token)
    client.emulator.advance(60_000)
    expect((await client.get('/users/me', seller.access_token)).status).toBe(200)
  })
})

describe('every answer', () => {
  it('carries the emulator’s own time and a request id that counts', async () => {
    client.emulator.advance(3 * hourMs)
    const [one, two] = [await client.get('/nothing'), await client.get('/users/me', seller.access_token)]
    expect(Date.parse(one.headers.get('date')!)).toBeGreaterThanOrEqual(Date.parse('2026-03-01T15:00:00Z'))
    expect(one.headers.get('x-request-id')).toBe('emulator-00000002')
    expect(two.headers.get('x-request-id')).toBe('emulator-00000003')
  })

  it('is gzipped above 1 KB for a client that accepts it', async () => {
    const path = `/users/${seller.user_id}`
    const {headers, raw} = await plain(path, 'gzip, deflate')
    expect(headers['content-encoding']).toBe('gzip')
    expect(JSON.parse(gunzipSync(raw).toString()).id).toBe(seller.user_id)
    for (const accepted of ['identity', 'gzip;q=0'])
      expect((await plain(path, accepted)).headers['content-encoding']).toBeUndefined()
  })
})

describe('the request log', () => {
  it('tells what was asked and by whom, and no token, secret or value', async () => {
    await client.send('DELETE', '/_emulator/requests')
    const secretPath = `/users/${seller.access_token}?ids=1&attributes=id`
    await client.get(secretPath, seller.access_token)
    await client.refresh(seller.refresh_token)
    const {body} = await client.get('/_emulator/requests')
    expect(body).toEqual([
      {
        n: 2,
        at: expect.stringMatching(/^2026-03-01T12:/),
        method: 'GET',
        path: '/users/APP_USR-[redacted]',
        query: ['ids', 'attributes'],
        status: 404,
        user_id: seller.user_id,
        bytes: expect.any(Number),
        fault: null,
      },
      expect.objectContaining({method: 'POST', path: '/oauth/token', status: 200, user_id: seller.user_id}),
    ])
    const text = JSON.stringify(body)
    for (const secret of [seller.access_token, seller.refresh_token, client.emulator.clientSecret])
      expect(text).not.toContain(secret)
  })
})

/** fetch undoes the compression by itself. */
function plain(path: string, acceptEncoding: string): Promise<{headers: IncomingHttpHeaders; raw: Buffer}> {
  const headers = {authorization: `Bearer ${seller.access_token}`, 'accept-encoding': acceptEncoding}
  return new Promise((resolve, reject) => {
    httpRequest(`${client.emulator.url}${path}`, {headers}, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk)
      resolve({headers: response.headers, raw: Buffer.concat(chunks)})
    })
      .on('error', reject)
      .end()
  })
}

async function script(rule: unknown): Promise<void> {
  const {status} = await client.json('POST', '/_emulator/faults', rule)
  expect(status).toBe(201)
}

function me() {
  return client.get('/users/me', seller.access_token)
}

describe('the fault script', () => {
  it('hits as many requests as it says, after as many as it says', async () => {
    await script({
      path: '/users/me',
      after: 1,
      times: 2,
      fault: {type: 'status', status: 503, headers: {'retry-after': '7'}},
    })
    const answers = [await me(), await me(), await me(), await me()]
    expect(answers.map(({status}) => status)).toEqual([200, 503, 503, 200])
    expect(answers[1]!.headers.get('retry-after')).toBe('7')
    expect(answers[1]!.body).toMatchObject({status: 503, cause: []})
  })

  it('looks at the method and at the beginning of the path', async () => {
    await script({method: 'POST', path: '/users/*', fault: {type: 'status', status: 500, body: {odd: true}}})
    expect((await me()).status).toBe(200)
    expect((await client.json('POST', '/users/test_user', {site_id: 'MEC'}, seller.access_token)).body).toEqual({
      odd: true,
    })
  })

  it('drops a request before it did anything', async () => {
    await script({path: '/oauth/token', fault: 'drop-before'})
    await expect(client.refresh(seller.refresh_token)).rejects.toThrow('fetch failed')
    expect((await client.refresh(seller.refresh_token)).status).toBe(200)
  })

  it('drops the answer after the refresh token was spent', async () => {
    await script({path: '/oauth/token', fault: {type: 'drop-after-commit'}})
    await expect(client.refresh(seller.refresh_token)).rejects.toThrow('fetch failed')
    expect((await client.refresh(seller.refresh_token)).body.error).toBe('invalid_grant')
    expect(client.emulator.world.requests.list().at(-2)).toMatchObject({status: 200, fault: 'drop-after-commit'})
  })

  it('sends half of the body that the headers promise', async () => {
    await script({path: '/users/me', fault: 'truncate'})
    const response = await fetch(`${client.emulator.url}/users/me`, {
      headers: {authorization: `Bearer ${seller.access_token}`, 'accept-encoding': 'identity'},
    })
    const promised = Number(response.headers.get('content-length'))
    let received = 0
    await expect(
      (async () => {
        for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) received += chunk.length
      })(),
    ).rejects.toThrow('terminated')
    expect(received).toBe(Math.ceil(promised / 2))
  })

  it('sends garbage where JSON was promised', async () => {
    await script({path: '/users/me', fault: 'garbage'})
    const response = await fetch(`${client.emulator.url}/users/me`, {
      headers: {authorization: `Bearer ${seller.access_token}`},
    })
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
    await expect(response.json()).rejects.toThrow('not valid JSON')
  })

  it('answers 429 in any of the four shapes', async () => {
    await script({path: '/users/me', fault: {type: 'rate-limit', shape: 'local_rate_limited'}})
    await script({path: '/users/me', fault: {type: 'rate-limit', shape: 'empty'}})
    expect(await me()).toMatchObject({status: 429, body: 'local_rate_limited'})
    expect(await me()).toMatchObject({status: 429, body: ''})
  })

  it('delays and then answers', async () => {
    await script({path: '/users/me', fault: {type: 'delay', ms: 5}})
    expect((await me()).status).toBe(200)
  })

  it('works on routes that are not emulated', async () => {
    await script({path: '/orders/search', fault: {type: 'status', status: 200, body: {results: []}}})
    expect((await client.get('/orders/search')).body).toEqual({results: []})
  })

  it('can be read and wiped', async () => {
    await script({path: '/users/me', fault: 'garbage'})
    expect((await client.get('/_emulator/faults')).body).toEqual([
      {id: 1, path: '/users/me', times: 1, after: 0, fault: {type: 'garbage'}},
    ])
    expect((await client.send('DELETE', '/_emulator/faults')).status).toBe(204)
    expect((await me()).status).toBe(200)
  })

  it.each([
    {path: 'users', fault: 'garbage'},
    {path: '/users', fault: 'explode'},
    {path: '/users', fault: {type: 'status', status: 99}},
    {path: '/users', tims: 2, fault: 'garbage'},
    {path: '/users'},
  ])('refuses %j', async (rule) => {
    expect((await client.json('POST', '/_emulator/faults', rule)).status).toBe(400)
  })
})
