import {type SQL, sql} from 'drizzle-orm'
import {integer, type SQLiteColumn, text} from 'drizzle-orm/sqlite-core'

/** Every time is an integer: milliseconds since 1970, UTC. */
export const time = (name: string) => integer(name, {mode: 'timestamp_ms'})

export const flag = (name: string) => integer(name, {mode: 'boolean'})

/** Holds the text of seal.ts, bound to its table, row id and column name. */
export const sealed = (name: string) => text(name)

/** SQL: the column has one of these, however many there are. */
export function isAmong(column: SQLiteColumn, values: readonly string[]): SQL {
  return sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(values)}))`
}
