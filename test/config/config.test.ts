import {chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {homedir, tmpdir, userInfo} from 'node:os'
import {join} from 'node:path'
import {afterAll, afterEach, describe, expect, it} from '@jest/globals'
import {childEnvironment, homeFolder, loadConfig, parseDuration, reportSettings} from '../../src/config/config.js'
import {findHome, userHome} from '../../src/config/setting-values.js'
import {MeliError} from '../../src/core/errors.js'
import {maskSecrets} from '../../src/core/redact.js'
import fc from '../support/properties.js'

const root = mkdtempSync(join(tmpdir(), 'meli-config-'))
afterAll(() => rmSync(root, {recursive: true, force: true}))
let homes = 0

function home(config?: unknown): string {
  homes += 1
  const folder = join(root, `home-${homes}`)
  mkdirSync(folder)
  if (config !== undefined)
    writeFileSync(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config))
  return folder
}

function envFile(text: string | Uint8Array): string {
  const path = join(home(), '.env')
  writeFileSync(path, text)
  return path
}

const empty = home()
const load = (env: Record<string, string | undefined> = {}) => loadConfig({env: {MELI_HOME: empty, ...env}})

/** Root may read everything, so it is not asked. */
function asNobody<T>(work: () => T): T {
  if (process.geteuid?.() !== 0) return work()
  chmodSync(root, 0o755)
  process.seteuid?.(65_534)
  try {
    return work()
  } finally {
    process.seteuid?.(0)
  }
}

function refused(run: () => unknown): MeliError {
  try {
    run()
  } catch (error) {
    if (error instanceof MeliError) return error
  }
  throw new Error('nothing was refused')
}

describe('precedence', () => {
  it('lets an account that was typed win over a site that was not', () => {
    const env = {MELI_HOME: home({}), MELI_SITE: 'MLB', MELI_ACCOUNT: 'X'}
    const [account, site] = ['TIENDA', 'MLA']
    expect(loadConfig({env}).requestedSite).toBe('MLB')
    expect(loadConfig({env, overrides: {account}})).toMatchObject({site: 'MLB', requestedSite: undefined})
    expect(loadConfig({env, overrides: {account, site}}).requestedSite).toBe('MLA')
  })

  it('is flag, environment, env file, config file, default', () => {
    const file = envFile('MELI_SITE=MLC\n')
    const overrides = {site: 'MLA'}
    const MELI_HOME = home({MELI_SITE: 'MLM'})
    const env = {MELI_HOME, MELI_SITE: 'MLB'}
    const seen = [
      loadConfig({overrides, env, envFile: file}),
      loadConfig({env, envFile: file}),
      loadConfig({env: {MELI_HOME}, envFile: file}),
      loadConfig({env: {MELI_HOME}}),
      load(),
    ].map((c) => [c.site, c.requestedSite, c.origins.find((o) => o.name === 'MELI_SITE')?.origin])
    expect(seen).toEqual([
      ['MLA', 'MLA', 'flag'],
      ['MLB', 'MLB', 'environment'],
      ['MLC', 'MLC', 'env file'],
      ['MLM', 'MLM', 'config file'],
      ['MEC', undefined, 'default'],
    ])
  })

  it('prefers the canonical name to its aliases, and says which one won', () => {
    const origin = (env: Record<string, string>) => load(env).origins.find((o) => o.name === 'MELI_CLIENT_ID')
    expect(origin({ML_CLIENT_ID: '2', MERCADOLIBRE_CLIENT_ID: '3'})).toMatchObject({
      variable: 'ML_CLIENT_ID',
      value: '2',
    })
    expect(origin({ML_CLIENT_ID: '2', MELI_CLIENT_ID: '1'})).toMatchObject({variable: 'MELI_CLIENT_ID', value: '1'})
    expect(origin({})).toEqual({name: 'MELI_CLIENT_ID', value: null, is_set: false, origin: 'unset', variable: null})
  })

  it('lets an alias in the environment win over the canonical name in a file', () => {
    const config = loadConfig({env: {MELI_HOME: empty, ML_CLIENT_ID: '2'}, envFile: envFile('MELI_CLIENT_ID=1')})
    expect(config.clientId).toBe('2')
  })

  it('takes empty and blank values for unset', () => {
    expect(load({MELI_SITE: '', MELI_ACCOUNT: '  '})).toMatchObject({site: 'MEC', account: undefined})
  })

  it.each(['', '  '])('refuses the empty value %j of a flag: the default is not what was meant', (account) => {
    const error = refused(() => loadConfig({env: {MELI_HOME: empty, MELI_ACCOUNT: 'OTHER'}, overrides: {account}}))
    expect(error).toMatchObject({code: 'MELI_USAGE', exitCode: 2})
    expect(error.message).toContain('MELI_ACCOUNT')
  })

  it('trims what was pasted with a line end', () => {
    expect(load({MELI_CLIENT_SECRET: ' s3cret\n'}).clientSecret).toBe('s3cret')
  })

  it('finds the home in an env file too, and the config file in it', () => {
    const folder = home({MELI_SITE: 'MLU'})
    const config = loadConfig({env: {XDG_DATA_HOME: root}, envFile: envFile(`MELI_HOME=${folder}`)})
    expect(config).toMatchObject({home: folder, site: 'MLU', databaseFile: join(folder, 'meli.db')})
    expect(loadConfig({env: {XDG_DATA_HOME: root}}).home).toBe(join(root, 'meli'))
  })

  describe('the home', () => {
    const platform = Object.getOwnPropertyDescriptor(process, 'platform') ?? {}
    const found = (name: NodeJS.Platform, env: Record<string, string> = {}) => {
      Object.defineProperty(process, 'platform', {...platform, value: name})
      return homeFolder(env)
    }

    afterEach(() => {
      Object.defineProperty(process, 'platform', platform)
    })

    it('is where each platform keeps the data of programs', () => {
      expect(found('linux')).toBe(join(homedir(), '.local/share/meli'))
      expect(found('darwin')).toBe(join(homedir(), 'Library/Application Support/meli'))
      expect(found('win32')).toContain(join('meli', 'Data'))
    })

    it.each(['linux', 'darwin', 'win32'] as const)('is in XDG_DATA_HOME where that is set, on %s', (name) => {
      expect(found(name, {XDG_DATA_HOME: root})).toBe(join(root, 'meli'))
    })
  })
})

describe('values', () => {
  it.each([
    [{MELI_SITE: 'Ecuador'}, 'MELI_SITE'],
    [{MELI_USE_PKCE: 'maybe'}, 'MELI_USE_PKCE'],
    [{MELI_LOG_LEVEL: 'loud'}, 'MELI_LOG_LEVEL'],
    [{MELI_API_URL: 'api.mercadolibre.com'}, 'MELI_API_URL'],
    [{MERCADOLIBRE_BASE_URL: 'http://api.mercadolibre.com'}, 'MERCADOLIBRE_BASE_URL'],
    [{MELI_AUTH_URL: 'http://10.0.0.1'}, 'MELI_AUTH_URL'],
    [{MELI_AUTH_URL: 'ftp://localhost'}, 'MELI_AUTH_URL'],
    [{MELI_REFRESH_MARGIN: 'soon'}, 'MELI_REFRESH_MARGIN'],
    [{MELI_REFRESH_MARGIN: '6h'}, 'MELI_REFRESH_MARGIN'],
    [{MELI_HTTP_TIMEOUT: '0'}, 'MELI_HTTP_TIMEOUT'],
    [{MELI_HTTP_TIMEOUT: '30d'}, 'MELI_HTTP_TIMEOUT'],
    [{MELI_DATABASE_URL: 'postgres://localhost/x'}, 'MELI_DATABASE_URL'],
  ])('that cannot be used are named by the variable they came from: %j', (env, variable) => {
    const error = refused(() => load(env))
    expect(error).toMatchObject({code: 'MELI_CONFIG_INVALID', exitCode: 3})
    expect(error.message).toMatch(new RegExp(`^${variable} must be`))
  })

  it('may be plain http on this machine only', () => {
    for (const url of ['http://127.0.0.1:8080', 'http://localhost:1', 'http://[::1]:9', 'https://example.com'])
      expect(load({MELI_API_URL: url, MELI_AUTH_URL: url}).apiUrl.href).toBe(new URL(url).href)
    for (const url of ['http://127.0.0.1.example.com', 'http://localhost.example.com', 'http://128.0.0.1'])
      expect(refused(() => load({MELI_API_URL: url}))).toMatchObject({exitCode: 3})
  })

  it('of the database may be an address or a path', () => {
    expect(load().databaseFile).toBe(join(empty, 'meli.db'))
    expect(load({MELI_DATABASE_URL: 'file:///var/x%20y.db'}).databaseFile).toBe('/var/x y.db')
    expect(load({MELI_DATABASE_URL: '/var/x.db'}).databaseFile).toBe('/var/x.db')
    expect(load({MELI_DATABASE_URL: 'file:x.db'}).databaseFile).toBe(join(process.cwd(), 'x.db'))
  })

  it('of durations are read back as they were written', () => {
    const unit = fc.constantFrom(['ms', 1], ['s', 1000], ['m', 60_000], ['h', 3_600_000], ['d', 86_400_000], ['', 1000])
    fc.assert(
      fc.property(fc.nat(10_000), unit, (n, [name, ms]) => expect(parseDuration(`${n}${name}`)).toBe(n * Number(ms))),
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        const ms = parseDuration(text)
        expect(ms === undefined || ms >= 0).toBe(true)
      }),
    )
  })

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(load())).toBe(true)
  })
})

describe('files', () => {
  it('that are not there are an error when named, and none when not', () => {
    const error = refused(() => loadConfig({env: {MELI_HOME: empty}, envFile: join(root, 'nowhere')}))
    expect(error).toMatchObject({code: 'MELI_CONFIG_INVALID', exitCode: 3})
    expect(error.message).toContain('ENOENT')
  })

  const known = 'MELI_CLIENT_ID=4200000454136016\r\nMELI_CLIENT_SECRET=x\r\n'

  it.each<[string, Uint8Array]>([
    ['UTF-16, as PowerShell writes it', Buffer.from(`\ufeff${known}`, 'utf16le')],
    ['UTF-16 BE', Buffer.from(`\ufeff${known}`, 'utf16le').swap16()],
    ['UTF-8 with its mark', Buffer.from(`\ufeff${known}`)],
    ['old line ends', Buffer.from(known.replaceAll('\r\n', '\r'))],
  ])('of variables are read in %s', (_, content) => {
    const config = loadConfig({env: {MELI_HOME: empty}, envFile: envFile(content)})
    expect(config).toMatchObject({clientId: '4200000454136016', clientSecret: 'x', warnings: [], remarks: []})
  })

  it('of variables without a name that is known draw a warning', () => {
    for (const text of ['CLIENT_ID=1\nSECRET=hunter2\n', '', '# MELI_SITE=MLB\n']) {
      const path = envFile(text)
      const {warnings} = loadConfig({env: {MELI_HOME: empty}, envFile: path})
      expect(warnings).toEqual([expect.stringContaining(`the env file ${path} sets nothing that meli reads`)])
      expect(warnings.join()).not.toContain('hunter2')
      expect(reportSettings({env: {MELI_HOME: empty}, envFile: path}).warnings).toEqual(warnings)
    }
    expect(loadConfig({env: {MELI_HOME: empty}, envFile: envFile('OTHER=1\nML_CLIENT_ID=2')}).warnings).toEqual([])
  })

  it.each([
    ['MELI_CLIENT_SECRET=a#b', 'a#b', false],
    ['MELI_CLIENT_SECRET=a #b', 'a', true],
    ['MELI_CLIENT_SECRET=a\t# mine', 'a', true],
    ['MELI_CLIENT_SECRET="a #b" # mine', 'a #b', false],
    ["export MELI_CLIENT_SECRET = 'a #b'", 'a #b', false],
    ['MELI_CLIENT_SECRET=`a "#" b`', 'a "#" b', false],
    ['MELI_CLIENT_SECRET="a\nb"', 'a\nb', false],
    ['  MELI_CLIENT_SECRET=a=b  ', 'a=b', false],
  ])('of variables keep what follows a sharp as dotenv does, and say what they leave out: %s', (text, value, isCut) => {
    const path = envFile(`#MELI_CLIENT_SECRET=no\n${text}\nMELI_SITE=MLB`)
    const {clientSecret, site, remarks} = loadConfig({env: {MELI_HOME: empty}, envFile: path})
    expect([clientSecret, site]).toEqual([value, 'MLB'])
    const remark = `the value of MELI_CLIENT_SECRET in ${path} ends before " #": put it in quotes if the rest belongs to it`
    expect(remarks).toEqual(isCut ? [remark] : [])
  })

  it('of settings are read in any encoding', () => {
    const folder = home()
    writeFileSync(join(folder, 'config.json'), Buffer.from('\ufeff{"MELI_SITE":"MLB"}', 'utf16le'))
    expect(loadConfig({env: {MELI_HOME: folder}}).site).toBe('MLB')
  })

  it('of another format are named, with what to do', () => {
    const workbook = Buffer.from('PK\u0003\u0004........................[Content_Types].xml xl/', 'latin1')
    const file = envFile(workbook)
    expect(refused(() => loadConfig({env: {MELI_HOME: empty}, envFile: file}))).toMatchObject({
      ...{code: 'MELI_CONFIG_INVALID', message: `the env file ${file} is an Excel workbook`},
      suggestions: ['save it as NAME=value lines in UTF-8 and use that'],
    })
    const folder = home()
    writeFileSync(join(folder, 'config.json'), '<!doctype html>')
    expect(refused(() => loadConfig({env: {MELI_HOME: folder}})).message).toMatch(/config\.json is an HTML page$/)
  })

  it('and folders that variables or files name below ~ are in the home folder', () => {
    const below = (path: string) => join(homedir(), path)
    expect(load({MELI_DATABASE_URL: '~/x.db'}).databaseFile).toBe(below('x.db'))
    expect(load({MELI_DATABASE_URL: 'file:~/x.db'}).databaseFile).toBe(below('x.db'))
    const absent = `~/meli-absent-${process.pid}`
    expect(loadConfig({env: {MELI_HOME: absent}}).home).toBe(below(absent.slice(2)))
    expect(loadConfig({env: {}, envFile: envFile(`MELI_HOME=${absent}`)}).home).toBe(below(absent.slice(2)))
    const MELI_HOME = home({MELI_DATABASE_URL: '~/y.db'})
    expect(loadConfig({env: {MELI_HOME}}).databaseFile).toBe(below('y.db'))
    expect(load({MELI_DATABASE_URL: '~x.db'}).databaseFile).toBe(join(process.cwd(), '~x.db'))
    expect(refused(() => loadConfig({env: {MELI_HOME: empty}, envFile: `${absent}/.env`})).message).toContain(
      below(`${absent.slice(2)}/.env`),
    )
  })

  it('of settings that may not be read are an error: the defaults lead to production', () => {
    const MELI_HOME = home({MELI_API_URL: 'http://127.0.0.1:1'})
    const path = join(MELI_HOME, 'config.json')
    chmodSync(path, 0)
    const error = refused(() => asNobody(() => loadConfig({env: {MELI_HOME}})))
    expect(error).toMatchObject({code: 'MELI_CONFIG_INVALID', exitCode: 3})
    expect(error.message).toContain(`${path} cannot be read (EACCES)`)
  })

  it.each(['{', '[]', '"x"', 'null'])('of settings must be an object: %s', (text) => {
    expect(refused(() => loadConfig({env: {MELI_HOME: home(text)}}))).toMatchObject({code: 'MELI_CONFIG_INVALID'})
  })

  it('of settings may hold numbers, switches and null', () => {
    const MELI_HOME = home({MELI_CLIENT_ID: 123, MELI_USE_PKCE: false, MELI_SITE: null})
    expect(loadConfig({env: {MELI_HOME}})).toMatchObject({clientId: '123', usePkce: false, site: 'MEC'})
  })
})

describe('secrets', () => {
  const planted = fc.stringMatching(/^[A-Za-z0-9@/:]{12,20}$/)

  it('never show where settings come from', () => {
    fc.assert(
      fc.property(planted, fc.constantFrom('http://user:', 'user:'), (text, before) => {
        const secret = `S3${text}`
        const env = {
          MELI_CLIENT_SECRET: secret,
          MELI_ACCESS_TOKEN: secret,
          MELI_ENCRYPTION_KEY: secret,
          HTTPS_PROXY: `${before}${secret}@proxy.example.com:3128`,
        }
        const shown = JSON.stringify([load(env).origins, reportSettings({env: {MELI_HOME: empty, ...env}})])
        expect(shown).not.toContain(secret)
        expect(shown).toContain('***@proxy.example.com:3128')
      }),
    )
  })

  it('of addresses are masked, and an at sign in a path is left alone', () => {
    const shown = (env: Record<string, string>, name: string) => load(env).origins.find((o) => o.name === name)?.value
    const uri = 'https://example.com/@me/callback'
    expect(shown({MELI_REDIRECT_URI: uri}, 'MELI_REDIRECT_URI')).toBe(uri)
    expect(shown({MELI_API_URL: 'https://u:p@s@example.com'}, 'MELI_API_URL')).toBe('https://***@example.com')
  })

  it('are not passed on to programs that are started', () => {
    const names = ['MELI_CLIENT_SECRET', 'ML_CLIENT_SECRET', 'MERCADOLIBRE_CLIENT_SECRET', 'meli_access_token']
    const env = {PATH: '/bin', ...Object.fromEntries(names.map((name) => [name, 'x']))}
    expect(childEnvironment(env)).toEqual({PATH: '/bin'})
    expect(load(env).childEnv).toEqual({PATH: '/bin'})
  })
})

describe('the report of settings', () => {
  it('is given even when a setting is wrong, and names it', () => {
    const report = reportSettings({env: {MELI_HOME: empty, MELI_SITE: '???'}})
    expect(report).toMatchObject({home: empty, database: null, problem: {code: 'MELI_CONFIG_INVALID', exit_code: 3}})
    expect(report.settings.find((s) => s.name === 'MELI_SITE')).toMatchObject({value: '???', origin: 'environment'})
    expect(reportSettings({env: {MELI_HOME: empty}})).toMatchObject({problem: null, database: join(empty, 'meli.db')})
  })
})

describe('MELI_RATE_LIMIT', () => {
  it('is a whole number of requests a minute, 1,500 by default', () => {
    expect(load().rateLimit).toBe(1500)
    expect(load({MELI_RATE_LIMIT: '60'}).rateLimit).toBe(60)
  })

  it.each(['0', '-1', '1.5', '1e3', 'many', '10000001'])('refuses %j', (MELI_RATE_LIMIT) => {
    expect(refused(() => load({MELI_RATE_LIMIT})).code).toBe('MELI_CONFIG_INVALID')
  })
})

describe('MELI_METRICS_FROM', () => {
  it('is a list of addresses and CIDRs, and nothing by default', () => {
    expect(load().metricsFrom).toBeUndefined()
    expect(load({MELI_METRICS_FROM: '127.0.0.1,10.8.0.0/16'}).metricsFrom).toEqual(['127.0.0.1', '10.8.0.0/16'])
    expect(refused(() => load({MELI_METRICS_FROM: 'prometheus.local'})).code).toBe('MELI_CONFIG_INVALID')
  })
})

describe('MELI_NOTIFICATION_SENDERS', () => {
  it('is a list of addresses and CIDRs, and nothing by default', () => {
    expect(load().notificationSenders).toBeUndefined()
    const MELI_NOTIFICATION_SENDERS = '54.88.218.97, 18.215.140.0/24\n2001:db8::/32'
    expect(load({MELI_NOTIFICATION_SENDERS}).notificationSenders).toEqual([
      '54.88.218.97',
      '18.215.140.0/24',
      '2001:db8::/32',
    ])
  })

  it.each(['example.com', '1.2.3', '1.2.3.4/33', '1.2.3.4/', '1.2.3.4/8/8', '::1/129'])('refuses %j', (given) => {
    expect(refused(() => load({MELI_NOTIFICATION_SENDERS: given})).code).toBe('MELI_CONFIG_INVALID')
  })
})

describe('MELI_OPERATOR', () => {
  it('is written as those are called who sign in', () => {
    expect(load({MELI_OPERATOR: ' Ana@Example.com '}).operator).toBe('ana@example.com')
    expect(load({MELI_OPERATOR: 'Ana'}).operator).toBe('Ana')
    expect(load().operator).toBe(userInfo().username)
  })
})

describe('a user without a home folder', () => {
  const nobody = () => {
    throw Object.assign(new Error('uv_os_homedir returned ENOENT'), {code: 'ERR_SYSTEM_ERROR'})
  }

  it.each([
    ['none is known', nobody],
    ['HOME is empty', () => ''],
    ['HOME is no whole path', () => 'home'],
  ])('is told to set MELI_HOME: %s', (_name, find) => {
    expect(() => userHome(find)).toThrow(
      expect.objectContaining({
        code: 'MELI_CONFIG_INVALID',
        suggestions: [expect.stringContaining('set MELI_HOME'), expect.any(String)],
      }),
    )
    expect(findHome(find)).toBeUndefined()
  })
})

it('has the secrets of the environment known before any file can fail', () => {
  const env = {MELI_CLIENT_SECRET: 'secret-before-any-file', https_proxy: 'http://ana:proxy-before-any-file@proxy:1'}
  expect(() => loadConfig({env, envFile: '/nowhere/at/all'})).toThrow()
  expect(maskSecrets('secret-before-any-file proxy-before-any-file')).toBe('[redacted] [redacted]')
})
