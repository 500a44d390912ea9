import {request as httpRequest, type IncomingHttpHeaders} from 'node:http'
import {gunzipSync} from 'node:zlib'
import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {hourMs, Story, type Tokens} from './story.js'

let story: Story
let seller: Tokens
beforeEach(async () => {
  story = await Story.begin({items: 20})
  seller = await story.connect()
})
afterEach(() => story.end())

describe('refusals', () => {
  it('have the shape of the gateway without a token and with a wrong one', async () => {
    expect(await story.get('/users/me')).toMatchObject({
      status: 401,
      body: {code: 'unauthorized', message: 'authorization value not present'},
    })
    expect(await story.get('/users/me', 'APP_USR-1-010101-00-1')).toMatchObject({
      status: 401,
      body: {code: 'unauthorized', message: 'invalid access token'},
    })
  })

  it('meet a token in the query string, even beside a good header', async () => {
    const path = `/users/me?access_token=${seller.access_token}`
    expect((await story.get(path)).status).toBe(401)
    expect((await story.get(path, seller.access_token)).status).toBe(401)
  })

  it('name the scopes when the grant has too few', async () => {
    await story.json('POST', '/_emulator/app', {scopes: ['read']})
    const {access_token} = await story.connect()
    expect(await story.json('POST', '/users/test_user', {site_id: 'MEC'}, access_token)).toMatchObject({
      status: 403,
      body: {status: 403, error: 'Invalid scopes', code: 'FORBIDDEN'},
    })
  })

  it('come from the policy agent when the application lacks a functional permission', async () => {
    await story.json('POST', '/_emulator/app', {permissions: ['users']})
    const {access_token, user_id} = await story.connect()
    expect(await story.get(`/users/${user_id}/items/search`, access_token)).toMatchObject({
      status: 403,
      body: {code: 'PA_UNAUTHORIZED_RESULT_FROM_POLICIES', blocked_by: 'PolicyAgent'},
    })
    expect((await story.get('/users/me', access_token)).status).toBe(200)
    expect((await story.get(`/users/${user_id}/items/search`, seller.access_token)).status).toBe(200)
  })
})

describe('the rate limit', () => {
  it.each([
    ['over_quota', {error: 'too_many_requests', message: 'client.id over quota', status: 429}],
    ['too_many_requests', {message: 'Too Many Requests', error: 'too_many_requests', status: 429, cause: []}],
    ['empty', ''],
    ['local_rate_limited', 'local_rate_limited'],
  ])('answers in the shape %s', async (shape, body) => {
    await story.json('POST', '/_emulator/settings', {rate_limit_per_minute: 1, rate_limit_shape: shape})
    expect((await story.get('/users/me', seller.access_token)).status).toBe(200)
    const answer = await story.get('/users/me', seller.access_token)
    expect([answer.status, answer.body]).toEqual([429, body])
    expect(answer.headers.get('retry-after')).toBeNull()
  })

  it('is over after a minute of virtual time', async () => {
    await story.json('POST', '/_emulator/settings', {rate_limit_per_minute: 1})
    await story.get('/users/me', seller.access_token)
    story.emulator.advance(60_000)
    expect((await story.get('/users/me', seller.access_token)).status).toBe(200)
  })
})

describe('every answer', () => {
  it('carries the emulator’s own time and a request id that counts', async () => {
    story.emulator.advance(3 * hourMs)
    const [one, two] = [await story.get('/nothing'), await story.get('/users/me', seller.access_token)]
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
    await story.send('DELETE', '/_emulator/requests')
    const secretPath = `/users/${seller.access_token}?ids=1&attributes=id`
    await story.get(secretPath, seller.access_token)
    await story.refresh(seller.refresh_token)
    const {body} = await story.get('/_emulator/requests')
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
    for (const secret of [seller.access_token, seller.refresh_token, story.emulator.clientSecret])
      expect(text).not.toContain(secret)
  })
})

/** fetch undoes the compression by itself. */
function plain(path: string, acceptEncoding: string): Promise<{headers: IncomingHttpHeaders; raw: Buffer}> {
  const headers = {authorization: `Bearer ${seller.access_token}`, 'accept-encoding': acceptEncoding}
  return new Promise((resolve, reject) => {
    httpRequest(`${story.emulator.url}${path}`, {headers}, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk)
      resolve({headers: response.headers, raw: Buffer.concat(chunks)})
    })
      .on('error', reject)
      .end()
  })
}
