import {once} from 'node:events'
import {connect as connectTcp, createServer} from 'node:net'
import {networkInterfaces} from 'node:os'
import {connect} from 'node:tls'
import {afterEach, describe, expect, it} from '@jest/globals'
import {createCallbackListener} from '../../src/server/callback-listener.js'
import type {CallbackListenerOptions, ListeningCallback} from '../../src/services/ports/index.js'
import {freePort} from './free-port.js'
import {rawRequest} from './raw-request.js'

const never = new AbortController().signal
const connected = {ok: true, nickname: 'VENDEDOR'} as const
const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({address}) => address === '::1'))

const opened: {close(): unknown}[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

const acceptAll = () => undefined

async function listen({
  scheme = 'http',
  host = '127.0.0.1',
  siteId = 'MEC',
  refuse = acceptAll as CallbackListenerOptions['refuse'],
} = {}) {
  const port = await freePort()
  const uri = new URL(`${scheme}://${host}:${port}/callback`)
  const callback = (await createCallbackListener().listen(uri, {siteId, refuse})) as ListeningCallback
  opened.push(callback)
  return {callback, uri, port, at: (path: string) => `${uri.origin}${path}`}
}

describe('the request that counts', () => {
  it('is held open until the login has ended, and then shows how', async () => {
    const {callback, at} = await listen()
    const page = rawRequest(at('/callback?code=TG-1&state=s'))
    const address = await callback.next(never)
    expect(address.href).toBe(at('/callback?code=TG-1&state=s'))

    await callback.answer(connected)
    const {status, body} = await page
    expect(status).toBe(200)
    expect(body).toContain('VENDEDOR')
    expect(body).toContain('<html lang="es">')
  })

  it('gets the error when the login has failed', async () => {
    const {callback, at} = await listen({siteId: 'MLB'})
    const page = rawRequest(at('/callback?error=access_denied&state=s'))
    await callback.next(never)
    await callback.answer({ok: false, code: 'MELI_AUTHORIZATION_DENIED', message: 'The seller refused'})
    const {status, body} = await page
    expect(status).toBe(400)
    expect(body).toContain('<html lang="pt">')
    expect(body).toContain('MELI_AUTHORIZATION_DENIED')
  })

  it('may be a HEAD', async () => {
    const {callback, at} = await listen()
    const page = rawRequest(at('/callback?code=1'), {method: 'HEAD'})
    expect((await callback.next(never)).searchParams.get('code')).toBe('1')
    await callback.answer(connected)
    expect(await page).toMatchObject({status: 200, body: ''})
  })

  it('counts once: later ones are told that the address was used', async () => {
    const {callback, at} = await listen()
    const first = rawRequest(at('/callback?code=1'))
    await callback.next(never)
    const second = await rawRequest(at('/callback?code=2'))
    expect(second.status).toBe(410)
    expect(second.body).toContain('ya se usó')

    await callback.answer(connected)
    expect((await first).status).toBe(200)
    expect((await rawRequest(at('/callback?code=1'))).status).toBe(410)
    expect((await callback.next(never)).searchParams.get('code')).toBe('1')
  })

  it('is not one that is refused: that one is told why, any number of times, and the listener waits on', async () => {
    const refuse = (callback: URL) =>
      callback.searchParams.get('state') === 's' ? undefined : {code: 'MELI_STATE_UNKNOWN', message: 'not ours'}
    const {callback, at} = await listen({refuse})
    for (let forged = 0; forged < 3; forged += 1) {
      const {status, body} = await rawRequest(at(`/callback?code=1&state=${forged}`))
      expect(status).toBe(400)
      expect(body).toContain('MELI_STATE_UNKNOWN')
      expect(body).toContain('sigue esperando')
    }
    const right = rawRequest(at('/callback?code=right&state=s'))
    expect((await callback.next(never)).searchParams.get('code')).toBe('right')
    expect((await rawRequest(at('/callback?code=1&state=late'))).status).toBe(400)
    await callback.answer(connected)
    expect((await right).status).toBe(200)
  })

  it('keeps the address to itself: nothing is loaded, stored or referred', async () => {
    const {callback, at} = await listen()
    const page = rawRequest(at('/callback?code=TG-secret'))
    await callback.next(never)
    await callback.answer(connected)
    const {headers, body} = await page
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/)
    expect(headers).toMatchObject({'referrer-policy': 'no-referrer', 'cache-control': 'no-store'})
    expect(body).not.toContain('TG-secret')
    expect(body).not.toMatch(/<script|https?:|src=|href=/)
  })
})

describe('any other request', () => {
  const others: [string, string, object][] = [
    ['another path', '/other?code=1', {}],
    ['the favicon', '/favicon.ico', {}],
    ['a longer path', '/callback/?code=1', {}],
    ['another case', '/Callback?code=1', {}],
    ['an encoded path', '/c%61llback?code=1', {}],
    ['a path that cannot be decoded', '/%zz', {}],
    ['a POST', '/callback?code=1', {method: 'POST'}],
    ['a method nobody uses', '/callback?code=1', {method: 'PROPFIND'}],
    ['a picture on some page', '/callback?code=1', {headers: {'sec-fetch-dest': 'image'}}],
  ]

  it.each(others)('is not found and does not count: %s', async (_name, path, options) => {
    const {callback, at} = await listen()
    expect((await rawRequest(at(path), options)).status).toBe(404)

    const right = rawRequest(at('/callback?code=right'))
    expect((await callback.next(never)).searchParams.get('code')).toBe('right')
    await callback.answer(connected)
    expect((await right).status).toBe(200)
  })

  it('is refused when its Host is a name that somebody pointed at this machine', async () => {
    const {callback, at, port} = await listen()
    const foreign = await rawRequest(at('/callback?code=1'), {headers: {host: `evil.example:${port}`}})
    expect(foreign.status).toBe(421)
    expect((await rawRequest(at('/callback?code=1'), {headers: {host: '127.0.0.1:1'}})).status).toBe(421)

    const right = rawRequest(at('/callback?code=right'))
    expect((await callback.next(never)).searchParams.get('code')).toBe('right')
    await callback.answer(connected)
    await right
  })
})

describe('listening', () => {
  it.each([
    'https://example.com/cb',
    'http://192.168.0.1:8080/cb',
    'http://localhost.example.com/',
    'meli://localhost/cb',
  ])('is declined for %s, which does not lead here', async (address) => {
    expect(await createCallbackListener().listen(new URL(address), {siteId: 'MEC', refuse: acceptAll})).toBeUndefined()
  })

  it('reaches localhost by IPv4 and, where there is any, by IPv6', async () => {
    const {callback, port} = await listen({host: 'localhost'})
    const headers = {host: `localhost:${port}`}
    expect((await rawRequest(`http://127.0.0.1:${port}/`, {headers})).status).toBe(404)
    if (hasIPv6) expect((await rawRequest(`http://[::1]:${port}/`, {headers})).status).toBe(404)
    await callback.close()
    await expect(rawRequest(`http://127.0.0.1:${port}/`, {headers})).rejects.toMatchObject({code: 'ECONNREFUSED'})
  })

  it.each(hasIPv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1'])('names the port when %s has it taken', async (address) => {
    const port = await freePort()
    const other = createServer().listen(port, address)
    opened.push(other)
    await once(other, 'listening')

    const uri = new URL(`http://localhost:${port}/callback`)
    const attempt = createCallbackListener().listen(uri, {siteId: 'MEC', refuse: acceptAll})
    await expect(attempt).rejects.toMatchObject({
      code: 'MELI_CALLBACK_PORT_TAKEN',
      exitCode: 3,
      message: expect.stringContaining(String(port)),
      suggestions: expect.arrayContaining([expect.stringContaining('--no-wait')]),
    })

    // Nothing is left bound on the address that was free.
    await new Promise((resolve) => other.close(resolve))
    const again = (await createCallbackListener().listen(uri, {siteId: 'MEC', refuse: acceptAll})) as ListeningCallback
    await again.close()
  })

  it('serves https with a certificate for the host that lives a day', async () => {
    const {callback, port, uri} = await listen({scheme: 'https', host: 'localhost'})
    const probe = connect({host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false})
    await once(probe, 'secureConnect')
    const seen = probe.getPeerX509Certificate()!
    probe.destroy()
    expect(seen.subjectAltName).toBe('DNS:localhost')
    const lifeMs = Date.parse(seen.validTo) - Date.parse(seen.validFrom)
    expect(lifeMs).toBeLessThanOrEqual(25 * 60 * 60 * 1000)

    // Trusted for this request alone, and verified against the host.
    const page = rawRequest(`${uri.href}?code=1`, {ca: seen.toString(), family: 4})
    expect((await callback.next(never)).href).toBe(`${uri.href}?code=1`)
    await callback.answer(connected)
    await callback.close()
    const {status, body} = await page
    expect(status).toBe(200)
    expect(body).toMatch(/<\/html>\s*$/)
  })
})

describe('ending', () => {
  it('gives up waiting when the signal says so, with its reason', async () => {
    const {callback, at} = await listen()
    const reason = new Error('nobody came')
    const giveUp = new AbortController()
    const waiting = callback.next(giveUp.signal)
    giveUp.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    await expect(callback.next(giveUp.signal)).rejects.toBe(reason)

    const page = rawRequest(at('/callback?code=1'))
    expect((await callback.next(never)).searchParams.get('code')).toBe('1')
    await callback.answer(connected)
    await page
  })

  it('answers the browser that nobody answered', async () => {
    const {callback, at} = await listen()
    const page = rawRequest(at('/callback?code=1'))
    await callback.next(never)
    await callback.close()
    const {status, body} = await page
    expect(status).toBe(400)
    expect(body).toContain('MELI_INTERRUPTED')
  })

  it('tells whoever waits that the listener was closed', async () => {
    const {callback} = await listen()
    const waiting = callback.next(never)
    await Promise.all([callback.close(), expect(waiting).rejects.toMatchObject({code: 'MELI_INTERRUPTED'})])
    await callback.close()
  })

  it.each(['http', 'https'])('does not wait for clients that say nothing (%s)', async (scheme) => {
    const {callback, port} = await listen({scheme})
    const silent = connectTcp(port, '127.0.0.1')
    const half = connectTcp(port, '127.0.0.1')
    // Reset or closed, either will do.
    const gone = [silent, half].map((socket) => new Promise((done) => socket.on('error', done).on('close', done)))
    await Promise.all([once(silent, 'connect'), once(half, 'connect')])
    half.write('GET /callback?code=1 HTTP/1.1\r\nHost:')
    await callback.close()
    await Promise.all(gone)
  })

  it('survives a browser that went away before its answer', async () => {
    const {callback, port} = await listen()
    const browser = connectTcp(port, '127.0.0.1')
    browser.on('error', () => undefined)
    browser.write(`GET /callback?code=1 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
    await callback.next(never)
    browser.destroy()
    await callback.answer(connected)
    await callback.close()
  })
})
