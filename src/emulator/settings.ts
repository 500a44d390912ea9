import type {FastifyInstance} from 'fastify'
import {isFields} from './items/fields.js'
import {badRequest} from './wire-errors.js'

type Fits = (value: unknown) => boolean

/** What each setting can be: one of these, or whatever fits. */
type Rules<T> = {readonly [Name in keyof T]: readonly unknown[] | Fits}

type Change<T> = (settings: T, change: unknown) => void

/** Changes the named settings; an unknown name or value is a 400 and changes nothing. */
export function changerOf<T extends object>(rules: Rules<T>): Change<T> {
  const ruleOf = (name: string) => (Object.hasOwn(rules, name) ? rules[name as keyof T] : undefined)
  return (settings, change) => {
    if (!isFields(change)) throw badRequest('settings must be an object')
    for (const [name, value] of Object.entries(change)) {
      const rule = ruleOf(name)
      if (rule === undefined) throw badRequest(`there is no setting ${name}`)
      const fits = typeof rule === 'function' ? rule(value) : rule.includes(value)
      if (!fits) throw badRequest(`${JSON.stringify(value)} is not a value of ${name}`)
    }
    Object.assign(settings, change)
  }
}

/** A whole number, 0 or more. */
export const isCount: Fits = (value) => Number.isSafeInteger(value) && Number(value) >= 0

/** A count, or no limit at all. */
export const isCountOrNull: Fits = (value) => value === null || isCount(value)

/** `GET` shows them, `POST` changes them. */
export function registerSettings<T extends object>(
  app: FastifyInstance,
  path: string,
  settings: T,
  change: Change<T>,
): void {
  app.get(path, () => settings)
  app.post(path, (request) => {
    change(settings, request.body)
    return settings
  })
}
