import {fileURLToPath} from 'node:url'
import {version} from './version.js'

/** Runs one command line. Sets `process.exitCode` and lets the process end by itself, so that slow readers get everything. */
export async function main(argv: readonly string[]): Promise<void> {
  if (argv.length === 1 && argv[0] === '--version') {
    // Answered before the framework is loaded: scripts ask this a lot.
    process.stdout.write(`meli-toolkit/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
    return
  }
  const {runCommandLine} = await import('./run.js')
  await runCommandLine(argv, fileURLToPath(new URL('..', import.meta.url)))
}
