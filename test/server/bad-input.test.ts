import {afterAll, beforeAll, describe, expect, it} from '@jest/globals'
import {type App, createApp} from '../../src/app/create-app.js'
import type {Serving} from '../../src/app/serve.js'
import {Interrupts} from '../../src/cli/interrupts.js'
import {loadConfig} from '../../src/config/config.js'
import {type Emulator, startEmulator} from '../../src/emulator/index.js'
import {tempHomes} from '../support/temp-home.js'
import {head, type RawReply, sendBytes} from './raw-socket.js'

interface Route {
  path: string
  methods: readonly string[]
}

const everyMethod = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']
/** Asked for by machines that know us by our address only. */
const anyHost = new Set(['/healthz', '/readyz', '/metrics', '/notifications'])

const newHome = tempHomes()
let emulator: Emulator
let app: App
let serving: Serving
let origin: string
let routes: Route[]
/** The cookie of a signed-in operator, without which bodies are not looked at. */
let cookie: string

/** The tree that the framework prints of its routes, as a list; what is new in it is tested by itself. */
function routesIn(tree: string): Route[] {
  const stack: string[] = []
  const found = new Map<string, Set<string>>()
  for (const line of tree.split('\n')) {
    const [, indent = '', name = '', methods] = /^([│ ]*)(?:├── |└── )(.*?)(?: \(([A-Z, -]+)\))?$/.exec(line) ?? []
    if (name === '') continue
    const depth = indent.length / 4
    stack.length = depth
    stack[depth] = name
    if (methods === undefined) continue
    const path = stack.join('').replace(/:\w+/g, 'abc').replace('*', 'abc')
    const known = found.get(path) ?? new Set()
    for (const method of methods.split(', ')) known.add(method)
    found.set(path, known)
  }
  return [...found].map(([path, methods]) => ({path: path === '' ? '/' : path, methods: [...methods]}))
}

beforeAll(async () => {
  emulator = await startEmulator()
  app = createApp(loadConfig({env: {...emulator.env, MELI_HOME: newHome()}}), new Interrupts())
  serving = await app.serve({host: '127.0.0.1', port: 0, syncEveryMs: 7_200_000})
  origin = serving.url.origin
  routes = routesIn(serving.routes)
  const token = new URL(serving.signIn.sign_in_url).pathname.split('/').at(-1) ?? ''
  const signedIn = await (await app.dashboard.operators()).signIn(token)
  if (signedIn.outcome !== 'signed-in') throw new Error(signedIn.outcome)
  cookie = `Cookie: meli_session=${signedIn.sessionId}`
})

afterAll(async () => {
  await serving.stop()
  await app.close()
  await emulator.close()
})

function expectRefused({status, text}: RawReply, what: string): void {
  const isRefusal = status >= 400 && status < 500
  expect({what, status, isRefusal}).toEqual({what, status, isRefusal: true})
  expectNoTrace(text)
}

function expectNoTrace(text: string): void {
  expect(text).not.toMatch(/\bat .+:\d+:\d+|node_modules|[a-z]Error:|\/src\/|\/dist\//)
}

async function expectServing(): Promise<void> {
  const {status, text} = await sendBytes(origin, head(origin, 'GET /healthz HTTP/1.1'))
  expect({status, ok: text.endsWith('{"ok":true}')}).toEqual({status: 200, ok: true})
}

async function refuses(what: string, bytes: string | Buffer): Promise<void> {
  expectRefused(await sendBytes(origin, bytes), what)
}

const posts = () => routes.filter(({methods}) => methods.includes('POST'))

function body(path: string, type: string, content: string): string {
  const size = `Content-Length: ${Buffer.byteLength(content)}`
  return head(origin, `POST ${path} HTTP/1.1`, [`Content-Type: ${type}`, cookie, size]) + content
}

describe('every route', () => {
  it('is known to this test', () => {
    const paths = routes.map(({path}) => path)
    expect(paths).toEqual(expect.arrayContaining(['/healthz', '/readyz', '/sign-in', '/notifications']))
    expect(paths).toEqual(expect.arrayContaining(['/api/auth/meli/callback', '/install/meli/complete']))
    expect(posts().length).toBeGreaterThan(2)
  })

  it('refuses methods that it does not have', async () => {
    for (const {path, methods} of routes)
      for (const method of everyMethod.filter((each) => !methods.includes(each)))
        await refuses(`${method} ${path}`, head(origin, `${method} ${path} HTTP/1.1`))
    await expectServing()
  })

  it('refuses malformed bodies, whatever they call themselves', async () => {
    const bodies: Array<[string, string]> = [
      ['application/json', '{"a":'],
      ['application/json', ''],
      ['application/json', '[[[['.repeat(4_000)],
      ['application/json', '{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}}'],
      ['application/json; charset=utf-7', '+AHs-'],
      ['application/x-www-form-urlencoded', '%zz=%&=&&&'],
      ['application/x-www-form-urlencoded', `csrf=${'a&csrf='.repeat(500)}`],
      ['application/x-www-form-urlencoded', '__proto__[x]=1&csrf=x'],
      ['multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n1'],
      ['text/xml', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
      ['\t', 'x'],
    ]
    for (const {path} of posts())
      for (const [type, content] of bodies) {
        const reply = await sendBytes(origin, body(path, type, content))
        // An object is a notification to the inbox, if an odd one: it is answered, counted and dropped.
        if (path === '/notifications' && content.startsWith('{"__proto__"')) expect(reply.status).toBeLessThan(500)
        else expectRefused(reply, `${type} to ${path}: ${content.slice(0, 30)}`)
      }
    await expectServing()
  })

  it('refuses a megabyte, announced or in chunks', async () => {
    const megabyte = 'x'.repeat(1024 * 1024)
    for (const {path} of posts()) {
      for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain']) {
        const content = type.endsWith('json') ? JSON.stringify({resource: megabyte}) : `csrf=${megabyte}`
        await refuses(`a megabyte to ${path}`, body(path, type, content))
        const chunked = head(origin, `POST ${path} HTTP/1.1`, [`Content-Type: ${type}`, 'Transfer-Encoding: chunked'])
        const chunk = `${content.length.toString(16)}\r\n${content}\r\n0\r\n\r\n`
        await refuses(`a megabyte in a chunk to ${path}`, chunked + chunk)
      }
    }
    await expectServing()
  })

  it('refuses addresses that cannot be decoded', async () => {
    for (const {path} of routes)
      for (const tail of ['%', '%zz', '/%c0%ae', '%00', '%ff', '/%E0%A4%A'])
        await refuses(`${path}${tail}`, head(origin, `GET ${path}${tail} HTTP/1.1`, [cookie]))
    await expectServing()
  })

  it('answers to no other name', async () => {
    for (const {path, methods} of routes.filter((route) => !anyHost.has(route.path))) {
      const [method = 'GET'] = methods
      for (const host of ['evil.example', `${new URL(origin).host}.evil.example`, `x@${new URL(origin).host}`, '']) {
        const bytes = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
        await refuses(`${path} of ${host}`, bytes)
      }
      const forwarded = ['X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: https', 'Forwarded: host=evil.example']
      const {text} = await sendBytes(origin, head(origin, `${method} ${path} HTTP/1.1`, forwarded))
      expect(text).not.toContain('evil.example')
    }
    await expectServing()
  })

  it('refuses requests that two servers would read differently', async () => {
    for (const {path} of routes) {
      const post = `POST ${path} HTTP/1.1`
      const smuggled = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'
      const attempts: Array<[string, string]> = [
        ['two lengths', `${head(origin, post, ['Content-Length: 5', 'Content-Length: 6'])}hello!`],
        ['one length twice', `${head(origin, post, ['Content-Length: 5, 6'])}hello!`],
        [
          'length and chunks',
          `${head(origin, post, ['Content-Length: 4', 'Transfer-Encoding: chunked'])}0\r\n\r\n${smuggled}`,
        ],
        [
          'chunks twice',
          `${head(origin, post, ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'])}0\r\n\r\n`,
        ],
        ['odd chunks', `${head(origin, post, ['Transfer-Encoding: xchunked'])}0\r\n\r\n${smuggled}`],
        ['a bad size', `${head(origin, post, ['Transfer-Encoding: chunked'])}zz\r\nhello\r\n0\r\n\r\n`],
        ['a negative length', `${head(origin, post, ['Content-Length: -5'])}hello`],
        ['a length with a sign', `${head(origin, post, ['Content-Length: +5'])}hello`],
        ['a space before the colon', head(origin, post, ['Content-Length : 5'])],
        ['a folded header', head(origin, post, ['X-A: b\r\n c: d\r\n\tContent-Length: 5'])],
        ['a lone carriage return', head(origin, post, ['X-A: b\rContent-Length: 5'])],
        ['NUL in a header', head(origin, post, ['X-A: b\0c'])],
        ['NUL in the path', head(origin, `POST ${path}\0 HTTP/1.1`)],
        ['two hosts', head(origin, post, ['Host: evil.example'])],
        ['no host', `${post}\r\nConnection: close\r\n\r\n`],
        ['a very long header', head(origin, post, [`X-A: ${'a'.repeat(20_000)}`])],
        [
          'very many headers',
          head(
            origin,
            post,
            Array.from({length: 3_000}, (_, at) => `X-${at}: ${at}`),
          ),
        ],
        ['a very long address', head(origin, `GET ${path}?${'a'.repeat(20_000)} HTTP/1.1`)],
        ['another version', head(origin, `GET ${path} HTTP/3.0`)],
        ['an unknown method', head(origin, `HELLO ${path} HTTP/1.1`)],
        ['another address', head(origin, `GET http://evil.example${path}x HTTP/1.1`)],
        ['a tunnel', head(origin, 'CONNECT evil.example:443 HTTP/1.1')],
        ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
      ]
      for (const [what, bytes] of attempts) {
        const {status, text} = await sendBytes(origin, Buffer.from(bytes, 'latin1'))
        // A tunnel is not even answered.
        const isRefused = (status >= 400 && status < 500) || (status === 0 && text === '')
        expect({what, path, status, isRefused}).toEqual({what, path, status, isRefused: true})
        expectNoTrace(text)
        expect(text.match(/HTTP\/1\.1 /g)?.length ?? 0).toBeLessThanOrEqual(1)
      }
    }
    await expectServing()
  }, 60_000)

  it('gives no other file than its own under /assets', async () => {
    const paths = [
      '/assets/../serve-app.js',
      '/assets/../../package.json',
      '/assets/..%2f..%2f..%2fpackage.json',
      '/assets/%2e%2e/%2e%2e/package.json',
      '/assets/..%5c..%5cpackage.json',
      '/assets/....//....//package.json',
      '/assets/%252e%252e/package.json',
      '/assets//etc/passwd',
      '/assets/%00',
      '/assets/',
      '/assets',
      '//etc/passwd',
      '/..;/package.json',
    ]
    for (const path of paths) await refuses(path, head(origin, `GET ${path} HTTP/1.1`))
    await expectServing()
  })

  it('outlives whoever sends half a request, and goes away', async () => {
    const halves = [
      '',
      'G',
      'GET / HTTP/1.1\r\n',
      'POST /notifications HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{',
    ]
    for (const half of halves) {
      const {connect} = await import('node:net')
      const socket = connect(Number(new URL(origin).port), '127.0.0.1')
      socket.on('error', () => undefined)
      await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
      socket.write(half)
      socket.resetAndDestroy()
    }
    await expectServing()
  })
})
