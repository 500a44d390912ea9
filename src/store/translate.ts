import {accessSync, constants, statfsSync} from 'node:fs'
import {dirname} from 'node:path'
import {MeliError} from '../core/errors.js'

/**
 * Turns what the driver or the file system threw into our error. Nothing of the original is kept but its code: query
 * builders and drivers put bound values, tokens among them, into messages. What is neither is handed back as it is.
 */
export function translate(error: unknown, path: string): unknown {
  if (error instanceof MeliError) return error
  if (isNativeFailure(error)) return nativeUnavailable()
  const code = codeOf(error)
  if (code === undefined) return scrubbed(error)
  if (!code.startsWith('SQLITE_')) return fromFileSystem(code, path)
  return fromSqlite(code, path)
}

/** SQLite's way of saying that another connection is in the way for now. */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error)
  return code !== undefined && /^SQLITE_(BUSY|PROTOCOL|LOCKED)/.test(code)
}

/** The driver or its binary is missing, or was built for another processor, system or Node. */
export function isNativeFailure(error: unknown): boolean {
  const code = codeOf(error)
  if (code === 'ERR_DLOPEN_FAILED' || code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') return true
  return error instanceof Error && error.message.startsWith('Could not locate the bindings file')
}

export function nativeUnavailable(): MeliError {
  const here = `Node ${process.versions.node} on ${process.platform}-${process.arch}`
  return new MeliError('MELI_NATIVE_MODULE_UNAVAILABLE', `better-sqlite3 cannot be loaded by ${here}`, {
    try: [
      'install meli-toolkit again with this Node',
      ...(Number.parseInt(process.versions.node, 10) < 22
        ? ['allow the install script of better-sqlite3, or use Node 22 or newer, which needs none']
        : []),
    ],
  })
}

/** The query builder wraps the driver's error; the code is on the innermost. */
function codeOf(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; isObject(at) && depth < 5; depth += 1) {
    if ('code' in at && typeof at.code === 'string') return at.code
    at = 'cause' in at ? at.cause : undefined
  }
  return undefined
}

/** A wrapped error without a code would still carry the parameters of its query. */
function scrubbed(error: unknown): unknown {
  if (!isObject(error) || !('query' in error || 'params' in error)) return error
  return new MeliError('MELI_UNEXPECTED', 'a database query failed')
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function fromSqlite(code: string, path: string): MeliError {
  const details = {sqlite: code, path}
  if (isBusy({code}))
    return new MeliError('MELI_DATABASE_BUSY', `the database ${path} stayed locked by another program`, {
      try: ['run the command again', 'close other programs that use the database'],
      details,
    })
  // The index of the -wal file grows by blocks, and says no more when the disk has no room for one.
  const isFull = code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE' || (isInputOutput(code) && isDiskFull(path))
  if (isFull) return storageFull(path, details)
  if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_PERM') return readOnly(path, details)
  if (code.startsWith('SQLITE_CANTOPEN')) return isDiskFull(path) ? storageFull(path, details) : cantOpen(path, details)
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT'))
    return unreadable(`${path} is not a database that meli can read, or it is damaged`, details)
  if (isInputOutput(code)) return unreadable(`the disk failed while using the database ${path}`, details)
  return new MeliError('MELI_UNEXPECTED', `the database refused a statement (${code})`, {details})
}

function fromFileSystem(code: string, path: string): MeliError {
  const details = {system: code, path}
  if (code === 'ENOSPC' || code === 'EDQUOT') return storageFull(path, details)
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return readOnly(path, details)
  return unreadable(`${path} cannot be opened (${code})`, details)
}

type Details = Record<string, unknown>

function storageFull(path: string, details: Details): MeliError {
  return new MeliError('MELI_STORAGE_FULL', `there is no space left for ${path}`, {
    try: ['free some space on the disk', 'run the command again'],
    details,
  })
}

function readOnly(path: string, details: Details): MeliError {
  return new MeliError('MELI_STORAGE_READ_ONLY', `${path} cannot be written`, {
    try: ['make the folder writable for your user, or set MELI_HOME to one that is'],
    details,
  })
}

// In a folder without write permission SQLite cannot make its -wal file and reports no more than this.
function cantOpen(path: string, details: Details): MeliError {
  return isWritable(dirname(path))
    ? unreadable(`the database ${path} cannot be opened`, details)
    : readOnly(path, details)
}

function unreadable(message: string, details: Details): MeliError {
  return new MeliError('MELI_DATABASE_UNREADABLE', message, {
    try: ['restore the file from a backup, or set MELI_DATABASE_URL or MELI_HOME to another place'],
    details,
  })
}

function isInputOutput(code: string): boolean {
  return code.startsWith('SQLITE_IOERR')
}

/** A page in the -wal file and a block of its index do not fit in less. */
const leastRoomBytes = 64 * 1024

function isDiskFull(path: string): boolean {
  try {
    const {bavail, bsize} = statfsSync(dirname(path))
    return bavail * bsize < leastRoomBytes
  } catch {
    return false
  }
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK)
    return true
  } catch {
    return false
  }
}
