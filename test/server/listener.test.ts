import {once} from 'node:events'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {createConnection, createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {connect as connectTls} from 'node:tls'
import {afterAll, afterEach, describe, expect, it} from '@jest/globals'
import {makeCertificate} from '../../src/server/certificate.js'
import {clientOf} from '../../src/server/client-address.js'
import {type Listener, openListener} from '../../src/server/listener.js'
import {rawRequest} from './raw-request.js'
import {head, sendBytes} from './raw-socket.js'

const folder = mkdtempSync(join(tmpdir(), 'meli-listener-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

let listener: Listener | undefined
afterEach(async () => {
  await listener?.drain(0)
  listener = undefined
})

async function open(options: Partial<Parameters<typeof openListener>[0]> = {}): Promise<Listener> {
  listener = await openListener({host: '127.0.0.1', port: 0, ...options})
  return listener
}

async function certificate(name: string) {
  const made = await makeCertificate('localhost')
  const files = {cert: join(folder, `${name}.cert`), key: join(folder, `${name}.key`)}
  writeFileSync(files.cert, made.cert)
  writeFileSync(files.key, made.key)
  return {...made, files}
}

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
])('%s counts as the client %s', (ip, client) => {
  expect(clientOf(ip)).toBe(client)
})

describe('the listener', () => {
  it('answers 503 until there is somebody to answer', async () => {
    const {url, serve} = await open()
    expect((await rawRequest(url.href)).status).toBe(503)
    serve((_request, response) => void response.end('hello'))
    expect((await rawRequest(url.href)).body).toBe('hello')
  })

  it('names a port that is taken, and an address that is not of this machine', async () => {
    const {url} = await open()
    const port = Number(url.port)
    await expect(openListener({host: '127.0.0.1', port})).rejects.toMatchObject({
      ...{code: 'MELI_PORT_UNAVAILABLE', message: `another program is listening on port ${port} of 127.0.0.1`},
    })
    await expect(openListener({host: '192.0.2.1', port: 0})).rejects.toMatchObject({code: 'MELI_PORT_UNAVAILABLE'})
  })

  it('drops who is still connected when its patience is over', async () => {
    const {url, serve, drain} = await open()
    const arrived = new Promise<void>((resolve) => serve(() => resolve()))
    const answer = sendBytes(url.origin, head(url.origin, 'GET / HTTP/1.1'))
    await arrived
    await drain(1)
    expect(await answer).toEqual({status: 0, text: ''})
    // The port is free again.
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(Number(url.port), '127.0.0.1', resolve))
    other.close()
  })

  it('is not held up by half a TLS handshake', async () => {
    const {files} = await certificate('half')
    const {url, drain} = await open({tls: files})
    const silent = sendBytes(url.origin, '\x16\x03\x01')
    const talking = connectTls({port: Number(url.port), host: '127.0.0.1', rejectUnauthorized: false})
    await new Promise<void>((resolve) => talking.once('secureConnect', () => resolve()))
    await drain(60_000)
    await silent
    talking.destroy()
  })

  it('drops who does not end the TLS handshake', async () => {
    const {files} = await certificate('silent')
    const {url} = await open({tls: files, handshakeTimeout: 20})
    expect(await sendBytes(url.origin, '\x16\x03\x01')).toMatchObject({text: ''})
  })

  it('takes no more connections than so many', async () => {
    const {url, serve} = await open({maxConnections: 1})
    serve((_request, response) => void response.end('hello'))
    const first = createConnection(Number(url.port), '127.0.0.1')
    await once(first, 'connect')
    expect(await sendBytes(url.origin, head(url.origin, 'GET / HTTP/1.1'))).toEqual({status: 0, text: ''})
    first.destroy()
  })

  it('lets one client take no more than its share, and says so once', async () => {
    const crowds: string[] = []
    const {url, serve} = await open({maxConnectionsOfOne: 3, onCrowd: (ip) => crowds.push(ip)})
    serve((_request, response) => void response.end('hello'))
    const idle = (host: string) => createConnection({host, port: Number(url.port)}).on('error', () => undefined)
    const first = [idle('127.0.0.1'), idle('127.0.0.1'), idle('127.0.0.1')]
    await Promise.all(first.map((socket) => once(socket, 'connect')))
    for (let more = 0; more < 2; more += 1) await once(idle('127.0.0.1'), 'close')
    expect(crowds).toEqual(['127.0.0.1'])
    // Another client is answered meanwhile, and the same one when it has let go.
    expect((await rawRequest(url.href, {localAddress: '127.0.0.2'})).body).toBe('hello')
    first[0]?.destroy()
    const again = () => sendBytes(url.origin, head(url.origin, 'GET / HTTP/1.1'))
    while ((await again()).status !== 200) await Promise.resolve()
    for (const socket of first) socket.destroy()
  })

  it('takes as many as there are from a proxy that everybody comes through', async () => {
    const {url, serve} = await open({maxConnectionsOfOne: 1, proxies: ['127.0.0.0/8']})
    serve((_request, response) => void response.end('hello'))
    const sockets = Array.from({length: 5}, () => createConnection({host: '127.0.0.1', port: Number(url.port)}))
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    expect((await rawRequest(url.href)).body).toBe('hello')
    for (const socket of sockets) socket.destroy()
  })

  it('drops who sends no request, or half of its headers', async () => {
    const {url} = await open({headersTimeout: 100})
    const silent = createConnection({host: '127.0.0.1', port: Number(url.port)}).on('error', () => undefined)
    silent.resume()
    await once(silent, 'close')
    expect((await sendBytes(url.origin, 'GET / HTTP/1.1\r\nHost: a\r\n')).status).toBe(408)
  })

  it('refuses files that are no certificate and key, without showing what is in them', async () => {
    const [one, other] = [await certificate('one'), await certificate('other')]
    const files = {cert: one.files.cert, key: other.files.key}
    const error: Error = await openListener({host: '127.0.0.1', port: 0, tls: files}).catch((caught) => caught)
    expect(error).toMatchObject({code: 'MELI_CONFIG_INVALID', message: expect.stringContaining(files.cert)})
    expect(JSON.stringify(error)).not.toContain('BEGIN')
  })
})
