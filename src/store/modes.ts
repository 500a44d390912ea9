import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  type Stats,
  statSync,
} from 'node:fs'
import {basename, dirname, join} from 'node:path'

/**
 * A directory for its owner alone, with its parents. One that exists keeps its mode. Not by mkdir's own recursion, which
 * goes round for ever where a parent exists and nothing can be made in it, as in /proc.
 */
export function makePrivateDirectory(path: string): void {
  if (existsSync(path)) return
  const parent = dirname(path)
  if (parent !== path) makePrivateDirectory(parent)
  try {
    mkdirSync(path, {mode: 0o700})
  } catch (error) {
    // Another process was first.
    if (!hasCode(error, 'EEXIST')) throw error
  }
}

/**
 * An empty file for its owner alone, unless there is one already. SQLite gives -wal and -shm the mode of the database,
 * so it is enough to be first. A file that exists is not opened: closing it would drop the locks that this process
 * may hold on it.
 */
export function makePrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
}

/** Everything that meli keeps in the file system; `keyFile` only where the key is in one. */
export interface Places {
  home: string
  database: string
  keyFile: string | undefined
}

/**
 * A sentence for each place that others than the owner may open. The config file is among them: it may hold the client
 * secret. What does not exist is left out.
 */
export function looseModes({home, database, keyFile}: Places): string[] {
  // Windows reports modes that say nothing about who may read.
  if (process.platform === 'win32') return []
  const config = join(home, 'config.json')
  const files = [database, ...(keyFile === undefined ? [] : [keyFile]), config]
  // Node keeps compiled code in `cache`.
  const names = [...files, `${database}-wal`, `${database}-shm`, 'cache'].map((file) => basename(file))
  const ours = new Set(names)
  return [
    ...[...new Set([home, dirname(database)])].flatMap((folder) => looseFolder(folder, ours)),
    ...files.flatMap((file) => loose(file, (mode) => `${openTo(file, mode)}; run: chmod 600 ${file}`)),
  ]
}

/** A folder that others use as well, as /tmp, is not ours to close: it matters only if they may replace what is in it. */
function looseFolder(folder: string, ours: ReadonlySet<string>): string[] {
  return loose(folder, (mode, {mode: all}) => {
    const sticky = (all & 0o1000) !== 0
    if (!sticky && readdirSync(folder).every((name) => ours.has(name)))
      return `${openTo(folder, mode)}; run: chmod 700 ${folder}`
    if (sticky || (all & 0o022) === 0) return undefined
    return `other users may replace files in ${folder} (mode ${mode}); set MELI_HOME to a folder of its own`
  })
}

function openTo(path: string, mode: string): string {
  return `${path} is open to other users (mode ${mode})`
}

function loose(path: string, say: (mode: string, found: Stats) => string | undefined): string[] {
  const found = statSync(path, {throwIfNoEntry: false})
  if (found === undefined || (found.mode & 0o077) === 0) return []
  const sentence = say((found.mode & 0o777).toString(8).padStart(3, '0'), found)
  return sentence === undefined ? [] : [sentence]
}

/** Makes sure that what a file holds survives a power cut. Open for writing: Windows flushes no other. */
export function syncFile(path: string): void {
  sync(path, 'r+')
}

/** The same for the names in a folder. Windows keeps them by itself, and opens no folder. */
export function syncFolder(path: string, platform = process.platform): void {
  if (platform !== 'win32') sync(path, 'r')
}

function sync(path: string, flags: string): void {
  const descriptor = openSync(path, flags)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** What memory sticks and network shares say, which have no hard links; EISDIR is how Windows puts it. */
const noLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR']

/** Gives a finished draft its name, on disk, and never replaces a file: EEXIST then. The draft stays. */
export function publish(draft: string, path: string, link = linkSync): void {
  try {
    link(draft, path)
  } catch (error) {
    if (!hasCode(error, ...noLinks)) throw error
    copyFileSync(draft, path, constants.COPYFILE_EXCL)
    syncFile(path)
  }
  syncFolder(dirname(path))
}

export function hasCode(error: unknown, ...codes: string[]): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code))
}
