import {randomBytes} from 'node:crypto'
import {closeSync, fsyncSync, openSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {dirname} from 'node:path'
import {MeliError} from '../core/errors.js'
import {rememberSecret} from '../core/redact.js'
import {hasCode, makePrivateDirectory, publish} from './modes.js'
import {translate} from './translate.js'

const keyBytes = 32

/** Where the encryption key comes from. Nothing is read or made before something has to be sealed or opened. */
export interface KeySource {
  /** For messages: the name of the setting, or the path of the file. */
  readonly origin: string
  /** Fails with MELI_KEY_UNREADABLE when there is none, MELI_KEY_INVALID when it is no key. */
  read(): Buffer
  /** Makes the key file when there is none. However many processes do so at once, all get the same key. */
  readOrMake(): Buffer
}

export function keySource(options: {encryptionKey?: string; keyFile: string}): KeySource {
  const {encryptionKey, keyFile} = options
  if (encryptionKey !== undefined) {
    const origin = 'MELI_ENCRYPTION_KEY'
    const read = () => decodeKey(encryptionKey, origin)
    return {origin, read, readOrMake: read}
  }
  let known: Buffer | undefined
  const read = () => {
    known ??= readKeyFile(keyFile)
    return known
  }
  return {
    origin: keyFile,
    read,
    readOrMake() {
      if (known === undefined) makeKeyFile(keyFile)
      return read()
    },
  }
}

function decodeKey(text: string, origin: string): Buffer {
  const trimmed = text.trim()
  rememberSecret(trimmed)
  const key = Buffer.from(trimmed, 'base64')
  if (key.length === keyBytes && /^[\w+/-]{43}=?$/.test(trimmed)) return key
  throw new MeliError('MELI_KEY_INVALID', `The encryption key in ${origin} is not 32 bytes written in base64.`, {
    try: [
      'A key looks like the output of: openssl rand -base64 32',
      'Restore the key that the database was created with.',
    ],
  })
}

function readKeyFile(path: string): Buffer {
  try {
    return decodeKey(readFileSync(path, 'utf8'), path)
  } catch (error) {
    if (error instanceof MeliError) throw error
    const reason = hasCode(error, 'ENOENT') ? 'is missing' : 'cannot be read'
    throw new MeliError('MELI_KEY_UNREADABLE', `The key file ${path} ${reason}.`, {
      try: ['Restore the file from your backup, or set MELI_ENCRYPTION_KEY to the key it held.', ...fresh],
    })
  }
}

const fresh = [
  'Without the key stored secrets are lost: run meli auth logout for each account and meli test-users forget for each test user, then meli auth login.',
]

/** The key is complete and on disk under another name before it gets its own: `publish` never replaces a file. */
function makeKeyFile(path: string): void {
  const draft = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`
  try {
    makePrivateDirectory(dirname(path))
    writeDraft(draft)
    publish(draft, path)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return
    throw storageFault(error, path)
  } finally {
    rmSync(draft, {force: true})
  }
}

function writeDraft(draft: string): void {
  const descriptor = openSync(draft, 'wx', 0o600)
  try {
    writeFileSync(descriptor, `${randomBytes(keyBytes).toString('base64')}\n`)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function storageFault(error: unknown, path: string): unknown {
  const translated = translate(error, path)
  if (translated instanceof MeliError && translated.code !== 'MELI_DATABASE_UNREADABLE') return translated
  return new MeliError('MELI_KEY_UNREADABLE', `The key file ${path} cannot be created.`, {
    try: ['Set MELI_ENCRYPTION_KEY to the output of: openssl rand -base64 32'],
  })
}
