import type {ChildProcessWithoutNullStreams} from 'node:child_process'
import {once} from 'node:events'
import type {CliResult} from './cli.js'
import type {World} from './world.js'

export interface ServingCli {
  url: string
  /** What it printed once it listened. */
  document: {url: string; public_url: string; pid: number; warnings: string[]}
  child: ChildProcessWithoutNullStreams
  ended: Promise<CliResult>
  stderr(): string
  /** The address that it gave to whoever started it. */
  signInUrl(): string
  /** Lines of its log, parsed. */
  log(): Array<Record<string, unknown>>
  /** Resolves with the first line of the log that fits; rejects when the program ends before. */
  logged(fits: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>
  stop(): Promise<CliResult>
}

/** `meli serve` on a free port, once it listens. */
export async function startServing(
  world: World,
  args: readonly string[] = [],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<ServingCli> {
  const port = args.includes('--port') ? [] : ['--port', '0']
  const {child, ended} = await world.start(['serve', '--json', ...port, ...args], {env})
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (text: string) => {
    stdout += text
  })
  child.stderr.on('data', (text: string) => {
    stderr += text
  })
  const over = ended.then(({status}) => {
    throw new Error(`it left with ${status}: ${stdout}${stderr}`)
  })
  over.catch(() => undefined)
  while (!/^\}$/m.test(stdout)) await Promise.race([once(child.stdout, 'data'), over])
  const document = JSON.parse(stdout)
  const log = () =>
    stderr
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  return {
    ...{url: document.url, document, child, ended, log},
    stderr: () => stderr,
    signInUrl: () => /Sign in .*: (\S+)/.exec(stderr)?.[1] ?? '',
    async logged(fits) {
      for (;;) {
        const line = log().find(fits)
        if (line !== undefined) return line
        await Promise.race([once(child.stderr, 'data'), over])
      }
    },
    stop() {
      child.kill('SIGTERM')
      return ended
    },
  }
}
