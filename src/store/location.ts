import {existsSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {looseModes} from './modes.js'

export interface StoreLocation {
  path: string
  /** Null when the key comes from MELI_ENCRYPTION_KEY. */
  key_file: string | null
  /** Whether the database was made already. */
  exists: boolean
  /** A sentence for each path that others may open. */
  warnings: string[]
}

/** Where the store is, or will be. Opens and makes nothing. */
export function locateStore(options: {home: string; file: string; encryptionKey: string | undefined}): StoreLocation {
  const home = resolve(options.home)
  const path = resolve(options.file)
  const keyFile = options.encryptionKey === undefined ? join(home, 'key') : undefined
  return {
    path,
    key_file: keyFile ?? null,
    exists: existsSync(path),
    warnings: looseModes({home, database: path, keyFile}),
  }
}
