import {existsSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import {foreignAmong, type Runner, thisUser} from '../core/file-owner.js'
import {looseModes} from './modes.js'

export interface StoreLocation {
  path: string
  /** Null when the key comes from MELI_ENCRYPTION_KEY. */
  key_file: string | null
  /** Whether the database was made already. */
  exists: boolean
  /** A sentence for each path that others may open, and for one that belongs to another user: it will not be opened. */
  warnings: string[]
}

/** Where the store is, or will be. Opens and makes nothing. */
export function locateStore(options: {
  home: string
  file: string
  encryptionKey: string | undefined
  runner?: Runner
}): StoreLocation {
  const home = resolve(options.home)
  const path = resolve(options.file)
  const keyFile = options.encryptionKey === undefined ? join(home, 'key') : undefined
  const kept = [home, dirname(path), path, ...(keyFile === undefined ? [] : [keyFile])]
  const foreign = foreignAmong(kept, options.runner ?? thisUser())
  return {
    path,
    key_file: keyFile ?? null,
    exists: existsSync(path),
    warnings: [...(foreign === undefined ? [] : [foreign.message]), ...looseModes({home, database: path, keyFile})],
  }
}
