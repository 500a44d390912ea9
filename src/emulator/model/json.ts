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

/** A name that can stand in the header which says what is missing. */
export function isFieldName(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.]+$/.test(value)
}
