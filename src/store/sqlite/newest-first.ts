import {and, desc, isNotNull, isNull, lt, lte, or, type SQL} from 'drizzle-orm'
import type {SQLiteColumn} from 'drizzle-orm/sqlite-core'

/** Rows in memory at once. Between two chunks others may write. */
const chunkSize = 200

interface Dated {
  id: string
  dateCreated: Date | null
}

type Columns = Readonly<Record<keyof Dated, SQLiteColumn>>

export interface Chunk {
  place: SQL | undefined
  order: SQL[]
  limit: number
}

/** Rows of a table chunk by chunk, the newest first; those without a date come last. */
export async function* newestFirst<Row extends Dated>(
  columns: Columns,
  limit: number | undefined,
  read: (chunk: Chunk) => Promise<Row[]>,
): AsyncGenerator<Row> {
  const order = [desc(columns.dateCreated), desc(columns.id)]
  let left = limit ?? Number.POSITIVE_INFINITY
  for (const behind of [datedBehind, undatedBehind]) {
    for (let last: Row | undefined; left > 0; ) {
      const rows = await read({place: behind(columns, last), order, limit: Math.min(chunkSize, left)})
      yield* rows
      last = rows.at(-1)
      if (last === undefined) break
      left -= rows.length
    }
  }
}

/** With a date, and older than that one: a bound that the index begins at, and what is left of that moment. */
function datedBehind({dateCreated, id}: Columns, last: Dated | undefined): SQL | undefined {
  if (!last?.dateCreated) return isNotNull(dateCreated)
  return and(lte(dateCreated, last.dateCreated), or(lt(dateCreated, last.dateCreated), lt(id, last.id)))
}

function undatedBehind({dateCreated, id}: Columns, last: Dated | undefined): SQL | undefined {
  return and(isNull(dateCreated), last && lt(id, last.id))
}
