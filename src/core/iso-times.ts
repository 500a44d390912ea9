/** A record with its times as ISO 8601 text in UTC. */
export type WithIsoTimes<T> = {
  [Name in keyof T]: T[Name] extends Date ? string : T[Name] extends Date | null ? string | null : T[Name]
}

/** The record as `--json` prints it: each Date among its fields as ISO 8601 text in UTC. */
export function withIsoTimes<T extends object>(record: T): WithIsoTimes<T> {
  const fields = Object.entries(record).map(([name, value]) => [
    name,
    value instanceof Date ? value.toISOString() : value,
  ])
  return Object.fromEntries(fields) as WithIsoTimes<T>
}
