import {JoinedList} from '../model/items/json-writer.js'
import type {Showing} from '../model/items/render.js'
import {type Fields, isFields} from '../model/json.js'
import type {Query} from './query.js'

/** The fields of an item that a client selects, parsed once for all items of a request. */
export class Selection {
  /** The top-level fields, each once. */
  readonly fields: readonly string[]
  private readonly isDeep: boolean

  constructor(readonly names: readonly string[]) {
    this.fields = [...new Set(names.map((name) => name.split('.', 1)[0] ?? ''))]
    this.isDeep = names.some((name) => name.includes('.'))
  }

  /** The selected part of an object that has no fields but `fields`. */
  of(body: Fields): Fields {
    return this.isDeep ? select(body, this.names) : body
  }

  /** The selected part of any object. */
  pick(object: Fields): Fields {
    return select(object, this.names)
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

/** `include_attributes=all` adds the attributes of variations. docs/mercadolibre.md, section 6.3. */
export function readShowing(query: Query): Showing {
  return {variationAttributes: query.get('include_attributes') === 'all'}
}

/** The selected fields of the elements of a bulk answer. docs/mercadolibre.md, section 6.2. */
export interface BulkSelection {
  /** The selected fields of the envelope (`id`, `status_code`, `error`); undefined selects all. */
  readonly envelope: Selection | undefined
  readonly hasBody: boolean
  /** The selected fields of the body; undefined selects all. */
  readonly body: Selection | undefined
}

/** The observed form: names select fields of the element, and `id` and `status_code` are dropped unless they are named. */
export function elementSelection(selection: Selection | undefined): BulkSelection {
  if (selection === undefined) return {envelope: undefined, hasBody: true, body: undefined}
  if (selection.names.includes('body')) return {envelope: selection, hasBody: true, body: undefined}
  const body = belowBody(selection)
  return {envelope: selection, hasBody: body.names.length > 0, body}
}

/** The documented form: names select below `body.`, and elements keep their other fields. */
export function documentedSelection(selection: Selection | undefined): BulkSelection {
  return {envelope: undefined, hasBody: true, body: selection === undefined ? undefined : belowBody(selection)}
}

function belowBody({names}: Selection): Selection {
  return new Selection(names.filter((name) => name.startsWith('body.')).map((name) => name.slice('body.'.length)))
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
