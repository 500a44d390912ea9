import {closeSync, fsyncSync, mkdirSync, openSync, statSync} from 'node:fs'

/** A directory for its owner alone, with its parents. One that exists keeps its mode. */
export function makePrivateDirectory(path: string): void {
  mkdirSync(path, {recursive: true, mode: 0o700})
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

/** A sentence for each of the paths that others than the owner may open. Paths that do not exist are left out. */
export function looseModes(paths: readonly string[]): string[] {
  // Windows reports modes that say nothing about who may read.
  if (process.platform === 'win32') return []
  return paths.flatMap((path) => {
    const found = statSync(path, {throwIfNoEntry: false})
    if (found === undefined || (found.mode & 0o077) === 0) return []
    const mode = (found.mode & 0o777).toString(8).padStart(3, '0')
    return [`${path} is open to other users (mode ${mode}); run: chmod ${found.isDirectory() ? '700' : '600'} ${path}`]
  })
}

/** Makes sure that what a directory lists, or a file holds, survives a power cut. */
export function syncToDisk(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

export function hasCode(error: unknown, ...codes: string[]): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code))
}
