import {closeSync, openSync, readSync, statSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import envPaths from 'env-paths'
import {MeliError} from '../core/errors.js'
import {assertOwned, foreignDescriptor, type Runner} from '../core/file-owner.js'
import {readJson} from '../core/json.js'
import {rememberSecret, rememberTyped} from '../core/redact.js'
import {adviceFor, decodeText, formatOf} from '../core/text-file.js'
import {parseEnvText} from './env-text.js'
import {thisRunner} from './runner.js'
import {
  addresses,
  databaseFile,
  duration,
  expandHome,
  type Found,
  type LogLevel,
  logLevel,
  type Origin,
  operatorName,
  origin,
  perMinute,
  proxy,
  requestedSite,
  site,
  userHome,
  yesOrNo,
} from './setting-values.js'

export {findHome, type LogLevel, logLevels, type Origin, parseDuration} from './setting-values.js'

interface SettingRow<T> {
  /** The canonical environment name, then its aliases. */
  names: readonly [string, ...string[]]
  /** Throws MELI_CONFIG_INVALID for a value that cannot be used. */
  parse: (found: Found, home: string) => T
  default?: string
  /** Never printed, not even in part. */
  secret?: true
}

const asText = ({value}: Found) => value
const asOrigin = (found: Found) => (found.value === undefined ? undefined : origin(found))

/** Every setting. The first one with a value that cannot be used is the one that is reported. */
const table = {
  clientId: {names: ['MELI_CLIENT_ID', 'MELI_APP_ID', 'ML_CLIENT_ID', 'MERCADOLIBRE_CLIENT_ID'], parse: asText},
  clientSecret: {
    names: ['MELI_CLIENT_SECRET', 'ML_CLIENT_SECRET', 'MERCADOLIBRE_CLIENT_SECRET'],
    parse: asText,
    secret: true,
  },
  redirectUri: {names: ['MELI_REDIRECT_URI', 'MERCADOLIBRE_REDIRECT_URI'], parse: asText},
  usePkce: {names: ['MELI_USE_PKCE'], parse: yesOrNo, default: 'true'},
  site: {names: ['MELI_SITE'], parse: site, default: 'MEC'},
  account: {names: ['MELI_ACCOUNT'], parse: asText},
  accessToken: {names: ['MELI_ACCESS_TOKEN'], parse: asText, secret: true},
  operator: {names: ['MELI_OPERATOR'], parse: ({value}) => operatorName(value)},
  publicUrl: {names: ['MELI_PUBLIC_URL'], parse: asOrigin},
  databaseUrl: {names: ['MELI_DATABASE_URL'], parse: databaseFile},
  encryptionKey: {names: ['MELI_ENCRYPTION_KEY'], parse: asText, secret: true},
  apiUrl: {names: ['MELI_API_URL', 'MERCADOLIBRE_BASE_URL'], parse: origin, default: 'https://api.mercadolibre.com'},
  authUrl: {names: ['MELI_AUTH_URL'], parse: asOrigin},
  // A token lives six hours: a margin as long as that would use the refresh token at every call.
  refreshMargin: {names: ['MELI_REFRESH_MARGIN'], parse: (found) => duration(found, {most: '5h'}), default: '5m'},
  httpTimeout: {
    names: ['MELI_HTTP_TIMEOUT'],
    parse: (found) => duration(found, {least: '100ms', most: '1h'}),
    default: '15s',
  },
  rateLimit: {names: ['MELI_RATE_LIMIT'], parse: perMinute, default: '1500'},
  notificationSenders: {names: ['MELI_NOTIFICATION_SENDERS'], parse: addresses},
  metricsFrom: {names: ['MELI_METRICS_FROM'], parse: addresses},
  logLevel: {names: ['MELI_LOG_LEVEL'], parse: logLevel, default: 'silent'},
  httpsProxy: {names: ['HTTPS_PROXY', 'https_proxy'], parse: asText},
  noProxy: {names: ['NO_PROXY', 'no_proxy'], parse: asText},
} satisfies Record<string, SettingRow<unknown>>

export type Setting = keyof typeof table
type Parsed = {[S in Setting]: ReturnType<(typeof table)[S]['parse']>}

const settings = Object.keys(table) as Setting[]
const rows: Record<Setting, SettingRow<unknown>> = table

/** Where one setting came from. `value` is null for secrets and for what is not set. */
export interface SettingOrigin {
  name: string
  value: string | null
  is_set: boolean
  origin: Origin
  /** The variable that won, an alias perhaps. */
  variable: string | null
}

/** Everything the program was told, read once, frozen. Times in milliseconds. */
export interface Config {
  readonly clientId: string | undefined
  readonly clientSecret: string | undefined
  readonly redirectUri: string | undefined
  readonly usePkce: boolean
  readonly site: string
  /** The site when somebody named one, and no account; `site` falls back to a default. */
  readonly requestedSite: string | undefined
  readonly account: string | undefined
  readonly accessToken: string | undefined
  readonly operator: string
  /** Where browsers reach `meli serve`. */
  readonly publicUrl: URL | undefined
  readonly home: string
  readonly databaseFile: string
  readonly encryptionKey: string | undefined
  readonly apiUrl: URL
  readonly authUrl: URL | undefined
  readonly refreshMarginMs: number
  readonly httpTimeoutMs: number
  /** Requests a minute, of all processes that use the application here. */
  readonly rateLimit: number
  /** Addresses and CIDRs that may send notifications; undefined: everybody. */
  readonly notificationSenders: readonly string[] | undefined
  /** Addresses and CIDRs that may read /metrics; undefined: this machine. */
  readonly metricsFrom: readonly string[] | undefined
  readonly logLevel: LogLevel
  readonly proxy: {readonly url: string; readonly noProxy?: string} | undefined
  /** The user of this process, for the check of whose files are read. */
  readonly runner: Runner
  /** The environment for programs that we start: no setting of ours, so no secret, is in it. */
  readonly childEnv: Readonly<Record<string, string | undefined>>
  readonly origins: readonly SettingOrigin[]
  /** Notices about the files that settings were read from. */
  readonly warnings: readonly string[]
  /** The line about them in a debug log. */
  readonly remarks: readonly string[]
}

type Environment = Readonly<Record<string, string | undefined>>

export type Overrides = Partial<Record<Setting, string>>

export interface ConfigSources {
  /** From flags: these win. */
  overrides?: Overrides
  /** Path of an env file; only the settings above and MELI_HOME are read from it. */
  envFile?: string
  env?: Environment
}

/** Reads flags, environment, env file and config file, in this order of precedence. */
export function loadConfig(sources: ConfigSources = {}): Config {
  const {home, found, warnings, remarks} = findSettings(sources)
  const parsed = Object.fromEntries(settings.map((s) => [s, rows[s].parse(found[s], home)])) as Parsed
  const {databaseUrl, refreshMargin, httpTimeout, httpsProxy, noProxy, ...rest} = parsed
  return Object.freeze({
    ...rest,
    requestedSite: requestedSite(found.site, found.account),
    home,
    databaseFile: databaseUrl,
    refreshMarginMs: refreshMargin,
    httpTimeoutMs: httpTimeout,
    proxy: proxy(httpsProxy, noProxy),
    runner: thisRunner(),
    childEnv: childEnvironment(sources.env),
    origins: settings.map((setting) => describe(setting, found[setting])),
    warnings,
    remarks,
  })
}

/**
 * The environment without any setting of ours, so without our secrets: for programs that we start. In any case: to Windows
 * meli_client_secret is the same name.
 */
export function childEnvironment(env: Environment = process.env): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(MELI|ML|MERCADOLIBRE)_/i.test(name)))
}

/** Where everything is kept. Readable even when other settings are wrong. */
export function homeFolder(env: Environment = process.env): string {
  return resolve(expandHome(nonEmpty(env.MELI_HOME) ?? defaultHome(env)))
}

export interface SettingsReport {
  settings: SettingOrigin[]
  home: string
  /** Null when the setting for it cannot be used. */
  database: string | null
  /** Notices about the files that settings were read from. */
  warnings: readonly string[]
  /** The first setting that cannot be used. */
  problem: {code: string; message: string; exit_code: number} | null
}

/** Every setting and where it comes from; also when one of them is wrong, which is when people ask. */
export function reportSettings(sources: ConfigSources = {}): SettingsReport {
  const {home, found, warnings, remarks} = findSettings(sources)
  const all = {warnings: [...warnings, ...remarks]}
  const report = {settings: settings.map((setting) => describe(setting, found[setting])), home, ...all}
  try {
    return {...report, database: loadConfig(sources).databaseFile, problem: null}
  } catch (error) {
    if (!(error instanceof MeliError)) throw error
    const {code, message, exitCode: exit_code} = error
    return {...report, database: null, problem: {code, message, exit_code}}
  }
}

const terminalNames = ['FORCE_COLOR', 'NO_COLOR', 'TERM', 'TERM_PROGRAM', 'WT_SESSION', 'LC_ALL', 'LC_CTYPE', 'LANG']

/** What the environment says about the terminal: colour and character set. */
export function terminalEnv(env = process.env): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(terminalNames.map((name) => [name, env[name]]))
}

interface Settings {
  home: string
  found: Record<Setting, Found>
  warnings: string[]
  remarks: string[]
}

function findSettings({overrides = {}, envFile, env = process.env}: ConfigSources): Settings {
  // Before anything can fail: an error may repeat them.
  rememberSecrets(env)
  const {values: file, warnings, remarks} = envFile === undefined ? noEnvFile : readEnvFile(expandHome(envFile))
  rememberSecrets(file)
  const home = homeFolder({...env, MELI_HOME: nonEmpty(env.MELI_HOME) ?? file.MELI_HOME})
  const configFile = readConfigFile(join(home, 'config.json'))
  rememberSecrets(configFile)
  const layers: Array<[Origin, Readonly<Record<string, string | undefined>>]> = [
    ['environment', env],
    ['env file', file],
    ['config file', configFile],
  ]
  const found = Object.fromEntries(settings.map((s) => [s, find(s, overrides, layers)])) as Record<Setting, Found>
  return {home, found, warnings, remarks}
}

function rememberSecrets(layer: Environment): void {
  for (const {names, secret} of Object.values(rows)) {
    if (secret) rememberSecret(...names.map((name) => nonEmpty(layer[name])))
  }
  rememberSecret(...rows.httpsProxy.names.map((name) => passwordIn(nonEmpty(layer[name]))))
}

function find(
  setting: Setting,
  overrides: Overrides,
  layers: Array<[Origin, Readonly<Record<string, string | undefined>>]>,
): Found {
  const {names, default: fallback} = rows[setting]
  const [canonical] = names
  const override = overrides[setting]
  if (override !== undefined)
    return {value: nonEmpty(override) ?? empty(canonical), origin: 'flag', variable: canonical}
  for (const [origin, layer] of layers) {
    for (const variable of names) {
      const value = nonEmpty(layer[variable])
      if (value !== undefined) return {value, origin, variable}
    }
  }
  return {value: fallback, origin: fallback === undefined ? 'unset' : 'default', variable: canonical}
}

/** Most likely `--account "$UNSET"`: to go on with the default would be to act as somebody else. */
function empty(variable: string): never {
  throw new MeliError('MELI_USAGE', `the flag for ${variable} has an empty value`, {
    try: ['give it a value, or omit the flag'],
  })
}

function describe(setting: Setting, {value, origin, variable}: Found): SettingOrigin {
  const fromVariable = origin !== 'default' && origin !== 'unset'
  return {
    name: rows[setting].names[0],
    value: rows[setting].secret ? null : (shown(setting, value) ?? null),
    is_set: value !== undefined,
    origin,
    variable: fromVariable ? variable : null,
  }
}

/** Proxy addresses carry a user and a password, with or without a scheme; a password may have any character in it. */
function shown(setting: Setting, value: string | undefined): string | undefined {
  if (setting === 'httpsProxy') return value?.replace(/^([a-z]+:\/\/)?.*@/i, '$1***@')
  return value?.replace(/\/\/[^/\s]*@/, '//***@')
}

function passwordIn(proxy: string | undefined): string | undefined {
  return /^(?:[a-z]+:\/\/)?[^/:@]*:(.*)@/i.exec(proxy ?? '')?.[1]
}

/**
 * Registers the secrets of the settings, and words of the command line that look like one, before an error is reported: it
 * may have come before anything was read, and a flag, an argument or a command that does not exist may be a secret.
 */
export function learnSecrets(argv: readonly string[]): void {
  rememberTyped(argv)
  const at = argv.findIndex((word) => /^--settings(?:=|$)/.test(word))
  const envFile = at < 0 ? undefined : (/=(.*)/s.exec(argv[at] ?? '')?.[1] ?? argv[at + 1])
  for (const sources of [{}, ...(envFile === undefined ? [] : [{envFile}])]) {
    try {
      if (envFile === undefined || canReadAgain(expandHome(envFile))) findSettings(sources)
    } catch {
      // A file that cannot be read is reported by whoever needs it, and has no secret for an error to repeat.
    }
  }
}

function nonEmpty(value: string | undefined): string | undefined {
  const trimmed = value?.trim()
  return trimmed === '' ? undefined : trimmed
}

/** XDG_DATA_HOME is for everybody who sets it; without it each platform has a place of its own. */
function defaultHome(env: Environment): string {
  const shared = nonEmpty(env.XDG_DATA_HOME)
  if (shared !== undefined) return join(shared, 'meli')
  const home = userHome()
  if (process.platform === 'win32' || process.platform === 'darwin') return envPaths('meli', {suffix: ''}).data
  return join(home, '.local', 'share', 'meli')
}

type EnvFile = {values: Readonly<Record<string, string>>} & Pick<Settings, 'warnings' | 'remarks'>

const noEnvFile: EnvFile = {values: {}, warnings: [], remarks: []}
const settingsFile = {as: 'NAME=value lines in UTF-8', hint: 'check the path given to --settings'}
const known: ReadonlySet<string> = new Set([...Object.values(rows).flatMap(({names}) => names), 'MELI_HOME'])

/** The text of pipes and devices by path: it can be read only once, and the report of an error needs it again. */
const streamed = new Map<string, FileText>()

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function canReadAgain(path: string): boolean {
  return streamed.has(path) || isFile(path)
}

function readEnvFile(path: string): EnvFile {
  const read = streamed.get(path) ?? readText(path, `the env file ${path}`, settingsFile)
  if (!isFile(path)) streamed.set(path, read)
  const {values, cut} = parseEnvText(read.text)
  const hasKnown = Object.keys(values).some((name) => known.has(name))
  const unknown = `the env file ${path} sets nothing that meli reads: write lines such as MELI_CLIENT_ID=...; meli config shows all names`
  const remarks = cut
    .filter((name) => known.has(name))
    .map((name) => `the value of ${name} in ${path} ends before " #": put it in quotes if the rest belongs to it`)
  // The user named it: another owner, such as that of a deployment, may be meant.
  const foreign = read.foreign && `${read.foreign.message}; ${read.foreign.suggestions.at(-1)}`
  return {values, warnings: [...(foreign ? [foreign] : []), ...(hasKnown ? [] : [unknown])], remarks}
}

function readConfigFile(path: string): Record<string, string | undefined> {
  let read: FileText
  try {
    read = readText(path, `the config file ${path}`, {
      as: 'JSON in UTF-8',
      // To go on without it would be to go on with the defaults, which lead to production.
      hint: 'make it readable for your user, or set MELI_HOME to another folder',
    })
  } catch (error) {
    if (error instanceof MeliError && ['ENOENT', 'ENOTDIR'].includes(errno(error.cause))) return {}
    throw error
  }
  if (read.foreign !== undefined) throw read.foreign
  // The owner of the folder decides which file lies in it.
  assertOwned([dirname(path)], thisRunner())
  const json = readJson(read.text)
  if ('why' in json || !isObject(json.value)) {
    const why = 'why' in json ? json.why : 'is not a JSON object'
    throw new MeliError('MELI_CONFIG_INVALID', `the config file ${path} ${why}`, {
      try: ['write it as {"MELI_SITE": "MLB"}, with the names of the environment variables'],
    })
  }
  return Object.fromEntries(
    Object.entries(json.value).map(([key, value]) => [key, value === null ? undefined : String(value)]),
  )
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

interface FileText {
  text: string
  /** The error for a file that belongs to another user. */
  foreign: MeliError | undefined
}

function readText(path: string, file: string, {as, hint}: {as: string; hint: string}): FileText {
  let read: ReturnType<typeof readUpTo>
  try {
    read = readUpTo(path, mostBytes)
  } catch (cause) {
    throw new MeliError('MELI_CONFIG_INVALID', `${file} cannot be read (${errno(cause)})`, {try: [hint], cause})
  }
  const {bytes, foreign} = read
  if (bytes.length === mostBytes)
    throw new MeliError('MELI_CONFIG_INVALID', `${file} is larger than a megabyte`, {try: [hint]})
  const format = formatOf(bytes)
  if (format === undefined) return {text: decodeText(bytes), foreign}
  throw new MeliError('MELI_CONFIG_INVALID', `${file} is ${format.what}`, {try: [adviceFor(format, {as, use: 'use'})]})
}

/** More than any file of settings has. */
const mostBytes = 1024 * 1024

/** The first bytes of a file, which may be a device or a pipe that never ends. */
function readUpTo(path: string, most: number): {bytes: Buffer; foreign: MeliError | undefined} {
  const file = openSync(path, 'r')
  try {
    const foreign = foreignDescriptor(file, path, thisRunner())
    const bytes = Buffer.allocUnsafe(most)
    let length = 0
    for (let read = 1; read > 0 && length < most; length += read)
      read = readSync(file, bytes, length, most - length, null)
    return {bytes: bytes.subarray(0, length), foreign}
  } finally {
    closeSync(file)
  }
}

function errno(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown cause'
}
