import {randomBytes} from 'node:crypto'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from '@jest/globals'
import {type CliResult, runCli} from '../support/cli.js'
import {type HttpServer, type Reply, startServer} from '../support/http-server.js'

/** None of them has a shape by which it could be told. */
const planted = {
  clientSecret: 'correct horse battery staple',
  accessToken: 'gold.plated/access=one',
  refreshToken: 'silver-lined-refresh+two',
  rotated: 'another-refresh-three',
  code: 'a-code-of-somebody',
  proxyPassword: 'proxy-pass-phrase',
  encryptionKey: randomBytes(32).toString('base64'),
}

/** An API that repeats whatever it was sent, wherever it can. */
let token: 'given' | 'refused' = 'given'
let me: 'known' | 'refused' = 'known'
const api: Reply = (response, {method, url, headers, body}) => {
  const send = (status: number, answer: unknown) =>
    response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(answer))
  const form = Object.fromEntries(new URLSearchParams(body))
  const echo = `sent ${headers.authorization} and ${Object.values(form).join(' then ')} for ${url}`
  if (method === 'POST' && url === '/oauth/token') {
    if (token === 'refused')
      return send(400, {error: 'invalid_grant', message: echo, cause: [{code: 1, message: echo}]})
    const {accessToken: access_token, refreshToken: refresh_token} = planted
    const scope = 'offline_access read write'
    return send(200, {access_token, refresh_token, user_id: 7, scope, expires_in: 21_600, token_type: 'bearer'})
  }
  if (url === '/users/me' && me === 'known') return send(200, {id: 7, nickname: 'PLANTADA', site_id: 'MEC', tags: []})
  return send(403, {error: 'forbidden', message: echo, cause: [{code: 'x', message: echo}]})
}

let server: HttpServer
let home: string
const printed: (CliResult & {args: readonly string[]})[] = []

beforeAll(async () => {
  server = await startServer(api)
  home = mkdtempSync(join(tmpdir(), 'meli-planted-'))
})
afterAll(async () => {
  await server.close()
  rmSync(home, {recursive: true, force: true})
})

function env(): Record<string, string> {
  return {
    MELI_API_URL: server.url,
    MELI_CLIENT_ID: '4242',
    MELI_CLIENT_SECRET: planted.clientSecret,
    MELI_REDIRECT_URI: 'https://shop.example/callback',
    MELI_ENCRYPTION_KEY: planted.encryptionKey,
    HTTPS_PROXY: `http://ana:${planted.proxyPassword}@127.0.0.1:1`,
    MELI_LOG_LEVEL: 'debug',
  }
}

async function meli(args: readonly string[], more: {env?: Record<string, string | undefined>; stdin?: string} = {}) {
  const result = await runCli(args, {home, ...more, env: {...env(), ...more.env}})
  printed.push({...result, args})
  return result
}

it('prints no secret that it was told or given, whatever its shape and wherever it turns up', async () => {
  const login = await runCli(['auth', 'login', '--no-wait', '--json'], {home, env: env()})
  // The address to open is the result, and has the state in it.
  const {state} = JSON.parse(login.stdout)
  const callback = `https://shop.example/callback?code=${planted.code}&state=${state}`
  const completed = await meli(['auth', 'complete', callback, '--debug'])
  expect(completed.status).toBe(0)

  me = 'refused'
  token = 'refused'
  for (const args of [
    ['verify-handshake'],
    ['auth', 'status', '--check'],
    ['auth', 'refresh'],
    ['api', 'GET', '/users/me'],
    ['sync', 'products'],
    ['products', 'pause', 'MEC1', '--live=PLANTADA'],
  ]) {
    await meli([...args, '--debug'])
    await meli([...args, '--json'])
  }
  await meli(['auth', 'import', '--debug'], {stdin: planted.rotated})
  await meli(['auth', 'complete', callback])
  await meli(['auth', 'complete', `https://shop.example/callback?code=${planted.code}`])

  const known = [planted.clientSecret, planted.encryptionKey]
  const settings = join(home, 'other.env')
  const inFile = 'only-in-a-settings-file'
  writeFileSync(settings, `MELI_CLIENT_SECRET=${inFile}\n`)
  // Shapes by which a token is told: nobody knows these values.
  const shaped = ['APP_USR-4242-112209-0f1e2d3c-771100223', 'TG-67abc0123def-771100223', 'x8QvT2mLr94KpZs7WnYb31Hd']
  const typed = [...known, ...shaped]
  for (const secret of typed) {
    for (const args of [
      [secret],
      ['auth', secret],
      ['auth', 'status', secret],
      [`--${secret}`],
      ['auth', 'status', `--${secret}`],
      ['auth', 'status', `--token=${secret}`],
      ['auth', 'status', '--account', secret],
      ['auth', 'switch', secret],
      ['verify-handshake', '--site', secret],
      ['verify-handshake', `--log-level=${secret}`],
      ['products', 'show', secret],
      ['products', 'pause', secret, `--live=${secret}`],
      ['orders', 'show', secret],
      ['api', secret, '/users/me'],
      ['api', 'GET', `/items/${secret}`],
      ['auth', 'status', '--settings', secret],
      ['stock', 'set', 'MEC1', secret],
    ]) {
      const {status} = await meli(args)
      expect({args, status}).not.toEqual({args, status: 1})
    }
  }
  await meli(['auth', 'status', '--settings', settings, inFile], {env: {MELI_CLIENT_SECRET: undefined}})
  await meli(['nonsense', '--settings', settings, `--account=${inFile}`], {env: {MELI_CLIENT_SECRET: undefined}})

  for (const secret of [...Object.values(planted), state, inFile, ...shaped])
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
      expect(printed.filter(({stdout, stderr}) => `${stdout}${stderr}`.includes(form)).map(({args}) => args)).toEqual(
        [],
      )
  // They would have turned up: the API repeats them.
  expect(printed.some(({stdout, stderr}) => `${stdout}${stderr}`.includes('[redacted]'))).toBe(true)
}, 300_000)

it('reports a crash that nothing caught as any other bug', async () => {
  const preload = join(home, 'crash.cjs')
  const crash = "setImmediate(() => { throw new Error('with ' + process.env.MELI_CLIENT_SECRET) })"
  writeFileSync(
    preload,
    `const write = process.stdout.write
process.stdout.write = (...all) => { process.stdout.write = write; ${crash}; return write.apply(process.stdout, all) }`,
  )
  const {status, stderr} = await meli(['emulator', 'start', '--debug'], {env: {NODE_OPTIONS: `--require ${preload}`}})
  expect([status, stderr]).toEqual([1, expect.stringContaining('MELI_UNEXPECTED')])
  expect(stderr).toContain('Error: with [redacted]')
})
