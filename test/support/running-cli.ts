import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process'
import {once} from 'node:events'
import {join, resolve} from 'node:path'
import {afterEach, beforeAll} from '@jest/globals'
import {ensureBuilt} from './build-once.js'

const program = join(resolve(import.meta.dirname, '../..'), 'bin', 'run.js')

export interface Ended {
  status: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** The built program while it runs: for what must be watched, fed or stopped on the way. */
export interface RunningCli {
  readonly pid: number
  stdout(): string
  stderr(): string
  /** Resolves when stdout contains this; rejects when the program ends before. */
  says(text: string): Promise<void>
  type(input: string): void
  /** As head does after its last line. */
  stopReading(): void
  stop(signal: NodeJS.Signals): void
  readonly ended: Promise<Ended>
}

const running = new Set<ChildProcessWithoutNullStreams>()

beforeAll(ensureBuilt, 120_000)

afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** @param env on top of a bare environment: nothing of the developer's own settings gets in */
export function watchCli(args: readonly string[], env: Record<string, string> = {}): RunningCli {
  const bare = {PATH: process.env.PATH ?? '', LANG: 'C.UTF-8'}
  const child = spawn(process.execPath, [program, ...args], {env: {...bare, ...env}})
  running.add(child)
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.stdin.on('error', () => undefined)
  const ended = once(child, 'close').then(([status, signal]) => {
    running.delete(child)
    return {status, signal, stdout, stderr}
  })
  return {
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    async says(text) {
      const over = ended.then(({status}) => {
        throw new Error(`it ended with ${status} and never said ${text}: ${stdout}${stderr}`)
      })
      over.catch(() => undefined)
      while (!stdout.includes(text)) await Promise.race([once(child.stdout, 'data'), over])
    },
    type: (input) => child.stdin.end(input),
    stopReading: () => child.stdout.destroy(),
    stop: (signal) => child.kill(signal),
    ended,
  }
}
