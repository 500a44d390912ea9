import {describe, expect, it} from '@jest/globals'
import AuthComplete from '../../src/commands/auth/complete.js'
import AuthImport from '../../src/commands/auth/import.js'
import AuthLogin from '../../src/commands/auth/login.js'
import AuthLogout from '../../src/commands/auth/logout.js'
import AuthRefresh from '../../src/commands/auth/refresh.js'
import AuthStatus from '../../src/commands/auth/status.js'
import AuthSwitch from '../../src/commands/auth/switch.js'
import AuthToken from '../../src/commands/auth/token.js'
import {MeliError} from '../../src/core/errors.js'
import {runCommand} from '../support/run-command.js'

const linked = {
  user_id: 664366546,
  nickname: 'TIENDA_ANDINA',
  email: 'tienda@example.com',
  site_id: 'MEC',
  is_test_user: false,
  store_id: '9f6f4b8e-0000-4000-8000-000000000000',
  scope: 'offline_access read write',
  expires_at: '2026-03-01T18:00:00.000Z',
}
const started = {
  authorization_url: 'https://auth.mercadolibre.com.ec/authorization?state=s-1',
  state: 's-1',
  redirect_uri: 'https://example.com/callback',
  expires_at: '2026-03-01T12:15:00.000Z',
}

/** Answers, and remembers what it was asked with. */
function service<T>(answer: T) {
  const asked: unknown[][] = []
  const run = async (...input: unknown[]) => {
    asked.push(input)
    return answer
  }
  return {asked, run}
}

/** The part of the app that every login command needs. */
function site(redirectUri = 'https://example.com/callback') {
  return {siteId: async () => 'MLB', redirectUri: () => redirectUri}
}

describe('auth login', () => {
  it('prints the address and the way to finish under --no-wait', async () => {
    const start = service(started)
    const {stdout, status} = await runCommand(AuthLogin, ['--no-wait', '--expect', 'TIENDA_ANDINA'], {
      accounts: {...site(), login: async () => ({start: start.run})},
    })
    expect(start.asked).toEqual([
      [{siteId: 'MLB', redirectUri: 'https://example.com/callback', pkce: true, expect: 'TIENDA_ANDINA'}],
    ])
    expect(stdout).toContain(started.authorization_url)
    expect(stdout).toContain("meli auth complete 'https://example.com/callback?code=...&state=...'")
    expect(status).toBe(0)
  })

  it('prints only what was started under --no-wait --json', async () => {
    const login = async () => ({start: service(started).run})
    const {stdout} = await runCommand(AuthLogin, ['--no-wait', '--json'], {accounts: {...site(), login}})
    expect(JSON.parse(stdout)).toEqual(started)
  })

  it.each<[string, string[], Record<string, string>, object]>([
    ['opens a browser', [], {}, {browser: true, pkce: true, testUser: false, expect: undefined}],
    ['leaves the browser alone', ['--no-browser'], {}, {browser: false}],
    ['goes without PKCE on the flag', ['--no-pkce'], {}, {pkce: false}],
    ['goes without PKCE on the setting', [], {MELI_USE_PKCE: 'false'}, {pkce: false}],
    ['expects a test user in a private window', ['--test-user', 'TEST1'], {}, {expect: 'TEST1', testUser: true}],
  ])('%s', async (_title, argv, env, input) => {
    const flow = service(linked)
    const {stdout} = await runCommand(AuthLogin, argv, {accounts: {...site(), loginFlow: async () => flow}}, env)
    expect(flow.asked).toMatchObject([[input]])
    expect(stdout).toContain('Connected as TIENDA_ANDINA (tienda@example.com)')
  })

  it('puts the redirect URI of the flag above the setting', async () => {
    const loginFlow = async () => ({run: async () => linked})
    const argv = ['--redirect-uri', 'https://flag.example/cb']
    const app = {accounts: {...site(), loginFlow, redirectUri: () => 'unused'}}
    const {status} = await runCommand(AuthLogin, argv, app, {MELI_REDIRECT_URI: 'https://env.example/cb'})
    expect(status).toBe(0)
  })
})

describe('auth complete', () => {
  it('takes the address from the argument', async () => {
    const complete = service(linked)
    const {stdout} = await runCommand(AuthComplete, ['https://example.com/callback?code=c&state=s', '--json'], {
      accounts: {login: async () => ({complete: complete.run})},
    })
    expect(complete.asked).toEqual([['https://example.com/callback?code=c&state=s']])
    expect(JSON.parse(stdout)).toEqual(linked)
  })

  it.each([[[]], [['-']]])('takes it from standard input for %j', async (argv) => {
    const complete = service(linked)
    await runCommand(AuthComplete, argv, {
      stdin: async () => 'https://example.com/callback?code=c&state=s\n',
      accounts: {login: async () => ({complete: complete.run})},
    })
    expect(complete.asked).toEqual([['https://example.com/callback?code=c&state=s\n']])
  })

  it('leaves with the status of the error, and repeats nothing on stdout', async () => {
    const complete = async () => {
      throw new MeliError('MELI_STATE_USED', 'this callback was used before', {try: ['meli auth login']})
    }
    const {status, stdout, stderr} = await runCommand(AuthComplete, ['?code=c&state=s'], {
      accounts: {login: async () => ({complete})},
    })
    expect({status, stdout}).toEqual({status: 4, stdout: ''})
    expect(stderr).toBe('Error: this callback was used before (MELI_STATE_USED)\n  Try: meli auth login\n')
  })
})

describe('auth import', () => {
  it('hands standard input and the expected account to the service', async () => {
    const importToken = service(linked)
    const {stdout} = await runCommand(AuthImport, ['--expect', '664366546', '--json'], {
      stdin: async () => 'TG-1-664366546',
      accounts: {importToken: async () => importToken},
    })
    expect(importToken.asked).toEqual([['TG-1-664366546', '664366546']])
    expect(JSON.parse(stdout)).toEqual(linked)
  })
})

describe('a name that is empty', () => {
  it.each<[string, Parameters<typeof runCommand>[0], string[]]>([
    ['--expect of an import', AuthImport, ['--expect', '']],
    ['--expect of a login', AuthLogin, ['--expect', ' ']],
    ['--test-user', AuthLogin, ['--test-user', '']],
    ['--account', AuthStatus, ['--account', '']],
    ['--redirect-uri', AuthLogin, ['--redirect-uri', '']],
  ])('is refused before anything is read or sent: %s', async (_title, command, argv) => {
    const {status, stdout} = await runCommand(command, [...argv, '--json'])
    expect(status).toBe(2)
    expect(JSON.parse(stdout).error).toMatchObject({code: 'MELI_USAGE'})
  })
})

describe('auth token', () => {
  it('prints the bare token', async () => {
    const currentToken = service({access_token: 'APP_USR-1', expires_at: linked.expires_at, user_id: 1})
    const {stdout} = await runCommand(AuthToken, ['--sandbox', '--site', 'mlb', '--account', 'TEST1'], {
      accounts: {currentToken: async () => currentToken},
    })
    expect(stdout).toBe('APP_USR-1\n')
    expect(currentToken.asked).toEqual([[{account: 'TEST1', sandbox: true, site: 'MLB'}]])
  })
})

describe('auth switch', () => {
  it('says which default changed', async () => {
    const answer = {user_id: 1, nickname: 'TEST1', site_id: 'MEC', is_test_user: true}
    const {stdout} = await runCommand(AuthSwitch, ['test1'], {
      accounts: {switchAccount: async () => async () => answer},
    })
    expect(stdout).toMatch(/TEST1 \(1, MEC\) is the default with --sandbox now/)
  })

  it('names the argument that is missing', async () => {
    const {stdout, status} = await runCommand(AuthSwitch, ['--json'])
    expect(status).toBe(2)
    expect(JSON.parse(stdout).error).toMatchObject({code: 'MELI_USAGE', message: 'missing argument ACCOUNT'})
  })
})

describe('auth refresh', () => {
  it('passes the command for the new refresh token on', async () => {
    const answer = {user_id: 1, nickname: 'TIENDA', refreshed: true, expires_at: linked.expires_at, on_rotate: 0}
    const refreshNow = service(answer)
    const {stdout} = await runCommand(AuthRefresh, ['--on-rotate', 'cat', '--json'], {
      accounts: {refreshNow: async () => refreshNow},
    })
    const options = {account: undefined, sandbox: false, site: undefined, onRotate: 'cat'}
    expect(refreshNow.asked).toEqual([[{...options, signal: expect.any(AbortSignal)}]])
    expect(JSON.parse(stdout)).toEqual(answer)
  })
})

describe('auth logout', () => {
  it('says plainly that the service could not be told, and leaves with 0', async () => {
    const logout = {
      choose: async () => ({userId: 1}),
      run: async () => ({
        user_id: 1,
        nickname: 'TIENDA',
        is_test_user: false,
        revoked: false,
        revoke_error: {code: 'MELI_UNREACHABLE', message: 'could not reach Mercado Libre'},
        wiped: true,
      }),
    }
    const {stdout, status} = await runCommand(AuthLogout, [], {
      accounts: {logout: async () => logout, auth: async () => ({})},
    })
    expect(status).toBe(0)
    expect(stdout).toContain('TIENDA (1) is deleted here')
    expect(stdout).toContain('could not be told: could not reach Mercado Libre (MELI_UNREACHABLE)')
  })
})

describe('auth status', () => {
  const answer = {ok: true, accounts: [], database: '/meli.db', warnings: [], exit_code: 0}

  it('is offline unless told to check', async () => {
    const status = service(answer)
    await runCommand(AuthStatus, [], {accounts: {status: async () => status}})
    await runCommand(AuthStatus, ['--check', '--sandbox', '--account', 'A'], {accounts: {status: async () => status}})
    expect(status.asked).toEqual([
      [{account: undefined, sandbox: false, check: false}],
      [{account: 'A', sandbox: true, check: true}],
    ])
  })

  it('leaves with the status of the result, and still prints it', async () => {
    const refused = {...answer, ok: false, exit_code: 4}
    const run = await runCommand(AuthStatus, ['--check', '--json'], {accounts: {status: async () => service(refused)}})
    expect(run.status).toBe(4)
    expect(JSON.parse(run.stdout)).toEqual(refused)
  })
})
