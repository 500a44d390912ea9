import * as v from 'valibot'

/** A JSON object as it came over the wire, named as the service names its fields. */
export type Fields = Readonly<Record<string, unknown>>

/** The value of a JSON text; undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The objects of a JSON array; anything else in it is dropped. */
export function listOfFields(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : []
}

/** The object without these fields. */
export function withoutFields(object: Fields, names: readonly string[]): Fields {
  if (names.length === 0) return object
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)))
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

const fieldNamesMessage = 'must be a list of fields, such as buyer or feedback'
/** A list of field names that are valid in the header `X-Content-Missing`. */
export const fieldNames = v.array(
  v.pipe(v.string(fieldNamesMessage), v.regex(/^[\w.]+$/, fieldNamesMessage)),
  fieldNamesMessage,
)

/** More than any document of the service has. Deeper ones would overflow the stack of recursive code. */
const mostLevels = 500

/** True when lists and objects of a JSON text are nested more deeply than is accepted. */
export function isTooDeep(json: string): boolean {
  let [levels, isInString] = [0, false]
  for (let at = 0; at < json.length && levels <= mostLevels; at++) {
    const character = json[at]
    if (isInString && character === '\\') at++
    else if (character === '"') isInString = !isInString
    else if (!isInString && (character === '[' || character === '{')) levels++
    else if (!isInString && (character === ']' || character === '}')) levels--
  }
  return levels > mostLevels
}
