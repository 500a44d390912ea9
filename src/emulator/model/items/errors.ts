import {standardBody, standardError, WireError} from '../wire-errors.js'

/** An entry of `cause` in a validation error. docs/mercadolibre.md, section 6.5. */
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

/** The element of a multiget for another seller's item. docs/mercadolibre.md, section 6.2. */
export function foreignItemBody() {
  return standardBody(403, 'access_denied', 'access to the requested resource is forbidden')
}

export function itemNotFound(id: string): WireError {
  return new WireError(404, itemNotFoundBody(id))
}

/** docs/mercadolibre.md, section 3 (409): no `error` field. */
export function lockConflict(): WireError {
  return new WireError(409, {message: 'item optimistic locking error: conflict', status: 409, cause: []})
}

/** The refusal of a price under price automation: the code is in `error` and `cause` is empty. docs/mercadolibre.md, section 6.4. */
export function automatedPrice(): WireError {
  return standardError(400, 'item.price.not_modifiable', 'Cannot modify price on items with dynamic pricing')
}

/** The answer for an item without prices: `error` names the item, and the code is not the usual one. docs/mercadolibre.md, section 6.7. */
export function noPrices(id: string): WireError {
  return new WireError(404, {error: `The item ${id} has no prices associated`, code: 'not.found', status: 404})
}

export function invalid(causes: readonly Cause[], message = 'Validation error'): WireError {
  return standardError(400, 'validation_error', message, causes)
}

/** docs/mercadolibre.md, section 6.5: here `error` carries the list and `message` the code. */
export function invalidTypes(problems: readonly string[]): WireError {
  return standardError(400, `[${problems.join(', ')}]`, 'body.invalid_field_types')
}
