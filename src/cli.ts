import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {Config} from '@oclif/core/config'
import {run} from '@oclif/core/run'
import {terminalEnv} from './config.js'

/**
 * Finds the command and runs it; reports errors that no command was there to report. Sets `process.exitCode` and lets the
 * process end by itself, so that slow readers get everything.
 */
export async function main(argv: readonly string[]): Promise<void> {
  let config: Config | undefined
  try {
    const root = fileURLToPath(new URL('..', import.meta.url))
    config = new Config({root, pjson: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))})
    await config.load()
    await run(asHelp(argv), config)
  } catch (error) {
    const commands = config?.commandIDs.map((id) => id.replaceAll(':', ' ')) ?? []
    await report(error, argv, commands)
  }
}

/** `meli help auth login` is `meli auth login --help`. */
function asHelp(argv: readonly string[]): string[] {
  const [first, ...rest] = argv
  return first === 'help' ? [...rest, '--help'] : [...argv]
}

/** Reports an unknown command, or a fault while loading one. */
async function report(error: unknown, argv: readonly string[], commands: readonly string[]): Promise<void> {
  const {describeError, describeUnknownCommand, printError, traceOf} = await import('./ui/errors.js')
  const described = describeUnknownCommand(error, argv, commands) ?? describeError(error)
  process.exitCode = described.exit_code
  if (described.exit_code === 0) return
  if (argv.includes('--debug')) process.stderr.write(traceOf(error))
  if (argv.includes('--json')) process.stdout.write(`${JSON.stringify({error: described}, null, 2)}\n`)
  else printError(described, {env: terminalEnv()})
}
