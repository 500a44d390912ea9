import {WireError} from '../wire-error.js'
import type {Fields} from './fields.js'

/** One reason in a validation answer. docs/mercadolibre.md, section 6.5. */
export interface Cause {
  department?: string
  cause_id?: number
  type: 'error' | 'warning'
  code: string
  references: readonly string[]
  message: string
}

/** The standard four fields. docs/mercadolibre.md, section 3. */
export function wireBody(status: number, error: string, message: string, cause: readonly unknown[] = []): Fields {
  return {message, error, status, cause}
}

export function badRequest(message: string, error = 'bad_request'): WireError {
  return new WireError(400, wireBody(400, error, message))
}

/** docs/mercadolibre.md, section 3 (others). */
export function itemNotFoundBody(id: string): Fields {
  return wireBody(404, 'not_found', `Item with id ${id} not found`)
}

export function itemNotFound(id: string): WireError {
  return new WireError(404, itemNotFoundBody(id))
}

export function resourceNotFound(): WireError {
  return new WireError(404, wireBody(404, 'not_found', 'resource not found'))
}

/** Another user's resource. docs/mercadolibre.md, section 3 (403). */
export function accessDenied(): WireError {
  return new WireError(403, {
    status: 403,
    error: 'access_denied',
    message: 'access to the requested resource is forbidden',
    code: 'FORBIDDEN',
  })
}

/** docs/mercadolibre.md, section 3 (409): no `error` field. */
export function lockConflict(): WireError {
  return new WireError(409, {message: 'item optimistic locking error: conflict', status: 409, cause: []})
}

export function invalid(causes: readonly Cause[], message = 'Validation error'): WireError {
  return new WireError(400, wireBody(400, 'validation_error', message, causes))
}

/** docs/mercadolibre.md, section 6.5: here `error` carries the list and `message` the code. */
export function invalidTypes(problems: readonly string[]): WireError {
  return new WireError(400, wireBody(400, `[${problems.join(', ')}]`, 'body.invalid_field_types'))
}
