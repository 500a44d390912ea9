import {RootCommand, ShellCompDirective, script} from '@bomb.sh/tab'
import type {Command, Interfaces} from '@oclif/core'
import type {WordKind} from '../services/catalogue/completion/word-values.js'
import type {LocalName} from '../services/ports/index.js'
import {bashScript} from './bash-completion.js'

export type ReadValues = (kind: WordKind, prefix: string) => Promise<readonly LocalName[]>
/** Called where a value is to be completed; hands over what can stand there. */
type Offer = (complete: (value: string, description: string) => void) => void

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const

const kindOfArgument: Readonly<Record<string, WordKind>> = {
  account: 'account',
  item: 'item',
  order: 'order',
  question: 'question',
  shipment: 'shipment',
  user: 'test_user',
}

const kindOfFlag: Readonly<Record<string, WordKind>> = {
  account: 'account',
  expect: 'account',
  item: 'item',
  live: 'real_account',
  search: 'sku',
  site: 'site',
}

/**
 * Prints what the last of these words can go on with, in the form that the scripts of `meli completion` read: a line for
 * each, then what the shell shall make of them.
 */
export async function complete(words: readonly string[], config: Interfaces.Config, read: ReadValues): Promise<void> {
  const prefix = words.at(-1)?.replace(/^--[^=]*=/, '') ?? ''
  const known = new Map<WordKind, readonly LocalName[]>()
  // The library asks for values where it stands, and reading them takes time: it is asked again when they are there.
  for (;;) {
    try {
      commandTree(config, known).parse([...words])
      return
    } catch (error) {
      if (error instanceof FileWanted) return printFilesWanted()
      if (!(error instanceof NotRead)) throw error
      known.set(error.kind, await read(error.kind, prefix))
    }
  }
}

/** Prints what a shell loads to have `program` asked at each press of the tab key. */
export function printScript(shell: string, program: string): void {
  // The library's script for bash evaluates what stands on the line, and the values that it gets.
  if (shell === 'bash') process.stdout.write(bashScript(program))
  else script(shell, program, program)
}

/** Where the name of a file stands, the shell knows best. */
class FileWanted extends Error {}

function printFilesWanted(): void {
  process.stdout.write(`:${ShellCompDirective.ShellCompDirectiveDefault}\n`)
}

class NotRead extends Error {
  constructor(readonly kind: WordKind) {
    super(`the names of the kind ${kind} are not read yet`)
  }
}

function commandTree(config: Interfaces.Config, known: ReadonlyMap<WordKind, readonly LocalName[]>): RootCommand {
  const root = new RootCommand()
  const offer = (kind: WordKind): Offer => {
    return (give) => {
      const values = known.get(kind)
      if (values === undefined) throw new NotRead(kind)
      for (const {value, description} of values) if (isPlain(value)) give(value, inOneLine(description))
    }
  }
  for (const {name, description} of config.topics) root.command(words(name), description ?? '')
  for (const {id, summary, hidden, flags, args} of config.commands) {
    if (hidden) continue
    const command = root.command(words(id), summary ?? '')
    for (const flag of Object.values(flags)) addFlag(command, flag, offer)
    for (const {name, options} of Object.values(args))
      command.argument(name, name === 'file' ? offerFiles : valuesOf(kindOfArgument[name], options, offer))
  }
  return root
}

function addFlag(
  command: ReturnType<RootCommand['command']>,
  flag: Command.Flag.Cached,
  offer: (kind: WordKind) => Offer,
): void {
  if (flag.hidden) return
  const summary = flag.summary ?? flag.description ?? ''
  if (flag.type === 'boolean') command.option(flag.name, summary, flag.char ?? '')
  else if (/^(FILE|DIR)\b/.test(String(flag.helpValue))) command.option(flag.name, summary, offerFiles, flag.char)
  else command.option(flag.name, summary, valuesOf(kindOfFlag[flag.name], flag.options, offer), flag.char)
}

function valuesOf(
  kind: WordKind | undefined,
  options: readonly string[] | undefined,
  offer: (kind: WordKind) => Offer,
): Offer {
  if (kind !== undefined) return offer(kind)
  return (give) => {
    for (const option of options ?? []) give(option, '')
  }
}

function offerFiles(): never {
  throw new FileWanted()
}

/** Whether every shell takes the value for one plain word. SKUs come from sellers, so they may hold anything. */
function isPlain(value: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N}._@+/-]*$/u.test(value)
}

function inOneLine(text: string): string {
  return text.replaceAll(/\p{C}/gu, ' ').slice(0, 80)
}

function words(id: string): string {
  return id.replaceAll(':', ' ')
}
