import * as v from 'valibot'
import type {Application} from '../model/applications.js'
import type {User} from '../model/users.js'
import {badRequest, notFound} from '../model/wire-errors.js'
import type {World} from '../model/world.js'

/**
 * Reads a body or a query of the control API. Schemas are strict: an unknown field is refused, so that a typing error is noticed.
 * @throws WireError 400 that names the field
 */
export function read<const S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  if (Array.isArray(input)) throw badRequest('the body must be an object')
  const {issues, output} = v.safeParse(schema, input ?? {})
  if (issues === undefined) return output
  throw badRequest(explain(issues[0]))
}

function explain({type, expected, received, path, message}: v.BaseIssue<unknown>): string {
  const name = path?.[0] === undefined ? undefined : String(path[0].key)
  if (name === undefined) return type.endsWith('object') ? 'the body must be an object' : message
  if (expected === 'never') return `unknown field ${name}`
  return received === 'undefined' ? `${name} is missing` : `${name} ${message}`
}

export const text = v.string('must be text')
export const texts = v.array(text, 'must be a list of texts')
export const flag = v.boolean('must be true or false')
export const count = wholeNumber(0, Number.MAX_SAFE_INTEGER, 'must be a whole number')
export const atLeastOne = wholeNumber(1, Number.MAX_SAFE_INTEGER, 'must be at least 1')
/** A user id or a nickname, or the id of an application. */
export const reference = v.union([text, v.number()], 'must be an id or a nickname')

export function wholeNumber(least: number, most: number, message = `must be between ${least} and ${most}`) {
  return v.pipe(v.number(message), v.safeInteger(message), v.minValue(least, message), v.maxValue(most, message))
}

export function oneOf<const T extends readonly (string | number)[]>(choices: T) {
  return v.picklist(choices, `must be ${choices.join(' or ')}`)
}

/** A whole number in a query, where every value is text. */
export const digits = v.pipe(text, v.regex(/^\d{1,9}$/, 'must be a whole number'), v.transform(Number))

const unitMs: Readonly<Record<string, number>> = {ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000}

/** A text such as `6h`, `90s` or `1d12h`, read as milliseconds. */
export const duration = v.pipe(
  text,
  v.regex(/^(\d+(ms|s|m|h|d))+$/, 'must be like 500ms, 90s, 30m, 6h, 60d or 1d12h'),
  v.transform((written) => {
    const parts = [...written.matchAll(/(\d+)(ms|s|m|h|d)/g)]
    return parts.reduce((total, [, amount, unit = '']) => total + Number(amount) * (unitMs[unit] ?? 0), 0)
  }),
)

/** The default `limit` of a list. */
export const defaultLimit = 1000

const pageQuery = v.strictObject({offset: v.optional(digits, '0'), limit: v.optional(digits, String(defaultLimit))})

/** The rows that the query's `offset` and `limit` select. */
export function pageOf<T>(rows: readonly T[], query: unknown): T[] {
  const {offset, limit} = read(pageQuery, query)
  return rows.slice(offset, offset + limit)
}

/** The user of that id or nickname. @throws WireError 404 */
export function userOf(world: World, id: string | number): User {
  const user = world.users.find(id)
  if (user === undefined) throw notFound(`there is no user ${id}`)
  return user
}

/** The application of that id, the first one by default. @throws WireError 404 */
export function applicationOf({applications}: World, id: string | number | undefined): Application {
  const application = id === undefined ? applications.first() : applications.get(Number(id))
  if (application === undefined) throw notFound(`there is no application ${id}`)
  return application
}
