import {existsSync, mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from '@jest/globals'
import {type Ended, watchCli} from '../support/running-cli.js'

let folder = ''
/** What a developer may have set: none of it may be used, or stop the demo. */
let real: Record<string, string> = {}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meli-demo-test-'))
  real = {
    TMPDIR: folder,
    MELI_HOME: join(folder, 'real-home'),
    MELI_CLIENT_ID: '1111',
    MELI_CLIENT_SECRET: 'real-secret',
    MELI_ACCESS_TOKEN: 'real-token',
    MELI_ACCOUNT: 'REAL',
    MELI_SITE: '???',
    MERCADOLIBRE_BASE_URL: 'https://api.mercadolibre.com',
    HTTPS_PROXY: 'http://127.0.0.1:9',
  }
})
afterAll(() => rmSync(folder, {recursive: true, force: true}))

const commands = [
  'meli config',
  'meli auth login --no-browser',
  'meli auth status',
  'meli verify-handshake',
  'meli create-test-user --site MEC --pair --login --no-browser',
  'meli verify-handshake --sandbox',
  'meli sync products',
  'meli sync products',
  'meli verify-handshake',
  'meli auth logout',
]

describe('meli demo', () => {
  let shown: Ended
  let left: string[]

  beforeAll(async () => {
    shown = await watchCli(['demo'], real).ended
    left = readdirSync(folder)
  }, 60_000)

  it('ends well, without a terminal, a network or settings', () => {
    expect(shown).toMatchObject({status: 0, stderr: ''})
    expect(shown.stdout).toContain(`All ${commands.length} steps in `)
  })

  it('shows each command as one would type it, in order', () => {
    const typed = shown.stdout.split('\n').filter((line) => line.startsWith('$ '))
    expect(typed).toEqual(commands.map((command) => `$ ${command}`))
  })

  it('shows what each step is for', () => {
    expect(shown.stdout).toContain('Connected as TIENDA_ANDINA')
    expect(shown.stdout.match(/Handshake verified!/g)).toHaveLength(3)
    expect(shown.stdout.match(/Test user created and connected/g)).toHaveLength(2)
    expect(shown.stdout).toContain('250 created, 0 updated')
    expect(shown.stdout).toContain('0 created, 9 updated, 11 unchanged')
    expect(shown.stdout).toContain('it has been refreshed')
    expect(shown.stdout).toContain('revoked at Mercado Libre')
  })

  it('shows no token, no code and no secret', () => {
    expect(shown.stdout).not.toMatch(/APP_USR-|TG-|real-secret|real-token/)
  })

  it('has no colour where nobody looks', () => {
    expect(shown.stdout).not.toContain('\u001b')
  })

  it("leaves nothing behind, and the user's home untouched", () => {
    expect(left).toEqual([])
    expect(existsSync(join(folder, 'real-home'))).toBe(false)
  })

  it('tells programs what it did in one document, for any site', async () => {
    const {status, stdout, stderr} = await watchCli(['demo', '--json', '--site', 'MLB'], real).ended
    expect({status, stderr}).toEqual({status: 0, stderr: ''})
    const result = JSON.parse(stdout) as {ok: boolean; steps: {command: string}[]}
    expect(result).toEqual({ok: true, steps: expect.any(Array), duration_ms: expect.any(Number)})
    expect(result.steps.map(({command}) => command)).toEqual(commands.map((command) => command.replace('MEC', 'MLB')))
    expect(result.steps[0]).toEqual({
      title: 'The application',
      command: 'meli config',
      exit_code: 0,
      duration_ms: expect.any(Number),
    })
  })

  it('clears away when it is interrupted', async () => {
    const cli = watchCli(['demo'], real)
    await cli.says('3/10')
    cli.stop('SIGINT')
    const {status, stderr} = await cli.ended
    expect(status).toBe(130)
    expect(stderr).toContain('MELI_INTERRUPTED')
    expect(readdirSync(folder)).toEqual([])
  })

  it('clears away when its reader leaves', async () => {
    const cli = watchCli(['demo'], real)
    await cli.says('2/10')
    cli.stopReading()
    expect(await cli.ended).toMatchObject({status: 0})
    expect(readdirSync(folder)).toEqual([])
  })
})
