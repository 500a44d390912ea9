import {randomBytes} from 'node:crypto'
import {accessSync, constants, createWriteStream, existsSync, statSync} from 'node:fs'
import {copyFile, link, rename, rm} from 'node:fs/promises'
import {dirname, resolve} from 'node:path'
import {MeliError} from '../core/errors.js'
import {pour} from './output.js'

export interface FileOptions {
  /** Replaces a file that exists. */
  force: boolean
  signal?: AbortSignal
}

/** For work that ends in a file and cannot be done again: tells before it begins that the file cannot be written. */
export function assertFree(file: string, {force}: Pick<FileOptions, 'force'>): void {
  const target = resolve(file)
  if (!force && existsSync(target)) throw fileExists(target)
  if (statSync(target, {throwIfNoEntry: false})?.isDirectory()) throw fileFailure({code: 'EISDIR'}, target)
  try {
    accessSync(dirname(target), constants.W_OK | constants.X_OK)
  } catch (error) {
    throw fileFailure(error, target)
  }
}

/** Where results about the lines of `source` go: where somebody says, else beside it; nowhere for standard input. */
export function resultFileOf(
  source: string,
  {output, force}: {output?: string | undefined; force: boolean},
): {target: string | null; force: boolean} {
  // One that has its name from the file is of the work before, and this goes on with it.
  if (output === undefined) return {target: source === '-' ? null : `${source}.result.csv`, force: true}
  if (source !== '-') assertOther(output, source)
  return {target: output, force}
}

/** MELI_USAGE when the file to write is the one that is read, by whatever name. */
function assertOther(file: string, source: string): void {
  const [one, other] = [file, source].map((name) => statSync(name, {throwIfNoEntry: false, bigint: true}))
  const isSame = one !== undefined && one.ino !== 0n && one.ino === other?.ino && one.dev === other.dev
  if (!isSame && resolve(file) !== resolve(source)) return
  throw new MeliError('MELI_USAGE', `${file} is the input file: the result would replace it`, {
    try: ['name another file with -o'],
  })
}

/** Writes beside, and gives the file its name once it is whole. MELI_FILE_EXISTS unless `force`. */
export async function pourIntoFile(
  lines: AsyncIterable<string>,
  file: string,
  {force, signal}: FileOptions,
): Promise<number> {
  const target = resolve(file)
  if (!force && existsSync(target)) throw fileExists(target)
  const draft = `${target}.${process.pid}.${randomBytes(6).toString('hex')}`
  const stream = createWriteStream(draft, {flags: 'wx'})
  let failure: unknown
  stream.on('error', (error) => {
    failure = error
  })
  try {
    const count = await pour(lines, stream, signal)
    if (failure === undefined) await new Promise<void>((done) => stream.end(done))
    if (failure !== undefined) throw failure
    await giveName(draft, target, {force})
    return count
  } catch (error) {
    stream.destroy()
    throw fileFailure(error, target)
  } finally {
    await rm(draft, {force: true})
  }
}

/** Memory sticks and network shares have no hard links and say so with one of these; EISDIR is how Windows puts it. */
const noLinks: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR'])

/** Gives a finished draft its name. Never replaces a file unless `force`: it fails with EEXIST then. The draft stays without it. */
export async function giveName(
  draft: string,
  target: string,
  {force, linkFile = link}: {force: boolean; linkFile?: typeof link},
): Promise<void> {
  if (force) return rename(draft, target)
  try {
    await linkFile(draft, target)
  } catch (error) {
    if (!noLinks.has((error as NodeJS.ErrnoException).code)) throw error
    await copyFile(draft, target, constants.COPYFILE_EXCL)
  }
}

export function fileExists(path: string): MeliError {
  return new MeliError('MELI_FILE_EXISTS', `${path} exists already`, {
    try: ['name another file', '--force replaces it'],
  })
}

export function fileFailure(error: unknown, path: string): unknown {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  if (code === 'EEXIST') return fileExists(path)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new MeliError('MELI_STORAGE_FULL', `there is no room for ${path}`, {try: ['free some space'], cause: error})
  }
  if (typeof code === 'string' && ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) {
    const message = `${path} cannot be written (${code})`
    return new MeliError('MELI_STORAGE_READ_ONLY', message, {try: ['name a file in a folder of yours'], cause: error})
  }
  return error
}
