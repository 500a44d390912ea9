import {randomBytes} from 'node:crypto'
import {open, rm} from 'node:fs/promises'
import type {SpaceClaim} from '../services/ports/index.js'
import {translate} from './translate.js'

/** Twice what the largest of the answers adds to the -wal file and its index. */
const claimedBytes = 512 * 1024

/**
 * Sets disk space aside beside the database. The file loses its name at once, so that a crash gives the space back. It holds
 * random bytes, because a file system that compresses stores zeros in no space at all.
 */
export async function claimSpace(database: string): Promise<SpaceClaim> {
  const path = `${database}.claim-${randomBytes(6).toString('hex')}`
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await rm(path, {force: true})
      await file.writeFile(randomBytes(claimedBytes))
      await file.sync()
    } catch (error) {
      await file.close().catch(() => undefined)
      throw error
    }
    let closed: Promise<void> | undefined
    return {
      release() {
        // Closed is closed, whatever the file system says about it.
        closed ??= file.close().catch(() => undefined)
        return closed
      },
    }
  } catch (error) {
    throw translate(error, database)
  }
}
