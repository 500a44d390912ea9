import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process'
import {once} from 'node:events'
import {join, resolve} from 'node:path'
import {ensureBuilt} from './build-once.js'

const built = join(resolve(import.meta.dirname, '../..'), 'bin/run.js')

export interface CliOptions {
  /** MELI_HOME, and HOME too: nothing of the person who runs the tests is read. */
  home: string
  /** On top of an environment without any setting of ours. */
  env?: Readonly<Record<string, string | undefined>>
  /** What is piped in; nothing, and at once, when left out. */
  stdin?: string
  cwd?: string
  /** A file that stdout goes to, as `>` sends it; nothing is captured then. */
  stdoutTo?: string
  /** Another copy of the program than the one that was built here. */
  program?: string
}

export interface CliResult {
  /** Null when a signal ended it. */
  status: number | null
  stdout: string
  stderr: string
}

/** Runs the built program as a shell would, without a terminal. */
export async function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const {child, ended} = await startCli(args, options)
  child.stdin.end(options.stdin ?? '')
  return ended
}

/** The same for a test that has something to do meanwhile: a signal, an answer. `ended` resolves when it is over. */
export async function startCli(
  args: readonly string[],
  {home, env = {}, cwd, program = built, stdoutTo}: CliOptions,
): Promise<{child: ChildProcessWithoutNullStreams; ended: Promise<CliResult>}> {
  await ensureBuilt()
  // As the first line of the program starts it.
  const clean = {PATH: process.env.PATH, HOME: home, MELI_HOME: home, LANG: 'C.UTF-8', ...env}
  const words = [process.execPath, '--', program, ...args]
  const [command = '', ...rest] =
    stdoutTo === undefined ? words : ['sh', '-c', 'to="$1"; shift; exec "$@" > "$to"', 'sh', stdoutTo, ...words]
  const child = spawn(command, rest, {env: clean, ...(cwd !== undefined && {cwd})})
  child.stdin.on('error', () => {})
  return {child, ended: outcome(child)}
}

async function outcome(child: ChildProcessWithoutNullStreams): Promise<CliResult> {
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  const [status] = await once(child, 'close')
  return {status: status as number | null, stdout, stderr}
}
