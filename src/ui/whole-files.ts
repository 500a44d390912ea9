import {randomBytes} from 'node:crypto'
import {existsSync} from 'node:fs'
import {open, rm} from 'node:fs/promises'
import {resolve} from 'node:path'
import type {WholeFiles} from '../services/sales/shipments/label-files.js'
import {fileExists, fileFailure, giveName} from './result-file.js'

/** In the place of a file's name. */
const standardOutput = '-'

/** Written beside under other names first, and given theirs once all are whole; `-` goes to standard output. */
export const wholeFiles: WholeFiles = {
  async assertFree(paths) {
    for (const path of paths) if (path !== standardOutput && existsSync(resolve(path))) throw fileExists(resolve(path))
  },

  async write(all, {force}) {
    const lost = new Set<string>()
    for (const {path, bytes} of all) if (path === standardOutput && !(await print(bytes))) lost.add(path)
    const files = all.filter(({path}) => path !== standardOutput)
    await writeTogether(files, force)
    return all.map(({path}) => path).filter((path) => !lost.has(path))
  },
}

async function writeTogether(files: ReadonlyArray<{path: string; bytes: Uint8Array}>, force: boolean): Promise<void> {
  const targets = files.map(({path, bytes}) => ({path: resolve(path), bytes, draft: draftOf(resolve(path))}))
  const named: string[] = []
  try {
    for (const {path, draft, bytes} of targets) await orExplain(path, writeWhole(draft, bytes))
    for (const {path, draft} of targets) {
      await orExplain(path, giveName(draft, path, {force}))
      named.push(path)
    }
  } catch (error) {
    // What stood there before under that name is gone with force, and the new one is whole: it stays.
    if (!force) for (const path of named) await rm(path, {force: true})
    throw error
  } finally {
    for (const {draft} of targets) await rm(draft, {force: true})
  }
}

/** Whether it was taken. Whoever reads may have gone, which is no failure: `bin/run.js` tells of all others. */
function print(bytes: Uint8Array): Promise<boolean> {
  return new Promise((done) => process.stdout.write(bytes, (error) => done(!error)))
}

function draftOf(path: string): string {
  return `${path}.${process.pid}.${randomBytes(6).toString('hex')}`
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function orExplain(path: string, work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => {
    throw fileFailure(error, path)
  })
}
