import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {stripVTControlCharacters} from 'node:util'
import {ensureBuilt} from './build-once.js'
import type {World} from './world.js'

const program = join(resolve(import.meta.dirname, '../..'), 'bin/run.js')

/** `script` of util-linux gives a program a terminal. */
export const hasTerminals = process.platform === 'linux' && existsSync('/usr/bin/script')

export interface Screen {
  status: number | null
  /** All that was written to the terminal, as it was. */
  raw: string
  /** What the one live line showed, one after the other. */
  frames: string[]
  /** What is on the screen in the end, line by line. */
  lines: string[]
  /** What of it a line had to show more than the screen is wide. */
  overlong: string[]
}

export interface Shown {
  child: ChildProcessWithoutNullStreams
  /** As somebody at the keyboard. */
  type(keys: string): void
  /** Resolves once the screen has shown this. */
  shows(pattern: RegExp): Promise<void>
  ended: Promise<Screen>
}

/** Runs the built program on a terminal that is so many columns wide. */
export async function onTerminal(
  world: World,
  args: readonly string[],
  {columns, env = {}}: {columns: number; env?: Readonly<Record<string, string>>},
): Promise<Shown> {
  await ensureBuilt()
  const command = `stty cols ${columns} rows 24; exec ${[process.execPath, '--', program, ...args].join(' ')}`
  const clean = {PATH: process.env.PATH, HOME: world.home, MELI_HOME: world.home, LANG: 'C.UTF-8', TERM: 'xterm'}
  const child = spawn('/usr/bin/script', ['-qefc', command, '/dev/null'], {
    env: {...clean, SHELL: '/bin/sh', ...world.emulator.env, ...env},
  })
  let raw = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    raw += text
  })
  const ended = once(child, 'close').then(([status]) => screenOf(status, raw, columns))
  return {
    child,
    type: (keys) => void child.stdin.write(keys),
    async shows(pattern) {
      while (!pattern.test(raw)) {
        const over = ended.then(() => Promise.reject(new Error(`it ended without ${pattern}: ${raw}`)))
        await Promise.race([once(child.stdout, 'data'), over])
      }
    },
    ended,
  }
}

const clearLine = '\r\u001b[K'

function screenOf(status: number | null, raw: string, columns: number): Screen {
  const written = raw.split('\n').map((line) => line.replace(/\r$/, '').split(clearLine))
  const seen = (text: string) => stripVTControlCharacters(text)
  const lines = written.map((parts) => seen(parts.at(-1) ?? ''))
  if (lines.at(-1) === '') lines.pop()
  const frames = written.flatMap((parts) => parts.slice(0, -1).map(seen)).filter((frame) => frame !== '')
  return {status, raw, frames, lines, overlong: [...frames, ...lines].filter((text) => text.length > columns)}
}
