import {open, readFile, rename, rm} from 'node:fs/promises'
import {isTooDeep} from './json-levels.js'
import {exportWorld, importWorld} from './snapshot.js'
import type {World} from './world.js'

/** False when there is no such file yet. @throws when it is there and cannot be used */
export async function loadState(world: World, file: string): Promise<boolean> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
  if (isTooDeep(text)) throw new TypeError('it has more levels than any state of the emulator')
  importWorld(world, JSON.parse(text))
  return true
}

/** All of it or nothing, readable by its owner alone: a reader never sees half a file. */
export async function saveState(world: World, file: string): Promise<void> {
  const unfinished = `${file}.${process.pid}.tmp`
  try {
    const handle = await open(unfinished, 'w', 0o600)
    try {
      await handle.writeFile(JSON.stringify(exportWorld(world)))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(unfinished, file)
  } catch (error) {
    await rm(unfinished, {force: true})
    throw error
  }
}
