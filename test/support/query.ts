import Database from 'better-sqlite3'

/** Straight at the tables, as somebody with a database browser. */
export function query<T = Record<string, unknown>>(file: string, text: string, ...values: unknown[]): T[] {
  const database = new Database(file)
  try {
    const statement = database.prepare(text)
    if (statement.reader) return statement.all(...values) as T[]
    statement.run(...values)
    return []
  } finally {
    database.close()
  }
}
