import {once} from 'node:events'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {Agent, request} from 'node:http'
import {connect, createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {afterAll, afterEach, describe, expect, it} from '@jest/globals'
import {makeCertificate} from '../../src/server/certificate.js'
import {rawRequest} from '../server/raw-request.js'
import {type ServingCli, startServing} from '../support/serving.js'
import {openWorld} from '../support/world.js'

const folder = mkdtempSync(join(tmpdir(), 'meli-serve-'))
const running: ServingCli[] = []
afterAll(() => rmSync(folder, {recursive: true, force: true}))

async function serve(...args: Parameters<typeof startServing>): Promise<ServingCli> {
  const serving = await startServing(...args)
  running.push(serving)
  return serving
}

afterEach(async () => {
  for (const {child, ended} of running.splice(0)) {
    child.kill('SIGKILL')
    await ended
  }
})

/** A notification of which the last byte is not sent yet. */
function slowNotification(url: string) {
  const body = JSON.stringify({_id: 'n-1', topic: 'items', resource: '/items/MEC1', user_id: 1, application_id: 2})
  const {hostname, port} = new URL(url)
  const socket = connect(Number(port), hostname)
  const answer = text(socket)
  const headers = `Host: ${hostname}:${port}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`
  socket.write(`POST /notifications HTTP/1.1\r\n${headers}\r\n\r\n${body.slice(0, -1)}`)
  return {answer, finish: () => socket.write(body.slice(-1)), socket}
}

/** An idle connection that is kept, as proxies keep them. */
async function keptConnection(url: string): Promise<Agent> {
  const agent = new Agent({keepAlive: true})
  const answer = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    request(`${url}/healthz`, {agent}, resolve).on('error', reject).end()
  })
  await text(answer)
  return agent
}

describe('idle connections of one address', () => {
  const manyTo = (url: string) => {
    const port = Number(new URL(url).port)
    return Array.from({length: 230}, () => connect(port, '127.0.0.1').on('error', () => undefined))
  }

  it('are closed past its share, and keep nobody else out', async () => {
    const {url, logged} = await serve(await openWorld())
    const sockets = manyTo(url)
    const closed = sockets.map((socket) => once(socket.resume(), 'close'))
    expect(await logged(({ip}) => ip !== undefined)).toMatchObject({level: 'warn', ip: '127.0.0.1'})
    await Promise.race(closed)
    expect((await rawRequest(`${url}/healthz`, {localAddress: '127.0.0.2'})).status).toBe(200)
    for (const socket of sockets) socket.destroy()
  })

  it('are kept where it is the proxy that everybody comes through', async () => {
    const proxied = ['--behind-proxy', '127.0.0.1', '--public-url', 'https://meli.example.com']
    const {url, log} = await serve(await openWorld(), proxied)
    const sockets = manyTo(url)
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    expect((await rawRequest(`${url}/healthz`)).status).toBe(200)
    expect(log().some(({ip}) => ip !== undefined)).toBe(false)
    for (const socket of sockets) socket.destroy()
  })
})

describe('meli serve', () => {
  it('listens, is ready, lets whoever started it sign in once, and leaves with 0', async () => {
    const world = await openWorld()
    const serving = await serve(world)
    expect(serving.document).toEqual({
      ...{url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), public_url: serving.url},
      ...{pid: serving.child.pid, warnings: [expect.stringContaining('MELI_REDIRECT_URI')]},
    })
    const ready = await rawRequest(`${serving.url}/readyz`)
    expect([ready.status, JSON.parse(ready.body)]).toEqual([200, {ready: true, reasons: []}])
    expect((await rawRequest(`${serving.url}/healthz`)).status).toBe(200)
    expect((await rawRequest(serving.signInUrl())).status).toBe(200)

    await serving.logged(({job}) => job === 'sweep:all')
    const {status, stderr} = await serving.stop()
    expect({status, stopped: stderr.includes('"stopped"')}).toEqual({status: 0, stopped: true})
    expect(world.sql('SELECT count(*) AS held FROM job WHERE lease_holder IS NOT NULL')).toEqual([{held: 0}])
  })

  it('ends what is under way when it is told to stop, and is not held up by idle connections', async () => {
    const world = await openWorld()
    const serving = await serve(world)
    const agent = await keptConnection(serving.url)
    const silent = connect(Number(new URL(serving.url).port), '127.0.0.1')
    silent.on('error', () => undefined)
    await once(silent, 'connect')
    const slow = slowNotification(serving.url)
    await once(slow.socket, 'connect')
    // The server has seen it when a later request was answered.
    await rawRequest(`${serving.url}/healthz`)

    serving.child.kill('SIGTERM')
    await serving.logged(({msg}) => msg === 'shutting down')
    await expect(rawRequest(`${serving.url}/healthz`)).rejects.toThrow()
    slow.finish()
    expect(await slow.answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close/i)
    expect((await serving.ended).status).toBe(0)
    agent.destroy()
    silent.destroy()
  })

  it('stops at once at a second signal', async () => {
    const serving = await serve(await openWorld())
    const slow = slowNotification(serving.url)
    slow.answer.catch(() => undefined)
    await once(slow.socket, 'connect')
    await rawRequest(`${serving.url}/healthz`)
    serving.child.kill('SIGTERM')
    await serving.logged(({msg}) => msg === 'shutting down')
    serving.child.kill('SIGTERM')
    expect((await serving.ended).status).toBe(130)
    expect(serving.stderr()).not.toContain('"stopped"')
  })

  it('says so when the port is taken', async () => {
    const world = await openWorld()
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const {port} = other.address() as {port: number}
    const {status, stdout} = await world.run(['serve', '--json', '--port', String(port)])
    other.close()
    expect([status, JSON.parse(stdout).error]).toEqual([
      3,
      expect.objectContaining({code: 'MELI_PORT_UNAVAILABLE', message: expect.stringContaining(String(port))}),
    ])
  })

  it.each([
    ['an open address without TLS', ['--host', '0.0.0.0'], 3, 'MELI_BIND_REFUSED'],
    ['an open address of IPv6', ['--host', '::'], 3, 'MELI_BIND_REFUSED'],
    ['a public address that is not https', ['--public-url', 'http://meli.example.com'], 3, 'MELI_CONFIG_INVALID'],
    ['a public address with a path', ['--public-url', 'https://example.com/meli'], 3, 'MELI_CONFIG_INVALID'],
    ['no public address behind a proxy', ['--behind-proxy', '10.0.0.1'], 3, 'MELI_CONFIG_INVALID'],
    ['certificate files that are not there', ['--tls-cert', '/none', '--tls-key', '/none'], 3, 'MELI_CONFIG_INVALID'],
    ['a certificate without its key', ['--tls-cert', '/none'], 2, 'MELI_USAGE'],
    [
      'a proxy that is everybody',
      ['--behind-proxy', '0.0.0.0/0', '--public-url', 'https://a.example'],
      2,
      'MELI_USAGE',
    ],
    ['a proxy by name', ['--behind-proxy', 'proxy', '--public-url', 'https://a.example'], 2, 'MELI_USAGE'],
    ['syncs without a pause', ['--sync-every', '1s'], 2, 'MELI_USAGE'],
    ['a port that does not exist', ['--port', '70000'], 2, 'MELI_USAGE'],
  ])('refuses %s', async (_, args, exit, code) => {
    const world = await openWorld()
    const {status, stdout} = await world.run(['serve', '--json', ...args])
    expect([status, JSON.parse(stdout).error.code]).toEqual([exit, code])
  })

  it.each([
    ['a proxy by name', ['--behind-proxy', 'proxy'], '--behind-proxy'],
    ['syncs without a pause', ['--sync-every', '1s'], '--sync-every'],
    ['certificate files that are not there', ['--tls-cert', '/none', '--tls-key', '/none'], '/none'],
  ])('refuses %s before it asks for a configuration', async (_, args, words) => {
    const world = await openWorld()
    const env = {MELI_CLIENT_ID: undefined, MELI_REFRESH_MARGIN: 'soon'}
    const {stdout} = await world.run(['serve', '--json', ...args], {env})
    expect(JSON.parse(stdout).error.message).toContain(words)
  })

  it.each([
    ['a client id', {MELI_CLIENT_ID: undefined}, 3, 'MELI_CLIENT_ID_MISSING'],
    ['a client secret', {MELI_CLIENT_SECRET: undefined}, 3, 'MELI_CLIENT_SECRET_MISSING'],
    ['accounts of its own', {MELI_ACCESS_TOKEN: 'APP_USR-given'}, 2, 'MELI_USAGE'],
  ])('needs %s', async (_, env, exit, code) => {
    const world = await openWorld()
    const {status, stdout} = await world.run(['serve', '--json', '--port', '0'], {env})
    expect([status, JSON.parse(stdout).error.code]).toEqual([exit, code])
  })

  it('speaks TLS with the certificate that it is given', async () => {
    const {cert, key} = await makeCertificate('localhost')
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    writeFileSync(certFile, cert)
    writeFileSync(keyFile, key)
    const serving = await serve(await openWorld(), ['--tls-cert', certFile, '--tls-key', keyFile])
    expect(serving.url).toMatch(/^https:/)
    const {status, headers} = await rawRequest(`${serving.url}/sign-in`, {ca: cert, servername: 'localhost'} as object)
    expect([status, headers['strict-transport-security'] !== undefined]).toEqual([200, true])
    expect((await serving.stop()).status).toBe(0)
  })

  it('shares the work with another process on the same database, without doing it twice', async () => {
    const world = await openWorld({items: 30})
    const {store_id: id} = await world.login()
    const both = [await serve(world), await serve(world)]
    const syncs = both.map(({logged}) => logged(({job, msg}) => job === `sync:${id}` && msg === 'job done'))
    await Promise.race(syncs)
    for (const {stop} of both) expect((await stop()).status).toBe(0)
    await Promise.allSettled(syncs)
    expect(world.sql('SELECT resource, kind, outcome FROM sync_run ORDER BY rowid')).toEqual(
      ['products', 'questions', 'orders', 'shipments'].map((resource) => ({
        ...{resource, kind: 'full', outcome: 'complete'},
      })),
    )
    const done = both.flatMap(({log}) => log().filter(({job, msg}) => msg === 'job done' && job === `sync:${id}`))
    expect(done).toHaveLength(1)
    expect(world.sql('SELECT count(*) AS products FROM product')).toEqual([{products: 30}])
  })

  it('takes over what a killed process was at', async () => {
    const world = await openWorld({items: 2_000, latencyMs: 400})
    const {store_id: id} = await world.login()
    const first = await serve(world)
    const holder = () =>
      world.sql<{pid: string}>(`SELECT lease_holder AS pid FROM job WHERE name = 'sync:${id}'`)[0]?.pid
    while (!holder()?.includes(`:${first.child.pid}:`)) await rawRequest(`${first.url}/healthz`)
    const second = await serve(world)
    first.child.kill('SIGKILL')
    await first.ended
    await second.logged(({job, msg}) => job === `sync:${id}` && msg === 'job done')
    expect(world.sql("SELECT outcome FROM sync_run WHERE outcome = 'complete'")).not.toEqual([])
    expect((await second.stop()).status).toBe(0)
  }, 90_000)
})

describe('starting other commands', () => {
  it.each([[['--version']], [['auth', 'status']], [['config']]])('loads no web server for meli %s', async (args) => {
    const file = join(folder, `loaded-${args.join('-')}`)
    const hook = join(folder, 'hook.cjs')
    const write = `require('node:fs').writeFileSync(${JSON.stringify(file)}, Object.keys(require('node:module')._cache).join('\\n'))`
    writeFileSync(hook, `process.on('exit', () => ${write})`)
    const world = await openWorld()
    await world.run(args, {env: {NODE_OPTIONS: `--require=${hook}`}})
    const {readFileSync} = await import('node:fs')
    const loaded = readFileSync(file, 'utf8')
    expect(loaded).toContain('hook.cjs')
    expect(loaded).not.toMatch(/node_modules\/(?:@?fastify|pino|prom-client)/)
  })
})
