import {createServer as createProxy} from 'node:http'
import {createServer, type Server} from 'node:https'
import {type AddressInfo, connect, createServer as createListener, type Socket} from 'node:net'
import {afterEach, describe, expect, it} from '@jest/globals'
import {generate} from 'selfsigned'
import {printed, quickHttp} from '../support/wire.js'

const open: {closeAllConnections(): unknown; close(done: () => void): unknown}[] = []
afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
})

async function listen(server: Server | ReturnType<typeof createProxy>): Promise<number> {
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** A service whose certificate nobody vouches for, as behind a company's inspecting proxy. */
async function untrusted(): Promise<number> {
  const {private: key, cert} = await generate([{name: 'commonName', value: 'api.test'}], {keySize: 2048})
  return listen(createServer({key, cert}, (_request, response) => response.end('{}')))
}

const request = {method: 'POST', path: '/oauth/token', form: {client_secret: 'hush-hush'}, retry: false} as const

describe('tls', () => {
  it('says how to trust a certificate, having sent nothing to it', async () => {
    const origin = `https://127.0.0.1:${await untrusted()}`
    const error: unknown = await quickHttp(origin)
      .send(request)
      .catch((caught: unknown) => caught)
    expect(error).toMatchObject({
      code: 'MELI_UNREACHABLE',
      details: {network_code: 'DEPTH_ZERO_SELF_SIGNED_CERT', sent: false},
      suggestions: [expect.stringContaining('NODE_EXTRA_CA_CERTS'), expect.any(String)],
    })
    expect(printed(error)).not.toContain('hush-hush')
  })

  it('knows that a read was not sent while the handshake lasted', async () => {
    const sockets: Socket[] = []
    const listener = createListener((socket) => void sockets.push(socket.on('error', () => undefined)))
    open.push(Object.assign(listener, {closeAllConnections: () => sockets.map((socket) => socket.destroy())}))
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    const origin = `https://127.0.0.1:${(listener.address() as AddressInfo).port}`
    await expect(
      quickHttp(origin, {timeoutMs: 80}).send({method: 'GET', path: '/users/me', retry: false}),
    ).rejects.toMatchObject({code: 'MELI_TIMED_OUT', details: {network_code: 'ETIMEDOUT', sent: false}})
  })

  it('checks the certificate of the service, not of the proxy, through a tunnel', async () => {
    const port = await untrusted()
    const proxy = createProxy()
    const asked: (string | undefined)[] = []
    proxy.on('connect', (tunnel, socket) => {
      asked.push(tunnel.url)
      const upstream = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        upstream.pipe(socket).pipe(upstream)
      })
      for (const end of [upstream, socket]) end.on('error', () => undefined)
    })
    const url = `http://127.0.0.1:${await listen(proxy)}`
    await expect(quickHttp('https://api.test', {proxy: {url}}).send(request)).rejects.toMatchObject({
      code: 'MELI_UNREACHABLE',
      details: {host: 'api.test', network_code: 'DEPTH_ZERO_SELF_SIGNED_CERT'},
    })
    expect(asked).toEqual(['api.test:443'])
  })
})
