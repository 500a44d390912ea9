import {MeliError} from '../errors.js'
import {printable} from './style.js'

/** The error as `--json` prints it: an allow-list, so that nothing else of an error can get out. */
export interface DescribedError {
  code: string
  message: string
  exit_code: number
  retryable: boolean
  suggestions: string[]
  details?: Readonly<Record<string, unknown>>
}

type Foreign = Error & {oclif?: {exit?: number}; flags?: unknown; code?: unknown}

export function describeError(error: unknown): DescribedError {
  if (error instanceof MeliError) {
    const {code, exitCode: exit_code, retryable, suggestions, details} = error
    return {
      code,
      message: printable(error.message),
      exit_code,
      retryable,
      suggestions,
      ...(details !== undefined && {details}),
    }
  }
  if (isUsage(error)) return usage(error)
  return {
    code: 'MELI_UNEXPECTED',
    message: 'something went wrong in meli itself; this is a bug',
    exit_code: 1,
    retryable: false,
    suggestions: ['run it again with --debug and report what it prints'],
  }
}

/** Writes the error for a person, on stderr. */
export function printError(
  {message, code, suggestions}: DescribedError,
  stream: NodeJS.WritableStream = process.stderr,
): void {
  const lines = [`Error: ${message} (${code})`, ...suggestions.map((s) => `  Try: ${s}`)]
  stream.write(`${lines.join('\n')}\n`)
}

/** oclif gives its own mistakes of use a status; everything else that is not ours is a bug. */
function isUsage(error: unknown): error is Foreign {
  return error instanceof Error && 'oclif' in error
}

function usage(error: Foreign): DescribedError {
  return {
    code: 'MELI_USAGE',
    message: usageMessage(error),
    exit_code: 2,
    retryable: false,
    suggestions: usageHints(error),
  }
}

const secretFlags = /^--?(client-?secret|secret|token|access-?token|refresh-?token|password)\b/i

function unknownFlags(error: Foreign): string[] {
  return Array.isArray(error.flags) ? error.flags.map((flag) => String(flag).replace(/=.*$/s, '')) : []
}

function usageMessage(error: Foreign): string {
  const flags = unknownFlags(error)
  if (flags.length > 0) return `unknown flag ${flags.join(', ')}`
  const text = error.message.replace(/\n*See more help with --help\s*$/, '').trim()
  return hideTokens(printable(text))
}

function usageHints(error: Foreign): string[] {
  if (unknownFlags(error).some((flag) => secretFlags.test(flag))) {
    return [
      'secrets are never given as flags, where others can read them: set MELI_CLIENT_SECRET, or use standard input',
    ]
  }
  return ['add --help to see what the command takes']
}

/** A secret that was typed in the wrong place is not repeated. */
function hideTokens(text: string): string {
  return text.replace(/\b(APP_USR|TG)-[\w-]+/g, '$1-***')
}
