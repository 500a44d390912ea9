import {readdirSync, readFileSync} from 'node:fs'
import {isDeepStrictEqual} from 'node:util'

/** One answer of the service; test/captured/README.md explains the lists of paths. */
export interface Shape {
  mark: string
  note?: string
  request?: string
  status?: number
  // biome-ignore lint/suspicious/noExplicitAny: a body of any shape
  body: any
  optional?: string[]
  nullable?: string[]
  untyped?: string[]
  open?: string[]
  closed?: string[]
  exact?: string[]
}

export type Name = `${string}.${string}`

/** A shape by the name of its file and its own, as in `order.search`. */
export function captured(name: Name): Shape {
  const [file = '', shape = ''] = name.split('.')
  const {shapes} = JSON.parse(readFileSync(new URL(`../captured/${file}.json`, import.meta.url), 'utf8'))
  if (!Object.hasOwn(shapes, shape)) throw new Error(`there is no captured shape ${name}`)
  return shapes[shape]
}

/** The names of all captured shapes. */
export function capturedNames(): Name[] {
  const folder = new URL('../captured/', import.meta.url)
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const {shapes} = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
      return Object.keys(shapes).map((shape): Name => `${file.slice(0, -'.json'.length)}.${shape}`)
    })
}

/** How a body differs from what was captured, one line for each difference; none when it is such a body. */
export function differences(actual: unknown, name: Name): string[] {
  const shape = captured(name)
  const {optional, nullable, untyped, open, closed, exact} = shape
  const rules = {optional, nullable, untyped, open, closed, exact}
  return compare(actual, shape.body, '', (list, path) => rules[list]?.includes(path) === true)
}

/** Whether a path is in one of the lists. */
type Listed = (list: 'optional' | 'nullable' | 'untyped' | 'open' | 'closed' | 'exact', path: string) => boolean

function compare(actual: unknown, example: unknown, path: string, isListed: Listed): string[] {
  const line = (text: string) => [`${path || 'the body'}: ${text}`]
  if (isListed('exact', path) && !isDeepStrictEqual(actual, example))
    return line(`${JSON.stringify(actual)} instead of ${JSON.stringify(example)}`)
  if (isListed('untyped', path) || example === null) return []
  if (actual === null && isListed('nullable', path)) return []
  if (kindOf(actual) !== kindOf(example)) return line(`${kindOf(actual)} instead of ${kindOf(example)}`)
  if (Array.isArray(actual)) return compareElements(actual, example as unknown[], path, isListed)
  if (typeof actual === 'object') return compareKeys(actual as Fields, example as Fields, path, isListed)
  if (typeof actual === 'string' && !isDateLike(actual, example as string))
    return line(`${actual} is not written as ${example}`)
  return []
}

type Fields = Record<string, unknown>

/** Each element has to have one of the forms; told is what it lacks to be the nearest. */
function compareElements(actual: unknown[], forms: unknown[], path: string, isListed: Listed): string[] {
  if (forms.length === 0) return []
  const found = actual.flatMap((element) => {
    const [nearest = []] = forms
      .map((form) => compare(element, form, `${path}[]`, isListed))
      .sort((one, other) => one.length - other.length)
    return nearest
  })
  return [...new Set(found)]
}

function compareKeys(actual: Fields, example: Fields, path: string, isListed: Listed): string[] {
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)
  const names = Object.keys(example)
  if (names.length === 0 && !isListed('closed', path)) return []
  const missing = names.filter((name) => !Object.hasOwn(actual, name) && !isListed('optional', at(name)))
  const unknown = isListed('open', path) ? [] : Object.keys(actual).filter((name) => !Object.hasOwn(example, name))
  return [
    ...missing.map((name) => `${at(name)}: missing`),
    ...unknown.map((name) => `${at(name)}: not among the captured keys`),
    ...names.flatMap((name) =>
      Object.hasOwn(actual, name) ? compare(actual[name], example[name], at(name), isListed) : [],
    ),
  ]
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'list' : typeof value
}

/** Dates keep their offset, and whole seconds where the example has them. */
function isDateLike(actual: string, example: string): boolean {
  const form = dateForm(example)
  if (form === null) return true
  const found = dateForm(actual)
  return found !== null && found.offset === form.offset && (form.fraction || !found.fraction)
}

function dateForm(text: string): {fraction: boolean; offset: string} | null {
  const match = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/.exec(text)
  return match && {fraction: match[1] !== undefined, offset: match[2] ?? ''}
}
