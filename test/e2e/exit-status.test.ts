import {chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from '@jest/globals'
import Database from 'better-sqlite3'
import {type Emulator, startEmulator} from '../../src/emulator/index.js'
import {freePort} from '../server/free-port.js'
import {type CliResult, runCli, startCli} from '../support/cli.js'
import {startServer} from '../support/http-server.js'

const secret = /APP_USR-\d|TG-[0-9a-f]/

let emulator: Emulator
let folder: string
let home: string
let count = 0

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meli-e2e-'))
})

afterAll(() => rmSync(folder, {recursive: true, force: true}))

beforeEach(async () => {
  emulator = await startEmulator({items: 21})
  count += 1
  home = join(folder, `home-${count}`)
})

afterEach(() => emulator.close())

function meli(args: readonly string[], more: {env?: Record<string, string | undefined>; stdin?: string} = {}) {
  return runCli(args, {home, ...more, env: {...emulator.env, ...more.env}})
}

async function login(user: string | number): Promise<CliResult> {
  const {stdout} = await meli(['auth', 'login', '--no-wait', '--json'])
  const callback = await emulator.consent(JSON.parse(stdout).authorization_url, {user})
  return meli(['auth', 'complete', '--json'], {stdin: callback})
}

const seller = 'TIENDA_ANDINA'

function ownerOf(nickname: string) {
  return {userId: emulator.world.users.find(nickname)!.id}
}

interface Cause {
  title: string
  status: number
  args: string[]
  env?: () => Record<string, string>
  given?: () => unknown
  /** Of the error object; undefined where the result itself is printed. */
  code?: string
}

const causes: Cause[] = [
  {title: 'nothing is wrong', status: 0, args: ['auth', 'status'], given: () => login(seller)},
  {title: 'a flag does not exist', status: 2, args: ['auth', 'status', '--chek'], code: 'MELI_USAGE'},
  {title: 'a command does not exist', status: 2, args: ['auth', 'lgin'], code: 'MELI_USAGE'},
  {title: 'an argument is missing', status: 2, args: ['db', 'backup'], code: 'MELI_USAGE'},
  {
    title: 'the site does not exist',
    status: 2,
    args: ['auth', 'login', '--no-wait', '--site', 'XYZ'],
    code: 'MELI_SITE_UNKNOWN',
  },
  {title: 'a question has nobody to answer it', status: 2, args: ['auth', 'login'], code: 'MELI_TERMINAL_NEEDED'},
  {
    title: 'no application is configured',
    status: 3,
    args: ['auth', 'login', '--no-wait'],
    env: () => ({MELI_CLIENT_ID: ''}),
    code: 'MELI_CLIENT_ID_MISSING',
  },
  {title: 'a setting cannot be used', status: 3, args: ['config'], env: () => ({MELI_SITE: 'nowhere'})},
  {title: 'no account is connected', status: 4, args: ['auth', 'token'], code: 'MELI_NO_ACCOUNT'},
  {title: 'a check lacks an account', status: 4, args: ['verify-handshake']},
  {
    title: 'the service refuses',
    status: 5,
    args: ['create-test-user', '--site', 'MEC'],
    given: async () => {
      await login(seller)
      emulator.world.faults.add({path: '/users/test_user', fault: {type: 'status', status: 403}})
    },
    code: 'MELI_TEST_USER_LIMIT',
  },
  {
    title: 'the service cannot be reached',
    status: 6,
    args: ['create-test-user', '--site', 'MEC'],
    env: () => ({MELI_API_URL: `http://127.0.0.1:${closedPort}`}),
    given: () => login(seller),
    code: 'MELI_UNREACHABLE',
  },
  {
    title: 'a product could not be read',
    status: 7,
    args: ['sync', 'products'],
    given: async () => {
      await login(seller)
      const [item] = emulator.world.catalogue.listed(emulator.world.users.find(seller)!.id)
      emulator.world.catalogue.outcomes.add({id: item!.id, route: 'bulk', status: 500, times: 100, missing: []})
    },
  },
  {
    title: 'too little time is left',
    status: 7,
    args: ['verify-handshake', '--no-refresh', '--min-ttl', '30m'],
    given: async () => {
      await login(seller)
      const database = new Database(join(home, 'meli.db'))
      database.prepare('UPDATE mercadolibre_token SET expires_at = ?').run(Date.now() + 20 * 60_000)
      database.close()
    },
  },
  {
    title: 'a real account is named under --sandbox',
    status: 8,
    args: ['auth', 'token', '--sandbox', '--account', seller],
    given: () => login(seller),
    code: 'MELI_WRONG_KIND',
  },
]

let closedPort = 0

beforeAll(async () => {
  closedPort = await freePort()
})

describe.each([[[]], [['--json']]])('exit status %j', (mode) => {
  const json = mode.length > 0

  it.each(causes)('is $status when $title', async ({status, args, env, given, code}) => {
    await given?.()
    const result = await meli([...args, ...mode], env === undefined ? {} : {env: env()})
    expect(result).toMatchObject({status})
    if (json) expectJson(result, status, code)
    else if (code !== undefined)
      expect(result).toMatchObject({stdout: '', stderr: expect.stringContaining(`(${code})`)})
    else expect(result.stdout).not.toBe('')
    expect(result.stdout + result.stderr).not.toMatch(secret)
  })

  it('is 1 for a fault of our own, of which nothing is shown', async () => {
    const preload = join(folder, 'fault.cjs')
    writeFileSync(
      preload,
      "require('node:os').hostname = () => { throw new Error('APP_USR-1-secret') }; require('node:module').syncBuiltinESMExports()",
    )
    const result = await meli(['auth', 'status', ...mode], {env: {NODE_OPTIONS: `--require ${preload}`}})
    expect(result.status).toBe(1)
    expect(result.stdout + result.stderr).not.toContain('secret')
    if (json) expectJson(result, 1, 'MELI_UNEXPECTED')
    else expect(result.stderr).toContain('(MELI_UNEXPECTED)')
  })

  it('is 130 after Ctrl-C', async () => {
    const redirectUri = `http://localhost:${await freePort()}/callback`
    const own = await startEmulator({redirectUris: [redirectUri]})
    try {
      const {child, ended} = await startCli(['auth', 'login', '--no-browser', ...mode], {home, env: own.env})
      await new Promise<void>((resolve) => {
        child.stderr.on('data', (chunk) => {
          if (String(chunk).includes('/authorization?')) resolve()
        })
      })
      child.kill('SIGINT')
      const result = await ended
      expect(result.status).toBe(130)
      if (json) expectJson(result, 130, 'MELI_INTERRUPTED')
      else expect(result).toMatchObject({stdout: '', stderr: expect.stringContaining('(MELI_INTERRUPTED)')})
    } finally {
      await own.close()
    }
  })
})

/** One document on stdout, with nothing but what the contract lists. */
function expectJson({stdout}: CliResult, status: number, code: string | undefined): void {
  const document = JSON.parse(stdout)
  if (code === undefined) {
    expect(document).not.toHaveProperty('error')
    return
  }
  expect(Object.keys(document)).toEqual(['error'])
  expect(document.error).toMatchObject({code, exit_code: status, message: expect.any(String)})
  const known = ['code', 'message', 'exit_code', 'retryable', 'suggestions', 'details']
  expect(Object.keys(document.error).filter((key) => !known.includes(key))).toEqual([])
}

describe('the command line', () => {
  it.each([[[]], [['--help']], [['-h']], [['help']], [['auth']], [['help', 'auth']], [['help', 'auth', 'login']]])(
    'prints help for %j and leaves with 0',
    async (args) => {
      const {status, stdout, stderr} = await meli(args)
      expect({status, stderr}).toEqual({status: 0, stderr: ''})
      expect(stdout).toContain('USAGE')
    },
  )

  it.each([
    [['sny'], 'meli sync'],
    [['auth', 'lgin'], 'meli auth login'],
    [['help', 'auth', 'lgin'], 'meli auth login'],
    [['verify-handshak', '--help'], 'meli verify-handshake'],
    [['--json-please'], 'meli --help'],
    [['auth', 'status', '--chek'], '--check'],
    [['verify-handshke', '--client-secret=hunter2'], 'meli verify-handshake'],
  ])('suggests for %j what may have been meant', async (args, meant) => {
    const {status, stderr} = await meli(args)
    expect(status).toBe(2)
    expect(stderr).toContain(`Try: ${meant}`)
  })

  it.each([
    ['--client-secret=hunter2'],
    ['--client-secret hunter2'],
    ['hunter2 hunter2'],
    ['--expect a --test-user hunter2'],
    ['--redirect-uri'],
  ])('never repeats a secret that was typed as %s', async (typed) => {
    for (const mode of [[], ['--json']]) {
      const {status, stdout, stderr} = await meli(['auth', 'login', ...typed.split(' '), ...mode])
      expect(status).toBe(2)
      expect(stdout + stderr).not.toContain('hunter2')
    }
  })

  it.each(['--version', '-v', 'version'])('tells its version for %s', async (word) => {
    expect(await meli([word])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^meli-toolkit\/\d/),
      stderr: '',
    })
  })

  it('does not wait at Ctrl-C for a service that does not answer whose token it is', async () => {
    let stop = () => {}
    const silent = await startServer(() => stop())
    const env = {MELI_API_URL: silent.url, MELI_ACCESS_TOKEN: 'APP_USR-1-2-3-77', MELI_HTTP_TIMEOUT: '5m'}
    const {child, ended} = await startCli(['sync', 'products', '--json'], {home, env})
    stop = () => child.kill('SIGINT')
    expect(JSON.parse((await ended).stdout).error.code).toBe('MELI_INTERRUPTED')
    await silent.close()
  })

  it('stops a sync at Ctrl-C, and takes up what was kept', async () => {
    await login(seller)
    emulator.world.catalogue.seed({...ownerOf(seller), siteId: 'MEC', isTestUser: false}, 300)
    emulator.world.faults.add({path: '/users/*', after: 1, times: 100, fault: {type: 'delay', ms: 250}})
    const {child, ended} = await startCli(['sync', 'products', '--json', '--debug'], {home, env: emulator.env})
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk) => {
        if (/bulk/.test(String(chunk))) resolve()
      })
    })
    child.kill('SIGINT')
    const {status, stdout} = await ended
    expect(status).toBe(130)
    expect(JSON.parse(stdout).error.code).toBe('MELI_INTERRUPTED')
    emulator.world.faults.clear()
    const again = JSON.parse((await meli(['sync', 'products', '--json'])).stdout)
    expect(again).toMatchObject({ok: true, listed: 321})
    expect(again.created + again.unchanged).toBe(321)
  })

  it('warns on stderr of a home that others can read, and leaves stdout to the result', async () => {
    mkdirSync(home, {mode: 0o755})
    chmodSync(home, 0o755)
    const {stdout, stderr} = await meli(['test-users', 'list', '--json'])
    expect(JSON.parse(stdout)).toEqual({test_users: [], quotas: []})
    expect(stderr).toContain(`Warning: ${home} is open to other users (mode 755)`)
  })
})
