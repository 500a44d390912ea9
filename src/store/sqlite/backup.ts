import {randomBytes} from 'node:crypto'
import {existsSync, rmSync, statSync} from 'node:fs'
import {resolve} from 'node:path'
import type Database from 'better-sqlite3'
import {MeliError} from '../../core/errors.js'
import {hasCode, makePrivateFile, publish, syncFile} from '../modes.js'
import {translate} from '../translate.js'

const allPages = 0x7fffffff

/** A consistent copy while others write. It gets its name once it is whole and on disk. Returns its bytes. */
export async function backup(client: Database.Database, file: string): Promise<number> {
  const target = resolve(file)
  if (existsSync(target)) throw fileExists(target)
  const draft = `${target}.${process.pid}.${randomBytes(6).toString('hex')}`
  try {
    makePrivateFile(draft)
    // In one go: a copy in steps starts again whenever another process writes in between.
    await client.backup(draft, {progress: () => allPages})
    syncFile(draft)
    publish(draft, target)
    return statSync(target).size
  } catch (error) {
    throw hasCode(error, 'EEXIST') ? fileExists(target) : translate(error, target)
  } finally {
    rmSync(draft, {force: true})
  }
}

function fileExists(path: string): MeliError {
  return new MeliError('MELI_FILE_EXISTS', `${path} exists already.`, {try: ['Give the backup another name.']})
}
