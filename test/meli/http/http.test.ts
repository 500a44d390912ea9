import {getEventListeners} from 'node:events'
import {gzipSync} from 'node:zlib'
import {afterEach, describe, expect, it} from '@jest/globals'
import {createHttp, type HttpLogEntry} from '../../../src/meli/http/http.js'
import {timeLimits} from '../../../src/meli/http/time-limits.js'
import {
  cutBody,
  type HttpServer,
  hangUp,
  json,
  type Reply,
  silence,
  startServer,
  text,
} from '../../support/http-server.js'
import {printed, quickHttp} from '../../support/wire.js'

const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

async function serve(...replies: Reply[]): Promise<HttpServer> {
  const server = await startServer(...replies)
  open.push(server)
  return server
}

async function build(...replies: Reply[]) {
  const server = await serve(...replies)
  const log: HttpLogEntry[] = []
  const http = quickHttp(server.origin, {log: (entry) => log.push(entry)})
  open.push(http)
  return {server, http, log}
}

const get = {method: 'GET', path: '/users/me', retry: true} as const

describe('http', () => {
  it('sends the token, the agent and the query, lists joined by commas', async () => {
    const {server, http} = await build(json({id: 1}))
    const answer = await http.send({...get, path: '/items?a=1', query: {ids: ['A', 'B'], none: undefined}, token: 'T'})
    expect(answer.json()).toEqual({id: 1})
    expect(server.requests[0]).toMatchObject({
      method: 'GET',
      url: '/items?a=1&ids=A,B',
      headers: {authorization: 'Bearer T', 'user-agent': 'meli-toolkit/test', accept: 'application/json'},
    })
  })

  it('sends forms and JSON as such', async () => {
    const {server, http} = await build(json({}))
    await http.send({method: 'POST', path: '/a', form: {x: 'ñ &'}, retry: false})
    await http.send({method: 'PUT', path: '/b', json: {x: [1]}, retry: false, headers: {'x-version': '3'}})
    expect(server.requests[0]).toMatchObject({body: 'x=%C3%B1+%26'})
    expect(server.requests[0]?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/)
    expect(server.requests[1]).toMatchObject({body: '{"x":[1]}', headers: {'x-version': '3'}})
  })

  it('unpacks gzip and takes off a byte order mark', async () => {
    const packed = gzipSync('\uFEFF{"a":"ñ"}')
    const {http, server} = await build(text(packed, 200, {'content-encoding': 'gzip'}))
    expect((await http.send(get)).json()).toEqual({a: 'ñ'})
    expect(server.requests[0]?.headers['accept-encoding']).toContain('gzip')
  })

  it('keeps the connection for reads and takes a new one for what must not fail on an old one', async () => {
    const ports: (number | undefined)[] = []
    const {http} = await build((response) => {
      ports.push(response.socket?.remotePort)
      response.end('{}')
    })
    await http.send(get)
    await http.send(get)
    await http.send({...get, method: 'POST', fresh: true})
    expect(ports[1]).toBe(ports[0])
    expect(ports[2]).not.toBe(ports[0])
  })

  it('reads the JSON of an answer once, in ASCII or not', async () => {
    const {http} = await build(json({a: 'n'}), json({a: 'ñ'}))
    for (const answer of [await http.send(get), await http.send(get)]) expect(answer.json()).toBe(answer.json())
  })

  it('gives back answers of any status, JSON or not', async () => {
    const {http} = await build(text('local_rate_limited', 404))
    const answer = await http.send(get)
    expect(answer).toMatchObject({status: 404, text: 'local_rate_limited'})
    expect(() => answer.json()).toThrow(expect.objectContaining({code: 'MELI_ANSWER_UNUSABLE'}))
  })

  it('tries reads again on 429, 5xx and cut connections, waiting longer each time', async () => {
    const {http, server} = await build(text('', 429), text('', 503), hangUp, json({id: 1}))
    expect((await http.send(get)).status).toBe(200)
    expect(server.requests).toHaveLength(4)
    expect(http.sent).toBe(4)
    expect(http.waits).toEqual([250, 500, 1000])
  })

  it('tries reads again when the body breaks off, packed or not', async () => {
    const half = gzipSync(JSON.stringify({a: 'x'.repeat(500)})).subarray(0, 20)
    const {http, server} = await build(cutBody, text(half, 200, {'content-encoding': 'gzip'}), json({id: 1}))
    expect((await http.send(get)).json()).toEqual({id: 1})
    expect(server.requests).toHaveLength(3)
  })

  it('gives up after four tries with the last outcome', async () => {
    const limited = await build(text('', 429))
    expect((await limited.http.send(get)).status).toBe(429)
    expect(limited.server.requests).toHaveLength(4)
    const broken = await build(hangUp)
    await expect(broken.http.send(get)).rejects.toMatchObject({
      code: 'MELI_UNREACHABLE',
      details: {network_code: 'ECONNRESET', sent: true},
    })
    expect(broken.server.requests).toHaveLength(4)
  })

  it('never tries a write again, nor a read that must not be', async () => {
    const {http, server} = await build(text('', 503))
    await http.send({method: 'POST', path: '/items', json: {}, retry: true})
    await http.send({...get, retry: false})
    expect(server.requests).toHaveLength(2)
  })

  it('does not try again what no second try can cure', async () => {
    const {http, server} = await build(text('', 404))
    await http.send(get)
    expect(server.requests).toHaveLength(1)
  })

  it.each([
    ['seconds', '7', 7000],
    ['a date', 'Thu, 01 Jan 2026 00:00:09 GMT', 9000],
    ['a date that has passed', 'Thu, 01 Jan 2025 00:00:09 GMT', 0],
    ['nonsense', 'soon', 250],
  ])('waits as Retry-After says: %s', async (_name, header, expected) => {
    const server = await serve(text('', 429, {'retry-after': header}), json({}))
    const http = quickHttp(server.origin, {now: () => new Date('2026-01-01T00:00:00Z')})
    open.push(http)
    await http.send(get)
    expect(http.waits).toEqual([expected])
  })

  it('tells each wait and what it is for', async () => {
    const told: unknown[] = []
    const server = await serve(text('', 429, {'retry-after': '7'}), text('', 503), json({}))
    const http = quickHttp(server.origin, {onWait: (wait) => told.push(wait)})
    open.push(http)
    await http.send(get)
    expect(told).toEqual([
      {ms: 7000, why: 'limited'},
      {ms: 500, why: 'failing'},
    ])
  })

  it('passes the answer on when Retry-After asks for too much', async () => {
    const {http, server} = await build(text('', 429, {'retry-after': '3600'}))
    expect((await http.send(get)).status).toBe(429)
    expect(server.requests).toHaveLength(1)
  })

  it('says that nobody answered in time', async () => {
    const server = await serve(silence)
    const http = quickHttp(server.origin, {timeoutMs: 60})
    open.push(http)
    await expect(http.send({...get, retry: false})).rejects.toMatchObject({
      code: 'MELI_TIMED_OUT',
      details: {sent: true},
      retryable: true,
    })
  })

  it('does not wait for the end of a body longer than for an answer, nor past an abort', async () => {
    const reason = new Error('stopped by the user')
    const stop = new AbortController()
    const begin: Reply = (response) => void response.writeHead(200, {'content-length': '9'}).write('{"id"')
    const server = await serve(begin, (response, request) => {
      begin(response, request)
      setImmediate(() => stop.abort(reason))
    })
    const http = quickHttp(server.origin, {timeoutMs: 60})
    open.push(http)
    await expect(http.send({...get, retry: false})).rejects.toMatchObject({
      code: 'MELI_TIMED_OUT',
      details: {network_code: 'ETIMEDOUT', sent: true},
    })
    const patient = quickHttp(server.origin)
    open.push(patient)
    await expect(patient.send({...get, signal: stop.signal})).rejects.toBe(reason)
  })

  it('says that nothing was sent when no connection came about', async () => {
    const server = await startServer(silence)
    await server.close()
    const error = await quickHttp(server.origin)
      .send({...get, retry: false})
      .catch((caught: unknown) => caught)
    expect(error).toMatchObject({code: 'MELI_UNREACHABLE', details: {network_code: 'ECONNREFUSED', sent: false}})
  })

  it('leaves no listener on a signal that requests share', async () => {
    const {http} = await build(json({}))
    const {signal} = new AbortController()
    await Promise.all(Array.from({length: 24}, () => http.send({...get, signal})))
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('ends with the reason of the signal, on the way and between tries', async () => {
    const reason = new Error('stopped by the user')
    const onTheWay = new AbortController()
    const {http} = await build(() => onTheWay.abort(reason))
    await expect(http.send({...get, signal: onTheWay.signal})).rejects.toBe(reason)

    const between = new AbortController()
    const slow = createHttp({
      origin: (await serve(text('', 503))).origin,
      userAgent: 'x',
      timeoutMs: 1000,
      log: () => between.abort(reason),
    })
    open.push(slow)
    await expect(slow.send({...get, signal: between.signal})).rejects.toBe(reason)
  })

  it('follows a read on the same host, and takes nothing to another one', async () => {
    const stranger = await serve(json({stolen: true}))
    const away = await build(text('', 302, {location: `${stranger.url}/x`}))
    expect((await away.http.send({...get, token: 'T'})).status).toBe(302)
    const post = await build(text('', 307, {location: '/other'}), json({}))
    expect((await post.http.send({...get, method: 'POST', form: {client_secret: 's'}})).status).toBe(307)
    expect(stranger.requests).toHaveLength(0)
    const near = await build(text('', 301, {location: '/here'}), json({id: 1}))
    expect((await near.http.send(get)).json()).toEqual({id: 1})
  })

  it('does not go round in circles', async () => {
    const {http, server} = await build(text('', 302, {location: '/users/me'}))
    await expect(http.send(get)).rejects.toMatchObject({
      code: 'MELI_ANSWER_UNUSABLE',
      details: {network_code: 'ERR_TOO_MANY_REDIRECTS'},
    })
    expect(server.requests).toHaveLength(11)
  })

  it.each([
    ['packed', gzipSync(Buffer.alloc(70_000_000)), {'content-encoding': 'gzip'}],
    ['as it is', Buffer.alloc(70_000_000), {}],
  ])('does not fill the memory with an answer that is too large %s, nor ask again', async (_name, body, headers) => {
    const {http, server} = await build(text(body, 200, headers))
    for (const method of ['GET', 'POST'] as const)
      await expect(http.send({...get, method})).rejects.toMatchObject({
        code: 'MELI_ANSWER_UNUSABLE',
        message: expect.stringContaining('too large'),
      })
    expect(server.requests).toHaveLength(2)
  })

  it.each([
    ['The token', {token: 'hush-hush\r\nx'}],
    ['The token', {headers: {Authorization: 'Bearer hush-hush\n'}}],
    ['The header x-a', {headers: {'x-a': 'hush-hush\u0000'}}],
    ['The name of a header', {headers: {'hush hush-hush': 'x'}}],
  ])('says that nothing was sent when it cannot be: %s', async (what, part) => {
    const {http, server} = await build(json({}))
    for (const method of ['GET', 'POST'] as const) {
      const error: unknown = await http.send({...get, method, ...part}).catch((caught: unknown) => caught)
      expect(error).toMatchObject({
        code: 'MELI_USAGE',
        message: `${what} contains a character that cannot be sent; nothing was sent`,
        details: {sent: false},
      })
      expect(printed(error)).not.toContain('hush')
    }
    expect(server.requests).toEqual([])
  })

  it('waits no longer than a timer can', () => {
    expect(timeLimits(2 ** 40)).toEqual({connectMs: 10_000, timeoutMs: 2 ** 31 - 1})
  })

  it.each(['https://evil.example/x', '//evil.example/x', '/\\evil.example', 'http://user:pw@127.0.0.1/x'])(
    'refuses to take the token to %s',
    async (path) => {
      const {http} = await build(json({}))
      await expect(http.send({...get, path, token: 'T'})).rejects.toMatchObject({code: 'MELI_USAGE'})
      expect(http.sent).toBe(0)
    },
  )

  it.each(['http://api.mercadolibre.com', 'ftp://127.0.0.1', 'http://127.0.0.1.evil.example'])(
    'refuses to speak to %s',
    (origin) => {
      expect(() => quickHttp(origin)).toThrow(expect.objectContaining({code: 'MELI_CONFIG_INVALID'}))
    },
  )

  it.each(['https://api.mercadolibre.com', 'http://localhost:1', 'http://127.8.8.8', 'http://[::1]:80'])(
    'agrees to speak to %s',
    (origin) => {
      expect(quickHttp(origin).origin.href).toBe(new URL(origin).href)
    },
  )

  it('logs the method, path, status and try, and no value of the query', async () => {
    const {http, log} = await build(hangUp, json({}))
    await http.send({...get, path: '/a?code=TG-secret1', query: {q: 'hush'}, token: 'APP_USR-secret'})
    expect(log).toEqual([
      {method: 'GET', path: '/a', status: null, code: 'ECONNRESET', ms: expect.any(Number), try: 1},
      {method: 'GET', path: '/a', status: 200, ms: expect.any(Number), try: 2},
    ])
  })

  it.each([
    ['hanging up', hangUp],
    ['silence', silence],
    ['a cut body', cutBody],
    ['garbage', text('\u001f\u008b', 200, {'content-encoding': 'gzip'})],
  ])('throws errors without the secrets that it sent: %s', async (_name, reply) => {
    const server = await serve(reply)
    const http = quickHttp(server.origin, {timeoutMs: 100})
    open.push(http)
    const error: unknown = await http
      .send({
        method: 'POST',
        path: '/oauth/token?code=queryquery',
        form: {client_secret: 'formform', code: 'codecode'},
        token: 'tokentoken',
        headers: {'x-api': 'headerheader'},
        retry: false,
      })
      .catch((caught: unknown) => caught)
    expect(error).toMatchObject({name: 'MeliError'})
    expect(printed(error)).not.toMatch(/formform|codecode|tokentoken|queryquery|headerheader/)
  })
})
