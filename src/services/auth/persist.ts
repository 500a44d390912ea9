import {isMeliError} from '../../errors.js'

/** Each try waits for the database as long as it ever does (ten seconds): three minutes in all. */
const tries = 18

/**
 * Stores what was bought with something that works once. A database that another program keeps locked is waited for far
 * longer than usual, because giving up here loses the new tokens. `between` runs before each further try.
 */
export async function persist<T>(
  store: () => Promise<T>,
  between: () => Promise<unknown> = async () => {},
): Promise<T> {
  for (let number = 1; ; number++) {
    try {
      return await store()
    } catch (error) {
      if (number === tries || !isMeliError(error, 'MELI_DATABASE_BUSY')) throw error
      // The lease lies in the same locked database: that it cannot be prolonged must not end the tries.
      await between().catch(() => undefined)
    }
  }
}
