import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterEach, describe, expect, it} from '@jest/globals'
import {proxyApplies} from '../../../src/meli/http/proxy.js'
import {printed, quickHttp} from '../../support/wire.js'

const api = new URL('https://api.mercadolibre.com')
const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function proxyThat(answers: string): Promise<{url: string; asked: string[]}> {
  const asked: string[] = []
  const server = createServer()
  server.on('connect', (request, socket) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization']}`)
    socket.end(answers)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {url: `http://me:proxypass@127.0.0.1:${(server.address() as AddressInfo).port}`, asked}
}

describe('proxy', () => {
  it.each([
    ['', true],
    ['*', false],
    ['example.com', true],
    ['mercadolibre.com', false],
    ['.mercadolibre.com', false],
    ['*.mercadolibre.com', false],
    ['libre.com', true],
    ['API.MercadoLibre.com:443', false],
    ['api.mercadolibre.com:8443', true],
    ['a, b ,api.mercadolibre.com', false],
  ])('with NO_PROXY %j applies: %s', (noProxy, expected) => {
    expect(proxyApplies(api, noProxy)).toBe(expected)
  })

  it('never stands between this machine and itself', () => {
    expect(proxyApplies(new URL('http://127.0.0.1:8080'))).toBe(false)
    expect(proxyApplies(new URL('http://localhost'))).toBe(false)
  })

  it('is asked for a tunnel, and its refusal names the setting but not its password', async () => {
    const {url, asked} = await proxyThat('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    const error: unknown = await quickHttp(api, {proxy: {url}})
      .send({method: 'GET', path: '/users/me', retry: false})
      .catch((caught: unknown) => caught)
    expect(asked).toEqual([`api.mercadolibre.com:443 Basic ${btoa('me:proxypass')}`])
    expect(error).toMatchObject({
      code: 'MELI_UNREACHABLE',
      message: expect.stringContaining('the proxy answered 407'),
      suggestions: [expect.stringContaining('HTTPS_PROXY'), expect.stringContaining('NO_PROXY')],
    })
    expect(printed(error)).not.toMatch(/proxypass|bWU6/)
  })

  it.each([
    ['a read', {method: 'GET', path: '/', retry: true}],
    ['a write', {method: 'POST', path: '/', retry: false}],
    ['a write on a connection of its own', {method: 'POST', path: '/', retry: false, fresh: true}],
  ] as const)(
    'is not waited for after an abort though it makes no tunnel, and let go of on closing: %s',
    async (_name, request) => {
      const server = createServer()
      const stop = new AbortController()
      const reason = new Error('enough')
      const closed = new Promise<void>((resolve) => {
        server.on('connect', (_request, socket) => {
          socket
            .on('error', () => resolve())
            .once('end', () => {
              socket.end()
              resolve()
            })
          socket.resume()
          stop.abort(reason)
        })
      })
      servers.push(server)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const http = quickHttp(api, {proxy: {url}, timeoutMs: 2 ** 31 - 1})
      await expect(http.send({...request, signal: stop.signal})).rejects.toBe(reason)
      http.close()
      await closed
    },
  )

  it.each([
    ['a read', {method: 'GET', path: '/', retry: false}],
    ['a write', {method: 'POST', path: '/oauth/token', form: {a: 'b'}, retry: false, fresh: true}],
  ] as const)(
    'that never makes its tunnel is waited for as long as may be, with nothing sent: %s',
    async (_name, request) => {
      const server = createServer()
      server.on('connect', (_request, socket) => {
        socket.on('error', () => undefined).once('end', () => socket.end())
        socket.resume()
      })
      servers.push(server)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const http = quickHttp(api, {proxy: {url}, timeoutMs: 60})
      await expect(http.send(request)).rejects.toMatchObject({
        code: 'MELI_TIMED_OUT',
        message: 'No connection to api.mercadolibre.com within 60 ms',
        details: {network_code: 'ETIMEDOUT', sent: false},
        suggestions: [expect.stringContaining('HTTPS_PROXY'), expect.any(String)],
      })
      http.close()
    },
  )

  it('refuses an address that is none, without repeating it', async () => {
    const send = quickHttp(api, {proxy: {url: 'socks5://me:proxypass@h'}}).send({
      method: 'GET',
      path: '/',
      retry: false,
    })
    const error: unknown = await send.catch((caught: unknown) => caught)
    expect(error).toMatchObject({code: 'MELI_CONFIG_INVALID', suggestions: [expect.stringContaining('HTTPS_PROXY')]})
    expect(printed(error)).not.toContain('proxypass')
  })
})
