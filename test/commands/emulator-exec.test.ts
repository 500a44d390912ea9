import {existsSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from '@jest/globals'
import {watchCli} from '../support/running-cli.js'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meli-exec-'))
})
afterAll(() => rmSync(folder, {recursive: true, force: true}))

const exec = (args: readonly string[], env: Record<string, string> = {}) => watchCli(['emulator', 'exec', ...args], env)
const shell = (script: string, env: Record<string, string> = {}) => exec(['--', 'sh', '-c', script], env)

/** A program that asks the emulator it is pointed at, and prints the answer. */
const asks = `fetch(process.env.MELI_API_URL + '/_emulator').then((r) => r.text()).then((t) => process.stdout.write(t))`

describe('meli emulator exec', () => {
  it('points the command at a service that answers', async () => {
    const {status, stdout, stderr} = await exec(['--site', 'MLA', '--', process.execPath, '-e', asks]).ended
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({emulator: 'meli-toolkit', site_id: 'MLA'})
    expect(stderr).toBe('')
  })

  it('sets the service up as it was told', async () => {
    const show = `fetch(process.env.MELI_API_URL + '/_emulator/settings').then((r) => r.text()).then((t) => process.stdout.write(t))`
    const flags = ['--profile', 'documented', '--set', 'bulk=only-new']
    const {status, stdout} = await exec([...flags, '--', process.execPath, '-e', show]).ended
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({profile: 'documented', bulk: 'only-new'})
  })

  it('warns once for each route that it does not have, and lists them at the end', async () => {
    const ask = `Promise.all(['MEC1', 'MEC2'].map((id) => fetch(process.env.MELI_API_URL + '/pictures/' + id)))`
    const {status, stdout, stderr} = await exec(['--', process.execPath, '-e', ask]).ended
    expect([status, stdout]).toEqual([0, ''])
    expect(stderr.split('\n')).toEqual([
      '! The emulator does not have GET /pictures/{id}; it answered 501',
      '! Routes that the emulator does not have, all answered with 501:',
      '  GET /pictures/{id} (2x)',
      '',
    ])
  })

  it("hides the user's own settings from the command, under every name", async () => {
    const real = {
      MELI_CLIENT_SECRET: 'real-secret-1',
      ML_CLIENT_SECRET: 'real-secret-2',
      MERCADOLIBRE_CLIENT_SECRET: 'real-secret-3',
      MELI_ACCESS_TOKEN: 'real-token',
      MERCADOLIBRE_BASE_URL: 'https://api.mercadolibre.com',
      MELI_HOME: join(folder, 'real-home'),
      MELI_ACCOUNT: 'REAL',
    }
    const {status, stdout} = await shell('env', {...real, OTHER: 'stays'}).ended
    expect(status).toBe(0)
    expect(stdout).not.toMatch(/real|REAL|api\.mercadolibre/)
    expect(stdout).toContain('OTHER=stays')
    expect(stdout).toMatch(/^MELI_API_URL=http:\/\/127\.0\.0\.1:\d+$/m)
    expect(existsSync(join(folder, 'real-home'))).toBe(false)
  })

  it("starts even when the user's own settings cannot be used", async () => {
    const broken = {MELI_SITE: '???', MELI_API_URL: 'http://example.com', MELI_REFRESH_MARGIN: 'never'}
    expect(await shell('exit 0', broken).ended).toMatchObject({status: 0, stderr: ''})
  })

  it('gives the command a home that is gone afterwards', async () => {
    const {stdout} = await shell('touch "$MELI_HOME/kept" && printf %s "$MELI_HOME"').ended
    expect(stdout).toContain('meli-emulator-')
    expect(existsSync(stdout)).toBe(false)
  })

  it('keeps the home that it was told', async () => {
    const home = join(folder, 'home')
    await exec(['--home', home, '--', 'sh', '-c', 'mkdir -p "$MELI_HOME" && touch "$MELI_HOME/kept"']).ended
    expect(existsSync(join(home, 'kept'))).toBe(true)
  })

  it('writes the state when the command has ended', async () => {
    const file = join(folder, 'state.json')
    await exec(['--state', file, '--', 'true']).ended
    expect(existsSync(file)).toBe(true)
  })

  it("leaves with the command's status", async () => {
    expect(await shell('exit 42').ended).toMatchObject({status: 42})
  })

  it('leaves with 128 and the number of the signal that ended the command', async () => {
    expect(await shell('kill -9 $$').ended).toMatchObject({status: 137, signal: null})
  })

  it.each([
    ['SIGTERM', 'TERM'],
    ['SIGINT', 'INT'],
  ] as const)('passes %s on, and waits for what the command makes of it', async (signal, name) => {
    const cli = shell(`trap 'echo stopped by ${name}; exit 9' ${name}; echo ready; while :; do sleep 0.05; done`)
    await cli.says('ready')
    cli.stop(signal)
    const {status, stdout} = await cli.ended
    expect({status, stdout}).toEqual({status: 9, stdout: `ready\nstopped by ${name}\n`})
  })

  it('passes standard input on, and both outputs apart', async () => {
    const cli = shell('cat; echo oops >&2')
    cli.type('one\ntwo\n')
    expect(await cli.ended).toMatchObject({status: 0, stdout: 'one\ntwo\n', stderr: 'oops\n'})
  })

  it("leaves the command's own --json and flags alone", async () => {
    const {stdout} = await exec(['--', 'printf', '%s ', '--json', '--help', '--', '--site', 'b', 'a', 'b']).ended
    expect(stdout).toBe('--json --help -- --site b a b ')
  })

  it('leaves with 127 and says so when there is no such command', async () => {
    const {status, stdout, stderr} = await exec(['--', 'no-such-command']).ended
    expect({status, stdout}).toEqual({status: 127, stdout: ''})
    expect(stderr).toContain('there is no command no-such-command (MELI_COMMAND_NOT_FOUND)')
  })

  it('leaves with 126 when the command cannot be run', async () => {
    expect(await exec(['--', folder]).ended).toMatchObject({status: 126, stdout: ''})
  })

  it.each([
    ['there is no command', []],
    ['there is nothing behind the dashes', ['--']],
    ['the dashes are forgotten', ['true']],
  ])('leaves with 2 when %s', async (_what, args) => {
    const {status, stderr} = await exec(args).ended
    expect(status).toBe(2)
    expect(stderr).toContain('MELI_USAGE')
  })
})
