import {chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {delimiter, join} from 'node:path'
import {ensureBuilt} from '../support/build-once.js'
import {runCli} from '../support/cli.js'
import {type Block, root} from './markdown.js'

export interface Desk {
  /** An empty folder to work in, which finds `meli-toolkit` as an installed package. */
  cwd: string
  home: string
  /** With `meli` on it. */
  path: string
  close(): void
}

/** A place to type commands at. */
export async function openDesk(): Promise<Desk> {
  await ensureBuilt()
  const folder = mkdtempSync(join(tmpdir(), 'meli-docs-'))
  const [cwd, home, bin] = ['cwd', 'home', 'bin'].map((name) => join(folder, name)) as [string, string, string]
  for (const each of [home, bin, join(cwd, 'node_modules')]) mkdirSync(each, {recursive: true})
  addProgram(bin, 'meli', join(root, 'bin/run.js'))
  if (!isInstalled('curl')) addProgram(bin, 'curl', join(import.meta.dirname, 'curl.mjs'))
  symlinkSync(root, join(cwd, 'node_modules/meli-toolkit'))
  const close = () => rmSync(folder, {recursive: true, force: true})
  return {cwd, home, path: `${bin}${delimiter}${process.env.PATH ?? ''}`, close}
}

function addProgram(bin: string, name: string, file: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\nexec '${process.execPath}' '${file}' "$@"\n`)
  chmodSync(join(bin, name), 0o755)
}

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))
}

export interface Typed {
  command: string
  /** What the page shows; undefined where it shows nothing in particular. */
  shown: string | undefined
  printed: string
  status: number
  line: number
}

/** Types everything into one shell, in order, inside `meli emulator exec` with these flags. */
export async function typeAll(blocks: readonly Block[], flags: readonly string[], desk: Desk): Promise<Typed[]> {
  const typed = blocks.flatMap(commandsOf)
  const script = typed.map(
    ({command}, at) => `printf '\\n@@ %s\\n' ${at}\n{\n${command}\n} 2>&1\nprintf '\\n@@ left with %s\\n' "$?"\n`,
  )
  const file = join(desk.cwd, 'session.sh')
  writeFileSync(file, script.join(''))
  const {status, stdout, stderr} = await runCli(['emulator', 'exec', ...flags, '--', 'sh', file], {
    home: desk.home,
    cwd: desk.cwd,
    env: {PATH: desk.path, COLUMNS: '80'},
  })
  if (status !== 0) throw new Error(`the session ended with ${status}: ${stderr}`)
  return typed.map((each, at) => {
    const [, printed = '', left = ''] = new RegExp(`^@@ ${at}\\n(.*?)\\n@@ left with (\\d+)$`, 'ms').exec(stdout) ?? []
    return {...each, printed, status: Number(left || Number.NaN)}
  })
}

type Typing = Pick<Typed, 'command' | 'shown' | 'line'>

function commandsOf({language, text, line, setup}: Block): Typing[] {
  const first = setup === undefined ? [] : [{command: setup, shown: undefined, line}]
  if (language !== 'console') return [...first, {command: text.trimEnd(), shown: undefined, line}]
  const parts = text.split(/^\$ /m).slice(1)
  return [
    ...first,
    ...parts.map((part) => {
      const [command = '', ...output] = part.split('\n')
      return {command, shown: output.join('\n').trimEnd(), line}
    }),
  ]
}

/** Everything that differs from one run to the next. Columns move with it, so white space counts as one blank. */
export function normalised(text: string): string {
  return text
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/\S*\/meli-emulator-\w+/g, 'HOME')
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/\bTEST[0-9A-F]{8}\b/g, 'TESTUSER')
    .replace(/\bqatest\d{4}\b/g, 'PASSWORD')
    .replace(/\b(M[A-Z]{2})?\d{6,16}\b/g, '$1ID')
    .replace(/\bjust now\b|\b[\d.]+ (?:h|min|s|ms)\b(?: \d+ (?:min|s)\b)?(?: ago\b)?/g, 'DURATION')
    .replace(/\b[\d,]+ bytes\b/g, 'N bytes')
    .replace(/[ \t]+/g, ' ')
    .trim()
}
