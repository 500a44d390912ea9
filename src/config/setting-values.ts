import {isIP} from 'node:net'
import {homedir, userInfo} from 'node:os'
import {isAbsolute, join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {MeliError} from '../core/errors.js'
import {isLoopback} from '../core/loopback.js'

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

export type Origin = 'flag' | 'environment' | 'env file' | 'config file' | 'default' | 'unset'

/** A setting as it was given, before anybody judged its value. */
export interface Found {
  value: string | undefined
  origin: Origin
  /** How to name it in a message. */
  variable: string
}

function invalid({variable}: Found, expected: string): MeliError {
  return new MeliError('MELI_CONFIG_INVALID', `${variable} ${expected}`, {
    try: [`correct ${variable}`, 'meli config shows where each setting comes from'],
  })
}

export function yesOrNo(found: Found): boolean {
  const text = (found.value ?? '').toLowerCase()
  if (['true', '1', 'yes', 'on'].includes(text)) return true
  if (['false', '0', 'no', 'off'].includes(text)) return false
  throw invalid(found, 'must be true or false')
}

export function site(found: Found): string {
  const id = (found.value ?? '').toUpperCase()
  if (!/^[A-Z]{3}$/.test(id)) throw invalid(found, 'must be a site id such as MEC, MLB or MLA')
  return id
}

/** By which an account is chosen: an account that was typed is not ruled out by a site that was not. */
export function requestedSite(found: Found, account: Found): string | undefined {
  const isMeant = found.origin === 'flag' || (found.origin !== 'default' && account.origin !== 'flag')
  return isMeant ? site(found) : undefined
}

export function origin(found: Found): URL {
  const url = URL.canParse(found.value ?? '') ? new URL(found.value ?? '') : undefined
  if (url === undefined) throw invalid(found, 'must be an address such as https://api.mercadolibre.com')
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw invalid(found, 'must be https: only loopback addresses may be plain http')
  }
  return url
}

const unitMs = {ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000} as const

/** Reads `90s`, `30m`, `2h` or a bare number of seconds; undefined when it is none of these. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(text.trim())
  if (match === null) return undefined
  return Number(match[1]) * unitMs[(match[2] ?? 's') as keyof typeof unitMs]
}

export function duration(found: Found, {least = '0s', most}: {least?: string; most: string}): number {
  const ms = parseDuration(found.value ?? '')
  if (ms === undefined) throw invalid(found, 'must be a duration such as 90s, 30m or 2h')
  if (ms < (parseDuration(least) ?? 0) || ms > (parseDuration(most) ?? 0))
    throw invalid(found, `must be between ${least} and ${most}`)
  return ms
}

/** The most that a budget can hand out in a minute: 10,000,000. */
const mostPerMinute = 10_000_000

export function perMinute(found: Found): number {
  const value = Number(found.value)
  if (!/^\d+$/.test(found.value ?? '') || value < 1 || value > mostPerMinute) {
    throw invalid(found, `must be a whole number of requests per minute, from 1 to ${mostPerMinute}`)
  }
  return value
}

export function logLevel(found: Found): LogLevel {
  const level = logLevels.find((known) => known === found.value)
  if (level === undefined) throw invalid(found, `must be one of ${logLevels.join(', ')}`)
  return level
}

/**
 * The home folder of the user. MELI_CONFIG_INVALID where there is none, as in a container that runs under a user id
 * without a name: a relative path would lead to wherever the program was started.
 */
export function userHome(find = homedir): string {
  const found = findHome(find)
  if (found !== undefined) return found
  throw new MeliError('MELI_CONFIG_INVALID', 'this user has no home folder, so there is nowhere to store data', {
    try: ['set MELI_HOME to a folder for the data of meli', 'set HOME to a home folder'],
  })
}

/** Undefined where neither the environment nor the list of users has one. */
export function findHome(find = homedir): string | undefined {
  try {
    const found = find()
    return isAbsolute(found) ? found : undefined
  } catch {
    return undefined
  }
}

/** A shell expands `~`; what stands in a file or a variable comes as it was written. */
export function expandHome(path: string): string {
  return /^~(?=$|[\\/])/.test(path) ? join(userHome(), path.slice(1)) : path
}

export function databaseFile(found: Found, home: string): string {
  if (found.value === undefined) return join(home, 'meli.db')
  if (found.value.startsWith('file:')) {
    if (found.value.startsWith('file:///')) return fileURLToPath(found.value)
    return resolve(expandHome(found.value.slice('file:'.length)))
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(found.value))
    throw invalid(found, 'must be a file, such as file:/var/lib/meli/meli.db')
  return resolve(expandHome(found.value))
}

/** IP addresses and CIDRs, with commas or blanks between them. */
export function addresses(found: Found): readonly string[] | undefined {
  if (found.value === undefined) return undefined
  const list = found.value.split(/[\s,]+/).filter((each) => each !== '')
  if (list.every(isAddress)) return list
  throw invalid(found, 'must be IP addresses or CIDRs, such as 54.88.218.97,18.215.140.0/24')
}

function isAddress(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32))
}

export function proxy(
  url: string | undefined,
  noProxy: string | undefined,
): {url: string; noProxy?: string} | undefined {
  if (url === undefined) return undefined
  return noProxy === undefined ? {url} : {url, noProxy}
}

/** As those are called who sign in: an e-mail address is in small letters. The OS user where nobody is named. */
export function operatorName(text: string | undefined): string {
  const name = text?.trim() ?? osUser()
  return name.includes('@') ? name.toLowerCase() : name
}

function osUser(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run under a user id that has no name.
    return `uid-${process.getuid?.() ?? 'unknown'}`
  }
}
