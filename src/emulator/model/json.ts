import * as v from 'valibot'

/** A JSON object as it came over the wire, named as the service names its fields. */
export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The objects of a JSON array; anything else in it is dropped. */
export function listOfFields(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : []
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** Names of fields, which can stand in the header that says what is missing. */
const fieldNamesMessage = 'must be a list of fields, such as buyer or feedback'
export const fieldNames = v.array(
  v.pipe(v.string(fieldNamesMessage), v.regex(/^[\w.]+$/, fieldNamesMessage)),
  fieldNamesMessage,
)
