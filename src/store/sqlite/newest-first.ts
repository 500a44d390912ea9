import {and, desc, isNotNull, isNull, lt, lte, or, type SQL} from 'drizzle-orm'
import type {SQLiteColumn} from 'drizzle-orm/sqlite-core'

/** Rows in memory at once. Between two chunks others may write. */
const chunkSize = 200

interface Dated {
  id: string
  date_created: Date | null
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
  const order = [desc(columns.date_created), desc(columns.id)]
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
function datedBehind({date_created, id}: Columns, last: Dated | undefined): SQL | undefined {
  if (!last?.date_created) return isNotNull(date_created)
  return and(lte(date_created, last.date_created), or(lt(date_created, last.date_created), lt(id, last.id)))
}

function undatedBehind({date_created, id}: Columns, last: Dated | undefined): SQL | undefined {
  return and(isNull(date_created), last && lt(id, last.id))
}
