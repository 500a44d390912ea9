import {describe, expect, it} from '@jest/globals'
import ConfigCommand from '../../src/commands/config.js'
import CreateTestUser from '../../src/commands/create-test-user.js'
import DbBackup from '../../src/commands/db/backup.js'
import DbPath from '../../src/commands/db/path.js'
import SyncProducts from '../../src/commands/sync/products.js'
import TestUsersAdopt from '../../src/commands/test-users/adopt.js'
import TestUsersForget from '../../src/commands/test-users/forget.js'
import TestUsersList from '../../src/commands/test-users/list.js'
import TestUsersShow from '../../src/commands/test-users/show.js'
import VerifyHandshake from '../../src/commands/verify-handshake.js'
import {runCommand} from '../support/run-command.js'

function service<T>(answer: T) {
  const asked: unknown[] = []
  return {
    asked,
    run: async (input: unknown) => {
      asked.push(input)
      return answer
    },
  }
}

const site = {siteId: async () => 'MEC', redirectUri: () => 'https://example.com/callback'}

describe('create-test-user', () => {
  const created = {test_users: [], quota: {used: 3, limit: 10}}

  it.each<[string[], string[]]>([
    [[], ['seller']],
    [['--role', 'buyer'], ['buyer']],
    [['--pair'], ['seller', 'buyer']],
  ])('makes for %j the roles %j', async (argv, roles) => {
    const createTestUsers = service(created)
    const run = await runCommand(CreateTestUser, [...argv, '--json'], {
      accounts: {...site, createTestUsers: async () => createTestUsers},
    })
    expect(createTestUsers.asked).toEqual([{account: undefined, siteId: 'MEC', roles}])
    expect(JSON.parse(run.stdout)).toEqual(created)
  })

  it('refuses a role together with --pair', async () => {
    const {status} = await runCommand(CreateTestUser, ['--pair', '--role', 'buyer'], {accounts: site})
    expect(status).toBe(2)
  })

  it('connects them under --login', async () => {
    const connectTestUsers = service({...created, logins: []})
    await runCommand(CreateTestUser, ['--login', '--no-browser'], {
      accounts: {...site, connectTestUsers: async () => connectTestUsers},
    })
    const login = {pkce: true, browser: false, redirectUri: 'https://example.com/callback'}
    expect(connectTestUsers.asked).toMatchObject([{account: undefined, siteId: 'MEC', roles: ['seller'], login}])
  })
})

describe('test-users', () => {
  const user = {
    id: 2345678901,
    nickname: 'TEST1',
    password: 'qatest1',
    site_id: 'MEC',
    role: 'buyer',
    site_status: null,
    state: 'created',
    connected: false,
    owner_user_id: null,
    intent_id: 'i-1',
    created_at: '2026-03-01T12:00:00.000Z',
    verification_code: '678901',
  }

  it('list says what to do when there is none', async () => {
    const testUserVault = async () => ({list: async () => ({test_users: [], quotas: []})})
    const {stdout} = await runCommand(TestUsersList, [], {accounts: {testUsers: testUserVault}})
    expect(stdout).toContain('meli create-test-user')
  })

  it('show prints the password and the next command', async () => {
    const testUserVault = async () => ({show: async () => user})
    const {stdout} = await runCommand(TestUsersShow, ['TEST1'], {accounts: {testUsers: testUserVault}})
    expect(stdout).toContain('qatest1')
    expect(stdout).toContain('meli auth login --test-user TEST1 --site MEC')
  })

  it('adopt hands standard input and the flags on', async () => {
    const asked: unknown[] = []
    const adoptText = async (text: string, flags: unknown) => {
      asked.push(text, flags)
      return user
    }
    const argv = ['--id', '2345678901', '--nickname', 'TEST1', '--site', 'mec', '--role', 'buyer', '--json']
    const {stdout} = await runCommand(TestUsersAdopt, argv, {
      stdin: async () => 'qatest1\n',
      accounts: {testUsers: async () => ({adoptText})},
    })
    const flags = {id: 2345678901, nickname: 'TEST1', site: 'MEC', role: 'buyer'}
    expect(asked).toEqual(['qatest1\n', expect.objectContaining(flags)])
    expect(JSON.parse(stdout)).toEqual(user)
  })

  it('adopt has no flag for the password, and does not repeat one', async () => {
    const {status, stdout, stderr} = await runCommand(TestUsersAdopt, ['--password=qatest1'])
    expect(status).toBe(2)
    expect(stdout + stderr).not.toContain('qatest1')
  })

  it('forget says that the service keeps it', async () => {
    const testUserVault = async () => ({forget: async (name: string) => ({forgotten: name})})
    const {stdout} = await runCommand(TestUsersForget, ['TEST1'], {accounts: {testUsers: testUserVault}})
    expect(stdout).toContain('TEST1 is forgotten here')
  })
})

describe('sync products', () => {
  const result = {
    ok: true,
    resource: 'products',
    mode: 'production',
    run_id: 'r-1',
    user_id: 1,
    dry_run: false,
    listed: 21,
    created: 1,
    updated: 0,
    unchanged: 20,
    removed: 0,
    kind: 'full',
    reason: null,
    retries: 0,
    rate_limited: 0,
    missing_count: 0,
    missing: [] as Array<{id: string; status: number; message: string}>,
    requests: 3,
    complete: true,
    duration_ms: 120,
  }
  const quiet = {update: () => {}, end: () => {}}

  function fakes(answer: typeof result) {
    const asked: unknown[] = []
    const sync = async (session: unknown, options: unknown) => {
      asked.push(session, options)
      return answer
    }
    const open = async (mode: unknown) => mode
    return {
      asked,
      sync: {products: async () => ({run: sync})},
      accounts: {sessions: async () => ({open})},
      progress: async () => quiet,
      terminal: async () => ({say: () => {}}),
    }
  }

  it('opens a session of the mode and reads the statuses asked for', async () => {
    const given = fakes(result)
    const argv = ['--sandbox', '--site', 'MLB', '--account', 'T1', '--status', 'active,paused', '--dry-run', '--json']
    const {stdout, status} = await runCommand(SyncProducts, argv, given)
    expect(given.asked).toEqual([
      {account: 'T1', sandbox: true, site: 'MLB'},
      expect.objectContaining({sandbox: true, statuses: ['active', 'paused'], dryRun: true}),
    ])
    expect(JSON.parse(stdout)).toEqual({...result, nickname: null})
    expect(status).toBe(0)
  })

  it('leaves with 7 when it is not complete, and still prints the result', async () => {
    const missing = [{id: 'MEC1', status: 500, message: 'oops\u001b[2J'}]
    const {stdout, status} = await runCommand(
      SyncProducts,
      [],
      fakes({...result, ok: false, complete: false, missing, missing_count: 1}),
    )
    expect(status).toBe(7)
    expect(stdout).toContain('21 products of account 1 synced')
    expect(stdout).toMatch(/MEC1\s+500\s+oops\n/)
  })
})

describe('verify-handshake', () => {
  const verified = {
    ok: true,
    mode: 'production',
    user: {id: 1, nickname: 'TIENDA', email: 'a@b.c', site_id: 'MEC', tags: []},
    token: null,
    checks: [{name: 'configuration', status: 'pass', detail: 'application 1'}],
    error_code: null,
    exit_code: 0,
    suggestions: [],
  }

  it('turns flags into what is asked for', async () => {
    const one = service(verified)
    const argv = ['--user-id', 'TIENDA', '--min-ttl', '30m', '--no-refresh', '--site', 'MEC']
    const {stdout} = await runCommand(VerifyHandshake, argv, {accounts: {handshakes: async () => ({one: one.run})}})
    expect(one.asked).toEqual([{account: 'TIENDA', sandbox: false, site: 'MEC', minTtlMs: 1_800_000, refresh: false}])
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('Handshake verified! Connected as: TIENDA (a@b.c)')
  })

  it.each([4, 6, 7, 8])('leaves with %i when the result says so', async (exit_code) => {
    const failed = {...verified, ok: false, exit_code}
    const all = service({ok: false, mode: 'production', handshakes: [failed], exit_code})
    const run = await runCommand(VerifyHandshake, ['--all', '--json'], {
      accounts: {handshakes: async () => ({all: all.run})},
    })
    expect(run.status).toBe(exit_code)
    expect(JSON.parse(run.stdout)).toMatchObject({ok: false, handshakes: [{exit_code}]})
  })
})

describe('config', () => {
  it('shows origins, and no secret', async () => {
    const env = {MELI_CLIENT_SECRET: 'hunter2', ML_CLIENT_ID: '123', HTTPS_PROXY: 'http://ana:pw@proxy:1'}
    const {stdout} = await runCommand(ConfigCommand, ['--account', 'TIENDA'], {}, env)
    expect(stdout).toMatch(/MELI_CLIENT_ID\s+123\s+environment, ML_CLIENT_ID/)
    expect(stdout).toMatch(/MELI_CLIENT_SECRET\s+\(set\)\s+environment/)
    expect(stdout).toMatch(/MELI_ACCOUNT\s+TIENDA\s+flag/)
    expect(stdout).not.toMatch(/hunter2|pw@/)
  })

  it('shows everything when a setting cannot be used, and leaves with 3', async () => {
    const {stdout, status} = await runCommand(ConfigCommand, ['--json'], {}, {MELI_API_URL: 'http://example.com'})
    expect(status).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({
      home: '/nowhere/meli',
      database: null,
      problem: {code: 'MELI_CONFIG_INVALID', exit_code: 3},
    })
  })
})

describe('db', () => {
  const storeLocation = async () => ({path: '/h/meli.db', key_file: '/h/key', exists: false, warnings: ['/h is open']})

  it('path shows where things are without making them', async () => {
    const {stdout} = await runCommand(DbPath, [], {storeLocation})
    expect(stdout).toMatch(/Database {2}\/h\/meli\.db \(not made yet\)\n\s+Key\s+\/h\/key\n.*\/h is open/)
  })

  it('backup says that the key is needed too', async () => {
    const backup = service(4096)
    const app = {store: async () => ({backup: backup.run}), storeLocation}
    const {stdout} = await runCommand(DbBackup, ['copy.db'], app)
    expect(backup.asked).toEqual(['copy.db'])
    expect(stdout).toContain('copy.db (4,096 bytes)')
    expect(stdout).toContain('keep /h/key too')
  })
})
