import type {Paper} from './paper.js'
import {fields} from './table.js'

export interface DatabaseView {
  path: string
  key_file: string | null
  exists: boolean
  warnings: readonly string[]
}

export interface BackupView {
  file: string
  bytes: number
  key_file: string | null
}

export function renderDatabase({path, key_file, exists, warnings}: DatabaseView, paper: Paper): string {
  const {style} = paper
  const places = fields(
    [
      ['Database', exists ? path : `${path} (not made yet)`],
      ['Key', key_file ?? 'MELI_ENCRYPTION_KEY'],
    ],
    paper,
  )
  return [places, ...warnings.map((warning) => `${style.symbols.warn} ${warning}`)].join('\n')
}

export function renderBackup({file, bytes, key_file}: BackupView, {style}: Paper): string {
  return [
    `${style.symbols.ok} ${file} (${bytes.toLocaleString('en-US')} bytes)`,
    `  Its secrets can only be decrypted with the same key: keep ${key_file ?? 'the value of MELI_ENCRYPTION_KEY'} too, in another place.`,
  ].join('\n')
}
