import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {describe, expect, it} from '@jest/globals'
import {intercept} from '../support/interceptor.js'
import {openWorld, type World} from '../support/world.js'

const program = join(resolve(import.meta.dirname, '../..'), 'bin/run.js')

async function shell(world: World, script: string) {
  const env = {PATH: process.env.PATH, HOME: world.home, MELI_HOME: world.home, ...world.emulator.env}
  const child = spawn('bash', ['-c', `meli() { ${process.execPath} ${program} "$@"; }; ${script}`], {env})
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (data) => {
    stdout += data
  })
  child.stderr.on('data', (data) => {
    stderr += data
  })
  const [status] = await once(child, 'close')
  return {status, stdout, stderr}
}

describe('a pipe', () => {
  it('that closes early ends the program quietly with 0', async () => {
    const world = await openWorld()
    await world.login()
    const {stdout, stderr} = await shell(world, 'set -o pipefail; meli config --json | head -c 1 >/dev/null; echo $?')
    expect(stdout.trim()).toBe('0')
    expect(stderr).toBe('')
  })

  it('that closes early ends an export with 0', async () => {
    const world = await openWorld({items: 1001})
    await world.login()
    await world.json(['sync', 'products', '--rate', '100000'])
    const {stdout} = await shell(world, 'set -o pipefail; meli products export | head -1; echo $?')
    expect(stdout).toMatch(/^\ufeffid,variation_id,.*\r\n0\n$/)
  })

  it('that is read slowly gets everything', async () => {
    const world = await openWorld()
    await world.login()
    world.sql('UPDATE mercadolibre_token SET scope = ?', 'x'.repeat(2_000_000))
    const {status, stdout} = await shell(world, 'meli auth status --json | (sleep 1; cat)')
    expect(status).toBe(0)
    expect(JSON.parse(stdout).accounts[0].scope).toHaveLength(2_000_000)
  })
})

describe('an env file', () => {
  it('that is missing is our error, not one of node', async () => {
    const world = await openWorld()
    expect(await world.run(['config', '--settings', '/nowhere/at/all'])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('MELI_CONFIG_INVALID'),
    })
  })

  it('is read for settings and never starts code, as node itself would let it', async () => {
    const world = await openWorld()
    const [script, file] = [join(world.home, 'evil.cjs'), join(world.home, 'some.env')]
    writeFileSync(script, "process.stdout.write('EVIL')")
    writeFileSync(file, `MELI_OPERATOR=ana\nNODE_OPTIONS=--require ${script}\n`)
    const {status, stdout} = await world.run(['config', '--settings', file])
    expect({status, evil: stdout.includes('EVIL')}).toEqual({status: 0, evil: false})
    expect(stdout).toMatch(/MELI_OPERATOR +ana +env file/)
  })

  it('that sets nothing is told on stderr, and a value that is cut under --debug', async () => {
    const world = await openWorld()
    const file = join(world.home, 'other.env')
    writeFileSync(file, 'CLIENT_ID=1\n')
    const {stdout, stderr} = await world.run(['auth', 'status', '--settings', file, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({error: {code: 'MELI_NO_ACCOUNT'}})
    expect(stderr).toContain(`Warning: the env file ${file} sets nothing that meli reads`)
    writeFileSync(file, Buffer.from('\ufeffMELI_OPERATOR=ana # mine\r\n', 'utf16le'))
    const quiet = await world.run(['auth', 'status', '--settings', file])
    expect(quiet.stderr).not.toContain('MELI_OPERATOR')
    const debugged = await world.run(['auth', 'status', '--settings', file, '--debug'])
    expect(debugged.stderr).toContain('the value of MELI_OPERATOR')
    expect((await world.run(['config', '--settings', file])).stdout).toMatch(/MELI_OPERATOR +ana +env file/)
  })

  it('may be a pipe, which is read once, also when an error is reported', async () => {
    const world = await openWorld()
    const pipe = join(world.home, 'settings.pipe')
    const run = `timeout 60 ${process.execPath} ${program}`
    const write = `printf 'MELI_CLIENT_SECRET=only-in-the-pipe\nMELI_OPERATOR=ana\n' > ${pipe} &`
    const shown = await shell(world, `mkfifo ${pipe}; ${write} ${run} config --settings ${pipe}`)
    expect(shown).toMatchObject({status: 0, stdout: expect.stringMatching(/MELI_OPERATOR +ana +env file/)})
    const failed = await shell(world, `${write} ${run} auth status --account only-in-the-pipe --settings ${pipe}`)
    expect(failed).toMatchObject({status: 4, stderr: expect.stringContaining('MELI_ACCOUNT_UNKNOWN')})
    expect(failed.stderr).not.toContain('only-in-the-pipe')
    const unread = await shell(world, `${run} auth status --nonsense --settings ${pipe}`)
    expect(unread).toMatchObject({status: 2, stderr: expect.stringContaining('unknown flag --nonsense')})
  })

  it('means the same when the program is started by its own first line', async () => {
    const world = await openWorld()
    const {status} = await shell(world, `${program} config --settings /nowhere/at/all`)
    expect(status).toBe(3)
  })
})

describe('Ctrl-C', () => {
  it('ends a waiting login with 130', async () => {
    const world = await openWorld({redirectUris: ['http://127.0.0.1:53911/callback']})
    const {child, ended} = await world.start(['auth', 'login', '--no-browser', '--json'])
    child.stderr.once('data', () => child.kill('SIGINT'))
    const {status, stdout} = await ended
    expect({status, code: JSON.parse(stdout).error.code}).toEqual({status: 130, code: 'MELI_INTERRUPTED'})
  })

  it('ends a request that is not answered with 130', async () => {
    const world = await openWorld()
    await world.login()
    const wire = await intercept(world.emulator.url, /GET \/users\/me/, 'request')
    const {child, ended} = await world.start(['verify-handshake'], {env: {MELI_API_URL: wire.url}})
    await wire.held
    child.kill('SIGINT')
    expect((await ended).status).toBe(130)
    await wire.close()
  })

  it('waits for a refresh that was sent, so that its answer is stored', async () => {
    const world = await openWorld({latencyMs: 0})
    await world.login()
    world.expireTokens()
    world.emulator.world.requests.clear()
    world.emulator.world.faults.add({path: '/oauth/token', times: 1, fault: {type: 'delay', ms: 1500}})
    const {child, ended} = await world.start(['auth', 'token'])
    while (world.sql<{n: number}>("SELECT count(*) AS n FROM token_refresh WHERE outcome = 'sent'")[0]?.n !== 1)
      await wait(10)
    child.kill('SIGINT')
    expect((await ended).status).toBe(130)
    expect(world.sql("SELECT outcome FROM token_refresh WHERE kind = 'refresh'")).toEqual([{outcome: 'stored'}])
    expect(await world.run(['verify-handshake', '--no-refresh'])).toMatchObject({status: 0})
  })

  it('stops a sync with 130, keeps what was stored, and the next one completes', async () => {
    const world = await openWorld({items: 2000, latencyMs: 40})
    await world.login()
    const {child, ended} = await world.start(['sync', 'products'])
    while (world.sql<{n: number}>('SELECT count(*) AS n FROM product')[0]?.n === 0) await wait(10)
    child.kill('SIGINT')
    expect((await ended).status).toBe(130)
    const [row] = world.sql<{n: number}>('SELECT count(*) AS n FROM product')
    expect(row?.n).toBeGreaterThan(0)
    expect(await world.json(['sync', 'products'])).toMatchObject({complete: true, listed: 2000})
  })
})
