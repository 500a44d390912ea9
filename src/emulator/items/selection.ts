import {type Fields, isFields} from './fields.js'
import {JoinedList} from './json.js'

/** What of an item a client wants to see, read once for all items of a request. */
export class Selection {
  /** The fields that the names begin with, each once. */
  readonly fields: readonly string[]
  private readonly isDeep: boolean

  constructor(readonly names: readonly string[]) {
    this.fields = [...new Set(names.map((name) => name.split('.', 1)[0] ?? ''))]
    this.isDeep = names.some((name) => name.includes('.'))
  }

  /** `body` has at most `fields`, in their order. */
  of(body: Fields): Fields {
    return this.isDeep ? select(body, this.names) : body
  }
}

/** `attributes=a,b`; undefined when nothing was selected. docs/mercadolibre.md, section 12. */
export function readSelection(attributes: string | undefined): Selection | undefined {
  const names = (attributes ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return names.length === 0 ? undefined : new Selection(names)
}

/** In the bulk answer every name needs the prefix `body.`. docs/mercadolibre.md, section 6.2. */
export function bulkSelection(selection: Selection | undefined): Selection | undefined {
  if (selection === undefined) return undefined
  const names = selection.names.filter((name) => name.startsWith('body.'))
  return new Selection(names.map((name) => name.slice('body.'.length)))
}

/** Keeps the named fields; `a.b` keeps only `b` of the object `a`. Unknown names are ignored. */
function select(body: Fields, names: readonly string[]): Fields {
  const kept: Record<string, unknown> = {}
  for (const name of names) {
    const [head = '', ...rest] = name.split('.')
    if (!Object.hasOwn(body, head)) continue
    const value = body[head]
    if (rest.length === 0 || !isFields(value) || value instanceof JoinedList) kept[head] = value
    else kept[head] = {...(isFields(kept[head]) ? kept[head] : {}), ...select(value, [rest.join('.')])}
  }
  return kept
}
