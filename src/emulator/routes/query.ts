import {badRequest} from '../model/api-error.js'

/** Query parameters by name; of a repeated one the first counts. */
export type Query = ReadonlyMap<string, string>

export function readQuery(query: unknown): Query {
  const read = new Map<string, string>()
  if (typeof query !== 'object' || query === null) return read
  for (const [name, value] of Object.entries(query)) {
    const first: unknown = Array.isArray(value) ? value[0] : value
    if (typeof first === 'string') read.set(name, first)
  }
  return read
}

/** @throws WireError 400 when it is not a number */
export function userIn(query: Query, name: string): number | undefined {
  const text = query.get(name)
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text)) throw badRequest(`${name} must be a number`)
  return Number(text)
}
