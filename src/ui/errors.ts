import {type ErrorDocument, errorDocument, MeliError} from '../core/errors.js'
import {maskAll, maskSecrets} from '../core/redact.js'
import {createStyle, printable} from './style.js'
import {similar, type UsageError, usageHints, usageMessage} from './usage.js'
import {wrap} from './wrap.js'

/** The error as `--json` prints it: an allow-list, so that nothing else of an error can get out. */
export function describeError(error: unknown): ErrorDocument {
  if (error instanceof MeliError) return maskAll({...errorDocument(error), message: printable(error.message)})
  if (isUsage(error)) return usage(usageMessage(error), usageHints(error), error.oclif?.exit)
  return {
    code: 'MELI_UNEXPECTED',
    message: 'something went wrong in meli itself; this is a bug',
    exit_code: 1,
    retryable: false,
    suggestions: ['run it again with --debug, and report what it prints'],
  }
}

/** A command that does not exist, with the one that may have been meant; undefined for every other error. */
export function describeUnknownCommand(
  error: unknown,
  argv: readonly string[],
  commands: readonly string[],
): ErrorDocument | undefined {
  if (!(error instanceof Error) || !/^command .* not found\.?$/is.test(error.message)) return undefined
  const words = argv.filter((word) => word !== 'help' && !word.startsWith('-'))
  if (words.length === 0) return usage('no command was given', ['meli --help lists the commands'])
  // No command has more than two words: the rest would be arguments, which may be anything.
  const typed = words.slice(0, 2)
  const known = commands.find((command) => command === typed.join(' '))
  if (known !== undefined) return usage('the command takes fewer arguments', [`meli ${known} --help`])
  const leaf = commands.find((command) => command.endsWith(` ${typed[0]}`))
  const siblings = commands.filter((command) => command.startsWith(`${typed[0]} `))
  if (typed.length > 1 && siblings.length > 0) return unknownInTopic(typed, siblings)
  const near = [typed.join(' '), typed[0] ?? ''].map((text) => similar(text, [...commands, ...topics(commands)]))
  const meant = leaf ?? near.find((command) => command !== undefined)
  const name = named(meant?.includes(' ') ? typed : typed.slice(0, 1))
  const hints = meant === undefined ? [] : [`meli ${meant}, if that was meant`]
  return usage(`there is no ${name}`, [...hints, 'meli --help lists the commands'])
}

/** The topic is right, so that only its own commands can have been meant. */
function unknownInTopic(typed: readonly string[], siblings: readonly string[]): ErrorDocument {
  const meant = similar(typed.join(' '), siblings)
  const hints = meant === undefined ? [] : [`meli ${meant}, if that was meant`]
  return usage(`there is no ${named(typed)}`, [...hints, `meli ${printable(typed[0] ?? '')} --help lists what exists`])
}

/** A command is repeated when it could be one: anything else may be a token, or a secret of any shape. */
function named(words: readonly string[]): string {
  const isName = (word: string) => /^[a-z][a-z-]{0,23}$/i.test(word)
  return words.every(isName) ? `command ${maskSecrets(words.join(' '))}` : 'such command'
}

/** Writes the error for a person, on stderr. */
export function printError(
  {message, code, suggestions}: ErrorDocument,
  {
    env,
    stream = process.stderr,
  }: {
    env: Readonly<Record<string, string | undefined>>
    stream?: NodeJS.WritableStream & {isTTY?: boolean; columns?: number}
  },
): void {
  const style = createStyle({isTTY: stream.isTTY === true, env})
  // Copied from a log or a screen, an error is searched for: only a person's own screen is wrapped for.
  const columns = stream.isTTY === true ? (stream.columns ?? 80) : Number.POSITIVE_INFINITY
  const [first = '', ...rest] = wrap(`${message} (${code})`, columns - 7)
  const lines = [
    `${style.fail('Error:')} ${[first, ...rest].join('\n       ').replace(`(${code})`, style.dim(`(${code})`))}`,
    ...suggestions.map((suggestion) => `  Try: ${wrap(printable(suggestion), columns - 7).join('\n       ')}`),
  ]
  stream.write(`${lines.join('\n')}\n`)
}

/** For `--debug`, and only for what is not an error of ours: where it happened. */
export function traceOf(error: unknown): string {
  if (error instanceof MeliError || isUsage(error) || !(error instanceof Error)) return ''
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  // Database errors list what was bound to the query: nothing of that is shown.
  const message = maskSecrets(printable(error.message.replace(/\bparams:.*$/is, ''))).slice(0, 300)
  return [`${error.name}: ${message}`, ...frames.map(maskSecrets), ''].join('\n')
}

/** oclif gives its own mistakes of use a status; everything else that is not ours is a bug. */
function isUsage(error: unknown): error is UsageError {
  return error instanceof Error && 'oclif' in error
}

function usage(message: string, suggestions: string[], status?: number): ErrorDocument {
  return {code: 'MELI_USAGE', message, exit_code: status === 0 ? 0 : 2, retryable: false, suggestions}
}

function topics(commands: readonly string[]): string[] {
  return commands.filter((command) => command.includes(' ')).map((command) => command.slice(0, command.indexOf(' ')))
}
