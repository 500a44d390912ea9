import {readFileSync} from 'node:fs'
import {devNull} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import type {Interfaces} from '@oclif/core'
import {Config} from '@oclif/core/config'
import {run} from '@oclif/core/run'
import {findHome, learnSecrets, terminalEnv} from '../config/config.js'

const {load} = Config.prototype
Config.prototype.load = function (this: Config) {
  return withSomeUser(() => load.call(this))
}

/**
 * Finds the command and runs it; reports errors that no command was there to report. Sets `process.exitCode` and lets the
 * process end by itself, so that slow readers get everything.
 */
export async function main(argv: readonly string[]): Promise<void> {
  // Node would print it as it is, with whatever its message quotes.
  process.once('uncaughtException', async (error) => {
    await report(error, argv, [])
    process.exit()
  })
  try {
    await run(asHelp(argv), loadOptions())
  } catch (error) {
    await report(error, argv, await commandNames())
  }
}

/** Without plugins: oclif would run those that a package.json in the user's data folder names. */
function loadOptions(): Interfaces.Options {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return {root, pjson, userPlugins: false, devPlugins: false}
}

/** The names of all commands; empty when oclif itself cannot be loaded. */
async function commandNames(): Promise<string[]> {
  try {
    const {commandIDs} = await Config.load(loadOptions())
    return commandIDs.map((id) => id.replaceAll(':', ' '))
  } catch {
    return []
  }
}

/**
 * oclif wants to know the user's home folder and shell, and fails where the system knows neither, as of a user id without
 * a name. Nothing here makes use of them: while it asks, the environment has some, and the home is none in which anybody
 * could leave a file.
 */
async function withSomeUser<T>(load: () => Promise<T>): Promise<T> {
  const {env} = process
  const lacking = {
    ...(findHome() === undefined && {HOME: devNull}),
    ...(env.SHELL === undefined && {SHELL: '/bin/sh'}),
  }
  const before = Object.keys(lacking).map((name) => [name, env[name]] as const)
  Object.assign(env, lacking)
  try {
    return await load()
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete env[name]
      else env[name] = value
    }
  }
}

/** `meli help auth login` is `meli auth login --help`. */
function asHelp(argv: readonly string[]): string[] {
  const [first, ...rest] = argv
  return first === 'help' ? [...rest, '--help'] : [...argv]
}

/** Reports an unknown command, or a fault while loading one. */
async function report(error: unknown, argv: readonly string[], commands: readonly string[]): Promise<void> {
  learnSecrets(argv)
  const {describeError, describeUnknownCommand, printError, traceOf} = await import('../ui/errors.js')
  const described = describeUnknownCommand(error, argv, commands) ?? describeError(error)
  process.exitCode = described.exit_code
  if (described.exit_code === 0) return
  if (argv.includes('--debug')) process.stderr.write(traceOf(error))
  if (argv.includes('--json')) process.stdout.write(`${JSON.stringify({error: described}, null, 2)}\n`)
  else printError(described, {env: terminalEnv()})
}
