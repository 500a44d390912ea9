import {execFile} from 'node:child_process'
import {existsSync, mkdirSync, readdirSync, rmSync, statSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {promisify} from 'node:util'

const root = resolve(import.meta.dirname, '../..')
const lock = join(root, 'node_modules', '.cache', 'meli-test', 'build.lock')
/** A build takes a second or two: a lock this old was left by a process that was killed. */
const lockLifeMs = 60_000

let built: Promise<void> | undefined

/** dist/ as new as the sources. Built by one process, whatever the number that ask at once. */
export function ensureBuilt(): Promise<void> {
  built ??= buildUnderLock()
  return built
}

async function buildUnderLock(): Promise<void> {
  mkdirSync(join(lock, '..'), {recursive: true})
  while (isStale()) {
    if (!takeLock()) {
      await wait(100)
      continue
    }
    try {
      // In a process of its own: esbuild does not run inside Jest's sandbox.
      if (isStale()) await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {cwd: root})
    } finally {
      rmSync(lock, {recursive: true, force: true})
    }
    return
  }
}

const script = "import {build} from './scripts/build.js'; await build({types: false})"

function takeLock(): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    const held = statSync(lock, {throwIfNoEntry: false})
    if (held !== undefined && Date.now() - held.mtimeMs > lockLifeMs) rmSync(lock, {recursive: true, force: true})
    return false
  }
}

function isStale(): boolean {
  const cli = join(root, 'dist/cli.cjs')
  if (!existsSync(cli) || !existsSync(join(root, 'oclif.manifest.json'))) return true
  const builtAt = statSync(cli).mtimeMs
  return ['src', 'scripts', 'package.json'].some((each) => newest(join(root, each)) > builtAt)
}

function newest(path: string): number {
  const found = statSync(path, {throwIfNoEntry: false})
  if (found === undefined) return 0
  if (!found.isDirectory()) return found.mtimeMs
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))))
}
