import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {Story, type Tokens} from './story.js'

let story: Story
let seller: Tokens
beforeEach(async () => {
  story = await Story.begin()
  seller = await story.connect()
})
afterEach(() => story.end())

async function script(rule: unknown): Promise<void> {
  const {status} = await story.json('POST', '/_emulator/faults', rule)
  expect(status).toBe(201)
}

function me() {
  return story.get('/users/me', seller.access_token)
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
    expect((await story.json('POST', '/users/test_user', {site_id: 'MEC'}, seller.access_token)).body).toEqual({
      odd: true,
    })
  })

  it('drops a request before it did anything', async () => {
    await script({path: '/oauth/token', fault: 'drop-before'})
    await expect(story.refresh(seller.refresh_token)).rejects.toThrow('fetch failed')
    expect((await story.refresh(seller.refresh_token)).status).toBe(200)
  })

  it('drops the answer after the refresh token was spent', async () => {
    await script({path: '/oauth/token', fault: {type: 'drop-after-commit'}})
    await expect(story.refresh(seller.refresh_token)).rejects.toThrow('fetch failed')
    expect((await story.refresh(seller.refresh_token)).body.error).toBe('invalid_grant')
    expect(story.emulator.world.requests.list().at(-2)).toMatchObject({status: 200, fault: 'drop-after-commit'})
  })

  it('sends half of the body that the headers promise', async () => {
    await script({path: '/users/me', fault: 'truncate'})
    const response = await fetch(`${story.emulator.url}/users/me`, {
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
    const response = await fetch(`${story.emulator.url}/users/me`, {
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
    expect((await story.get('/orders/search')).body).toEqual({results: []})
  })

  it('can be read and wiped', async () => {
    await script({path: '/users/me', fault: 'garbage'})
    expect((await story.get('/_emulator/faults')).body).toEqual([
      {id: 1, path: '/users/me', times: 1, after: 0, fault: {type: 'garbage'}},
    ])
    expect((await story.send('DELETE', '/_emulator/faults')).status).toBe(204)
    expect((await me()).status).toBe(200)
  })

  it.each([
    {path: 'users', fault: 'garbage'},
    {path: '/users', fault: 'explode'},
    {path: '/users', fault: {type: 'status', status: 99}},
    {path: '/users', tims: 2, fault: 'garbage'},
    {path: '/users'},
  ])('refuses %j', async (rule) => {
    expect((await story.json('POST', '/_emulator/faults', rule)).status).toBe(400)
  })
})
