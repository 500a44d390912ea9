import {closest, distance} from 'fastest-levenshtein'
import {looksSecret, maskSecrets} from '../core/redact.js'
import {printable} from './style.js'

/** What oclif throws at a mistake of use, read without trusting its shape. */
export type UsageError = Error & {
  oclif?: {exit?: number}
  flags?: unknown
  args?: unknown
  parse?: {input?: {flags?: Readonly<Record<string, unknown>>}}
}

const secretFlags = /^--?(client-?secret|secret|token|access-?token|refresh-?token|password)\b/i

export function usageMessage(error: UsageError): string {
  const flags = unknownFlags(error)
  if (flags.length > 0) return `unknown flag ${flags.join(', ')}`
  // A secret given to a flag that does not exist ends up here: what stands too much is not repeated.
  if (/^Unexpected argument/.test(error.message)) return 'the command takes fewer arguments'
  const missing = missingArguments(error)
  if (missing.length > 0) return `missing argument ${missing.join(', ')}`
  const text = withoutValues(error.message)
    .replace(/(?<!\n)\n*See more help with --help\s*/g, '')
    .replace(/^Parsing (--[\w-]+)\s+/, '$1: ')
    .replace(/\bMissing required flag ([\w-]+)/g, 'missing flag --$1')
    .replace(/^The following errors? occurred:\s*/, '')
  return withoutSecrets(text).replace(/\s+/g, ' ').trim()
}

const clash = ' cannot also be provided when using '

/** Of two flags that exclude each other the library repeats a value, which may be a secret and of any length. */
function withoutValues(message: string): string {
  const parts = message.split(clash)
  const last = parts.pop() ?? ''
  const flags = parts.map((part) => {
    const flag = /\n {2}--[\w-]+(?==)/.exec(part)
    return flag === null ? part : part.slice(0, flag.index + flag[0].length)
  })
  return [...flags, last].join(' cannot be used with ')
}

export function usageHints(error: UsageError): string[] {
  const unknown = unknownFlags(error)
  if (unknown.some((flag) => secretFlags.test(flag))) {
    return [
      'secrets are never flags, because other users can read those: set MELI_CLIENT_SECRET, or use standard input',
    ]
  }
  const known = Object.keys(error.parse?.input?.flags ?? {}).map((name) => `--${name}`)
  const meant = unknown.map((flag) => similar(flag, known)).filter((flag) => flag !== undefined)
  return [...meant.map((flag) => `${flag}, if that was meant`), 'add --help to see what the command takes']
}

/** The names of arguments that were left out, as the help writes them. */
function missingArguments({message, args}: UsageError): string[] {
  if (!/^Missing \d+ required arg/.test(message) || !Array.isArray(args)) return []
  return args.flatMap((arg: {name?: unknown}) => (typeof arg.name === 'string' ? [arg.name.toUpperCase()] : []))
}

/** The nearest of the known words, when it is near enough to have been meant. */
export function similar(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined
  const nearest = closest(word, known)
  return distance(word, nearest) <= Math.max(2, Math.floor(nearest.length / 3)) ? nearest : undefined
}

function unknownFlags(error: UsageError): string[] {
  if (!Array.isArray(error.flags)) return []
  return error.flags.map((flag) => withoutSecrets(nameOf(String(flag))))
}

/** No flag has a name of another form: what was typed for one may be anything. */
function nameOf(flag: string): string {
  const name = flag.replace(/=.*$/s, '')
  return /^--?[a-z][a-z-]{0,30}$/i.test(name) ? name : `${/^-*/.exec(name)?.[0].slice(0, 2)}***`
}

/** Words that somebody typed, such as the value of a flag: one that may be a secret is not repeated. */
function withoutSecrets(text: string): string {
  return maskSecrets(printable(text)).replace(/[^\s=,:'"]+/g, (word) => (looksSecret(word) ? '***' : word))
}
