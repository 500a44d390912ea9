import {execFileSync} from 'node:child_process'
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from '@jest/globals'
import {watchCli} from '../support/running-cli.js'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meli-start-'))
})
afterAll(() => rmSync(folder, {recursive: true, force: true}))

interface Document {
  url: string
  env: Record<string, string>
  pid: number
}

/** Once the document is there: it is the last line that closes it. */
async function startJson(args: readonly string[]) {
  const cli = watchCli(['emulator', 'start', '--json', ...args])
  await cli.says('\n}\n')
  return {cli, document: JSON.parse(cli.stdout()) as Document}
}

describe('meli emulator start', () => {
  it('prints settings that a POSIX shell can eval, and that lead to a service that answers', async () => {
    const cli = watchCli(['emulator', 'start', '--site', 'MLB'])
    await cli.says('MELI_SITE')
    const script = `eval "$EXPORTS" && printf '%s %s' "$MELI_API_URL" "$MELI_SITE"`
    const [url, site] = execFileSync('sh', ['-c', script], {env: {EXPORTS: cli.stdout()}, encoding: 'utf8'}).split(' ')
    expect(site).toBe('MLB')
    expect(await (await fetch(`${url}/_emulator`)).json()).toMatchObject({site_id: 'MLB'})
    cli.stop('SIGTERM')
    expect(await cli.ended).toMatchObject({status: 0, signal: null})
  })

  it('quotes what a shell would read', async () => {
    const uri = "https://example.com/back?a=1&b='$HOME'"
    const cli = watchCli(['emulator', 'start', '--redirect-uri', uri])
    await cli.says('MELI_SITE')
    const script = 'eval "$EXPORTS" && printf %s "$MELI_REDIRECT_URI"'
    const read = execFileSync('sh', ['-c', script], {env: {EXPORTS: cli.stdout()}, encoding: 'utf8'})
    expect(read).toBe(uri)
    cli.stop('SIGINT')
    await cli.ended
  })

  it('keeps stdout for the settings: every line of it is an export', async () => {
    const cli = watchCli(['emulator', 'start'], {MELI_HOME: join(folder, 'home')})
    await cli.says('MELI_SITE')
    cli.stop('SIGTERM')
    const {stdout, stderr} = await cli.ended
    expect(stdout.trimEnd().split('\n')).toEqual(Array(6).fill(expect.stringMatching(/^export MELI_[A-Z_]+='[^']*'$/)))
    expect(stderr).toContain(join(folder, 'home'))
    expect(stderr).toContain('/_emulator/consent')
  })

  it('prints one JSON document while it is still running', async () => {
    const {cli, document} = await startJson(['--items', '3'])
    expect(document).toEqual({url: document.env.MELI_API_URL, env: expect.any(Object), pid: cli.pid})
    expect((await fetch(`${document.url}/_emulator/clock`)).status).toBe(200)
    cli.stop('SIGINT')
    const {status, stdout} = await cli.ended
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toEqual(document)
  })

  it('warns once for each route that it does not have, and lists them at the end', async () => {
    const {cli, document} = await startJson([])
    for (const id of ['MEC1', 'MEC2']) expect((await fetch(`${document.url}/pictures/${id}`)).status).toBe(501)
    cli.stop('SIGTERM')
    const {status, stderr} = await cli.ended
    expect(status).toBe(0)
    expect(stderr.match(/it answered 501$/gm)).toHaveLength(1)
    expect(stderr).toMatch(/all answered with 501:\n {2}GET \/pictures\/\{id\} \(2x\)\nStopped\.\n$/)
  })

  it('gives consent to a form that curl can send', async () => {
    const {cli, document} = await startJson([])
    const {MELI_CLIENT_ID, MELI_REDIRECT_URI} = document.env
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: MELI_CLIENT_ID ?? '',
      redirect_uri: MELI_REDIRECT_URI ?? '',
      state: 's',
    })
    const body = new URLSearchParams({authorization_url: `${document.url}/authorization?${query}`})
    const answer = (await (await fetch(`${document.url}/_emulator/consent`, {method: 'POST', body})).json()) as {
      redirect_to: string
    }
    expect(new URL(answer.redirect_to).searchParams.get('state')).toBe('s')
    cli.stop('SIGTERM')
    await cli.ended
  })

  it('writes its state when it is stopped, and goes on from it', async () => {
    const file = join(folder, 'state.json')
    const first = await startJson(['--state', file])
    const user = {method: 'POST', headers: {'content-type': 'application/json'}, body: '{"nickname":"VECINA"}'}
    expect((await fetch(`${first.document.url}/_emulator/users`, user)).status).toBe(201)
    first.cli.stop('SIGTERM')
    expect((await first.cli.ended).status).toBe(0)
    expect(existsSync(file)).toBe(true)

    const second = await startJson(['--state', file])
    const world = (await (await fetch(`${second.document.url}/_emulator`)).json()) as {users: {nickname: string}[]}
    expect(world.users.map(({nickname}) => nickname)).toContain('VECINA')
    second.cli.stop('SIGTERM')
    await second.cli.ended
  })

  it('passes the latency, the limit and the PKCE mode on', async () => {
    const {cli, document} = await startJson(['--latency', '5ms', '--rate-limit', '1500', '--pkce', 'required'])
    const settings = await (await fetch(`${document.url}/_emulator/settings`)).json()
    expect(settings).toMatchObject({latency_ms: 5, rate_limit_per_minute: 1500})
    expect(await (await fetch(`${document.url}/_emulator/app`)).json()).toMatchObject({pkce: 'required'})
    cli.stop('SIGTERM')
    await cli.ended
  })

  it('follows a profile and single settings', async () => {
    const flags = ['--profile', 'documented', '--set', 'bulk=only-old', '--set', 'missing=buyer,feedback']
    const {cli, document} = await startJson([...flags, '--set', 'latency_ms=5', '--set', 'latency_ms=0'])
    const settings = await (await fetch(`${document.url}/_emulator/settings`)).json()
    expect(settings).toMatchObject({
      profile: 'documented',
      bulk: 'only-old',
      missing: ['buyer', 'feedback'],
      latency_ms: 0,
    })
    cli.stop('SIGTERM')
    await cli.ended
  })

  it('names the settings and their values when one is wrong', async () => {
    const name = await watchCli(['emulator', 'start', '--json', '--set', 'speed=9']).ended
    expect(JSON.parse(name.stdout).error.message).toMatch(/Unknown setting speed; .*bulk.*zpl_packaging/)
    const value = await watchCli(['emulator', 'start', '--json', '--set', 'bulk=none']).ended
    expect(JSON.parse(value.stdout).error.message).toContain('use both, only-old, only-new')
  })

  it('sends notifications of these topics to an address', async () => {
    const [url, topics] = ['http://127.0.0.1:9/notifications', 'items,items prices']
    const {cli, document} = await startJson(['--notifications-url', url, '--topics', topics])
    const app = await (await fetch(`${document.url}/_emulator/app`)).json()
    expect(app).toMatchObject({notifications_url: url, topics: ['items', 'items_prices']})
    cli.stop('SIGTERM')
    await cli.ended
  })

  it('refuses a port that is taken, with a status of its own', async () => {
    const server = createServer()
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const {port} = server.address() as AddressInfo
    const {status, stdout} = await watchCli(['emulator', 'start', '--json', '--port', String(port)]).ended
    await new Promise((closed) => server.close(closed))
    expect(status).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({error: {code: 'MELI_PORT_UNAVAILABLE', exit_code: 3}})
  })

  it('leaves a state file that it cannot read as it was', async () => {
    const file = join(folder, 'broken.json')
    writeFileSync(file, '{"version":')
    const {status, stderr} = await watchCli(['emulator', 'start', '--state', file]).ended
    expect(status).toBe(3)
    expect(stderr).toContain('MELI_CONFIG_INVALID')
    expect(readFileSync(file, 'utf8')).toBe('{"version":')
  })

  it.each([
    ['an unknown site', ['--site', 'XXX']],
    ['a redirect URI that Mercado Libre would refuse', ['--redirect-uri', 'http://example.com/back']],
    ['a latency that is no duration', ['--latency', 'soon']],
    ['an unknown topic', ['--notifications-url', 'http://localhost/n', '--topics', 'itmes']],
    ['topics that have nowhere to go', ['--topics', 'items']],
    ['an unknown profile', ['--profile', 'imagined']],
    ['an unknown setting', ['--set', 'speed=9']],
    ['an unknown value', ['--set', 'bulk=none']],
    ['a setting without a value', ['--set', 'bulk']],
    ['an address that is none', ['--notifications-url', 'localhost:3000']],
  ])('refuses %s as a mistake of use', async (_what, flags) => {
    const {status, stdout} = await watchCli(['emulator', 'start', '--json', ...flags]).ended
    expect(status).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({error: {code: 'MELI_USAGE'}})
  })
})
