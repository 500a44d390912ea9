import {fileURLToPath} from 'node:url'
import type {CommandLoaders} from './run.js'
import {version} from './version.js'

/**
 * Runs one command line. Sets `process.exitCode` and lets the process end by itself, so that slow readers get everything.
 * @param loaders the commands of the bundle, by id; without them oclif finds each by its path in dist/commands
 */
export async function main(argv: readonly string[], loaders: CommandLoaders = {}): Promise<void> {
  if (argv.length === 1 && ['--version', '-v', 'version'].includes(argv[0] ?? '')) {
    // Answered before the framework is loaded: scripts ask this a lot.
    process.stdout.write(`meli-toolkit/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
    return
  }
  const {runCommandLine} = await import('./run.js')
  await runCommandLine(argv, fileURLToPath(new URL('..', import.meta.url)), loaders)
}
