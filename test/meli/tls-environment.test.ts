import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {createServer as createPlainServer, type IncomingMessage, type Server} from 'node:http'
import {createServer} from 'node:https'
import {type AddressInfo, connect, type Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeAll, describe, expect, it} from '@jest/globals'
import {generate} from 'selfsigned'
import {bundle} from '../support/bundle.js'
import {spawnChild} from '../support/spawn-child.js'

let program: string
let certificate: {key: string; cert: string}
const tunnels: Socket[] = []
const open: Pick<Server, 'closeAllConnections' | 'close'>[] = []

beforeAll(async () => {
  program = await bundle('test/support/tls-child.ts')
  const extensions = [
    {
      name: 'subjectAltName' as const,
      altNames: [
        {type: 7 as const, ip: '127.0.0.1'},
        {type: 2 as const, value: 'api.test'},
      ],
    },
  ]
  const made = await generate([{name: 'commonName', value: 'api.test'}], {keySize: 2048, extensions})
  certificate = {key: made.private, cert: made.cert}
})

afterEach(async () => {
  // The server lets go of a connection that became a tunnel.
  for (const socket of tunnels.splice(0)) socket.destroy()
  for (const server of open.splice(0)) {
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
})

async function listen(server: Server): Promise<number> {
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** A service whose certificate nobody vouches for; `asked` has the requests that it got to see. */
async function untrusted() {
  const asked: string[] = []
  const port = await listen(
    createServer(certificate, (request, response) => {
      asked.push(`${request.method} ${request.url}`)
      response.end('{}')
    }),
  )
  return {port, origin: `https://127.0.0.1:${port}`, asked}
}

/** Makes tunnels to the service, whatever the name that is asked for. */
async function proxyTo(port: number, secure: boolean) {
  const proxy = secure ? createServer(certificate) : createPlainServer()
  const asked: (string | undefined)[] = []
  proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
    asked.push(request.url)
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    for (const end of [upstream, socket]) tunnels.push(end.on('error', () => undefined))
  })
  return {url: `http${secure ? 's' : ''}://127.0.0.1:${await listen(proxy)}`, asked}
}

/** The program in an environment that asks to verify nothing. */
async function child(args: readonly string[], env: Record<string, string> = {}) {
  const started = spawnChild([process.execPath, program, ...args], {NODE_TLS_REJECT_UNAUTHORIZED: '0', ...env})
  await Promise.race([started.ready, started.answer])
  started.go()
  return started.answer
}

const refused = expect.objectContaining({
  code: 'MELI_UNREACHABLE',
  message: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
  details: expect.objectContaining({sent: false}),
  suggestions: expect.arrayContaining([expect.stringContaining('NODE_EXTRA_CA_CERTS')]),
})

describe('NODE_TLS_REJECT_UNAUTHORIZED=0', () => {
  it('does not turn verification off: nothing is sent to a server that nobody vouches for', async () => {
    const {origin, asked} = await untrusted()
    expect(await child(['send', origin])).toEqual({results: [refused, refused, refused]})
    expect(await child(['forward', origin])).toEqual({status: null, error: 'DEPTH_ZERO_SELF_SIGNED_CERT'})
    expect(asked).toEqual([])
  })

  it('does not turn it off behind a proxy either, for the service or for the proxy itself', async () => {
    const {port, asked} = await untrusted()
    const plain = await proxyTo(port, false)
    expect(await child(['send', 'https://api.test', plain.url])).toEqual({results: [refused, refused, refused]})
    expect(plain.asked).toEqual(Array(3).fill('api.test:443'))
    const secure = await proxyTo(port, true)
    expect(await child(['send', 'https://api.test', secure.url])).toEqual({results: [refused, refused, refused]})
    expect(secure.asked).toEqual([])
    expect(asked).toEqual([])
  })
})

describe('NODE_EXTRA_CA_CERTS', () => {
  it('names an authority that is trusted, directly, behind proxies and for forwarding', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meli-tls-'))
    try {
      const file = join(folder, 'authority.pem')
      writeFileSync(file, certificate.cert)
      const env = {NODE_EXTRA_CA_CERTS: file}
      const {port, origin, asked} = await untrusted()
      const all = {results: [200, 200, 200]}
      expect(await child(['send', origin], env)).toEqual(all)
      expect(await child(['send', 'https://api.test', (await proxyTo(port, false)).url], env)).toEqual(all)
      expect(await child(['send', 'https://api.test', (await proxyTo(port, true)).url], env)).toEqual(all)
      expect(await child(['forward', origin], env)).toEqual({status: 200, error: null})
      expect(asked.slice(0, 3)).toEqual(['GET /users/me', 'POST /items', 'POST /oauth/token'])
      expect(asked).toHaveLength(10)
    } finally {
      rmSync(folder, {recursive: true})
    }
  })
})
