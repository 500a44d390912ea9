import {WireError} from '../wire-error.js'
import {standardBody, standardError} from '../wire-errors.js'

/** One reason in a validation answer. docs/mercadolibre.md, section 6.5. */
export interface Cause {
  department?: string
  cause_id?: number
  type: 'error' | 'warning'
  code: string
  references: readonly string[]
  message: string
}

/** docs/mercadolibre.md, section 3 (others). */
export function itemNotFoundBody(id: string) {
  return standardBody(404, 'not_found', `Item with id ${id} not found`)
}

export function itemNotFound(id: string): WireError {
  return new WireError(404, itemNotFoundBody(id))
}

/** docs/mercadolibre.md, section 3 (409): no `error` field. */
export function lockConflict(): WireError {
  return new WireError(409, {message: 'item optimistic locking error: conflict', status: 409, cause: []})
}

export function invalid(causes: readonly Cause[], message = 'Validation error'): WireError {
  return standardError(400, 'validation_error', message, causes)
}

/** docs/mercadolibre.md, section 6.5: here `error` carries the list and `message` the code. */
export function invalidTypes(problems: readonly string[]): WireError {
  return standardError(400, `[${problems.join(', ')}]`, 'body.invalid_field_types')
}
