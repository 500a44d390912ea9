import {afterEach, describe, expect, it} from '@jest/globals'
import {createMercadoLibre} from '../../src/meli/api/api.js'
import {createOAuth} from '../../src/meli/api/oauth.js'
import type {HttpOptions} from '../../src/meli/http/http-types.js'
import type {RateBudget} from '../../src/services/ports/index.js'
import {cutBody, hangUp, json, type Reply, startServer, text} from '../support/http-server.js'
import {quickHttp} from '../support/wire.js'

const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

class CountingBudget implements RateBudget {
  taken = 0
  readonly throttles: (number | null)[] = []

  async take(): Promise<void> {
    this.taken++
  }

  async throttled(retryAfterMs: number | null): Promise<void> {
    this.throttles.push(retryAfterMs)
  }

  async state() {
    return {perMinute: 1500, limit: 1500, left: 1}
  }
}

async function build(options: Partial<HttpOptions>, ...replies: Reply[]) {
  const server = await startServer(...replies)
  const budget = new CountingBudget()
  const http = quickHttp(server.origin, {budget, ...options})
  open.push(server, http)
  return {server, budget, http}
}

const get = {method: 'GET', path: '/users/me', retry: true, expectsJson: true} as const
const {signal} = new AbortController()

describe('the budget', () => {
  it('is asked before each try', async () => {
    const {budget, http, server} = await build({}, text('', 503), hangUp, cutBody, json({}))
    await http.send(get)
    expect(server.requests).toHaveLength(4)
    expect(budget.taken).toBe(4)
    expect(budget.throttles).toEqual([])
  })

  it('is asked before a redirect is followed too, which is a request and no retry', async () => {
    const {budget, http} = await build({}, text('', 302, {location: '/users/1'}), json({id: 1}))
    const traffic = {requests: 0, retries: 0, rateLimited: 0, bytes: 0}
    expect((await http.send({...get, traffic})).json()).toEqual({id: 1})
    expect(traffic).toMatchObject({requests: 2, retries: 0})
    expect({taken: budget.taken, sent: http.sent}).toEqual({taken: 2, sent: 2})
  })

  it.each([
    ['over quota', json({error: 'too_many_requests', message: 'client.id over quota', status: 429}, 429)],
    ['too many requests', json({message: 'Too Many Requests', error: 'too_many_requests', status: 429}, 429)],
    ['an empty body', text('', 429)],
    ['local_rate_limited', text('local_rate_limited', 429)],
  ])('is told of each limit, once: %s', async (_, limited) => {
    const {budget, http} = await build({}, limited, limited, json({}))
    await http.send(get)
    expect(budget).toMatchObject({taken: 3, throttles: [null, null]})
  })

  it('is told how long the service asks to wait', async () => {
    const {budget, http} = await build({}, text('', 429, {'retry-after': '7'}), json({}))
    await http.send(get)
    expect(budget.throttles).toEqual([7000])
    const long = await build({}, text('', 429, {'retry-after': '3600'}))
    expect((await long.http.send(get)).status).toBe(429)
    expect(long.budget).toMatchObject({taken: 1, throttles: [3_600_000]})
  })

  it('has no say over tokens', async () => {
    const {budget, http, server} = await build({}, text('local_rate_limited', 429))
    const oauth = createOAuth({http, clientId: '1', clientSecret: 's', clock: () => new Date()})
    await expect(oauth.refresh('TG-1')).rejects.toMatchObject({code: 'MELI_RATE_LIMITED'})
    expect(server.requests).toHaveLength(1)
    expect(budget).toMatchObject({taken: 0, throttles: []})
  })

  it('ends what waits for its turn when it is called off', async () => {
    const stopped = new AbortController()
    const take = (until?: AbortSignal) =>
      new Promise<void>((_, reject) => until?.addEventListener('abort', () => reject(until.reason)))
    const {http, server} = await build({budget: Object.assign(new CountingBudget(), {take})}, json({}))
    const sent = http.send({...get, signal: stopped.signal})
    const reason = new Error('stop')
    stopped.abort(reason)
    await expect(sent).rejects.toBe(reason)
    await expect(http.send({...get, deadline: new Date(Date.now() + 20)})).rejects.toMatchObject({
      code: 'MELI_TIMED_OUT',
      details: {sent: false},
    })
    expect(server.requests).toEqual([])
  })
})

describe('a deadline', () => {
  const now = new Date('2026-03-01T12:00:00Z')
  const later = (ms: number) => new Date(now.getTime() + ms)

  it('lets nothing begin after it', async () => {
    const {http, server, budget} = await build({now: () => now}, json({}))
    await expect(http.send({...get, deadline: now})).rejects.toMatchObject({code: 'MELI_TIMED_OUT', exitCode: 6})
    expect(server.requests).toEqual([])
    expect(budget.taken).toBe(0)
  })

  it('lets nothing be tried again that would begin after it', async () => {
    const {http, server} = await build({now: () => now}, text('', 503))
    expect((await http.send({...get, deadline: later(600)})).status).toBe(503)
    expect(server.requests).toHaveLength(3)
    expect(http.waits).toEqual([250, 500])
  })

  it('holds for all that a source does', async () => {
    const {http, server} = await build({now: () => now}, json([]))
    const source = createMercadoLibre(http)({current: async () => 'T'}).items(7, {deadline: now})
    const pages = source.list({}, null, signal)[Symbol.asyncIterator]()
    for (const sent of [
      source.fetch(['A'], signal),
      source.recent({offset: 0, limit: 1}, signal),
      Promise.resolve(pages.next()),
    ])
      await expect(sent).rejects.toMatchObject({code: 'MELI_TIMED_OUT'})
    expect(server.requests).toEqual([])
  })
})

describe('a read', () => {
  it('is tried again when its body is no JSON, where JSON is expected', async () => {
    const maintenance = text('<html>maintenance</html>', 200, {'content-type': 'text/html'})
    const {http, server} = await build({}, maintenance, text(''), json({id: 1}))
    expect((await http.send(get)).json()).toEqual({id: 1})
    const always = await build({}, maintenance)
    expect((await always.http.send(get)).text).toContain('maintenance')
    expect(always.server.requests).toHaveLength(4)
    const label = await build({}, text('^XA'))
    await label.http.send({...get, expectsJson: false})
    expect([server.requests.length, label.server.requests.length]).toEqual([3, 1])
  })

  it('outlasts a limit that counts by the minute, if it may', async () => {
    const {http, server, budget} = await build({random: () => 1}, text('', 429))
    expect((await http.send({...get, patient: true})).status).toBe(429)
    expect(server.requests).toHaveLength(10)
    expect(budget.throttles).toHaveLength(10)
    expect(http.waits.reduce((sum, ms) => sum + ms)).toBeGreaterThan(60_000)
    const failing = await build({}, text('', 503))
    await failing.http.send({...get, patient: true})
    expect(failing.server.requests).toHaveLength(4)
  })

  it('stops together with all others that have the same signal', async () => {
    const stopped = new AbortController()
    let waiting = 0
    const {http} = await build({}, () => {
      if (++waiting === 3) stopped.abort(new Error('stop'))
    })
    const sent = Array.from({length: 3}, () => http.send({...get, signal: stopped.signal}))
    expect(await Promise.allSettled(sent)).toMatchObject(sent.map(() => ({reason: {message: 'stop'}})))
  })
})
