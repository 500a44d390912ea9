import {type Fields, isFields} from './fields.js'

/** The names in `attributes=a,b`; undefined when nothing was selected. docs/mercadolibre.md, section 12. */
export function readSelection(attributes: string | undefined): string[] | undefined {
  const names = (attributes ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return names.length === 0 ? undefined : names
}

/** Keeps the named fields; `a.b` keeps only `b` of the object `a`. Unknown names are ignored. */
export function select(body: Fields, names: readonly string[] | undefined): Fields {
  if (names === undefined) return body
  const kept: Record<string, unknown> = {}
  for (const name of names) {
    const [head = '', ...rest] = name.split('.')
    if (!Object.hasOwn(body, head)) continue
    const value = body[head]
    if (rest.length === 0 || !isFields(value)) kept[head] = value
    else kept[head] = {...(isFields(kept[head]) ? kept[head] : {}), ...select(value, [rest.join('.')])}
  }
  return kept
}

/** In the bulk answer every name needs the prefix `body.`. docs/mercadolibre.md, section 6.2. */
export function bulkSelection(names: readonly string[] | undefined): string[] | undefined {
  return names?.filter((name) => name.startsWith('body.')).map((name) => name.slice('body.'.length))
}
