import {type Command, Config, run} from '@oclif/core'
import {terminalEnv} from './config.js'

export type CommandLoaders = Readonly<Record<string, () => Promise<{default: Command.Class}>>>

/** Finds the command and runs it; reports what no command was there to report. */
export async function runCommandLine(argv: readonly string[], root: string, loaders: CommandLoaders): Promise<void> {
  let commands: readonly string[] = []
  try {
    const config = await Config.load(root)
    loadFromBundle(config, loaders)
    commands = config.commandIDs.map((id) => id.replaceAll(':', ' '))
    await run(asHelp(argv), config)
  } catch (error) {
    await report(error, argv, commands)
  }
}

/** The manifest says what there is; what it names is loaded from the bundle rather than from a file of its own. */
function loadFromBundle(config: Config, loaders: CommandLoaders): void {
  for (const command of config.commands) {
    const loader = loaders[command.id]
    const plugin = command.pluginName === undefined ? undefined : config.plugins.get(command.pluginName)
    if (loader === undefined || plugin === undefined) continue
    command.load = async () => Object.assign((await loader()).default, {id: command.id, plugin})
  }
}

/** `meli help auth login` is `meli auth login --help`. */
function asHelp(argv: readonly string[]): string[] {
  const [first, ...rest] = argv
  return first === 'help' ? [...rest, '--help'] : [...argv]
}

/** What no command was there to report: an unknown command, or a fault while loading one. */
async function report(error: unknown, argv: readonly string[], commands: readonly string[]): Promise<void> {
  const {describeError, describeUnknownCommand, printError, traceOf} = await import('./ui/errors.js')
  const described = describeUnknownCommand(error, argv, commands) ?? describeError(error)
  process.exitCode = described.exit_code
  if (described.exit_code === 0) return
  if (argv.includes('--debug')) process.stderr.write(traceOf(error))
  if (argv.includes('--json')) process.stdout.write(`${JSON.stringify({error: described}, null, 2)}\n`)
  else printError(described, {env: terminalEnv()})
}
