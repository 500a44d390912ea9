import {notFound, standardError} from '../api-error.js'
import type {WireError} from '../wire-error.js'
import type {Question} from './question.js'

/** docs/mercadolibre.md, section 7: the id is not an integer. */
export function invalidQuestion(id: unknown): WireError {
  return standardError(400, 'invalid_question', `Invalid question id: ${String(id).slice(0, 40)}`)
}

/** docs/mercadolibre.md, section 7. */
export function invalidBody(message: string, status = 400): WireError {
  return standardError(status, 'invalid_post_body', message)
}

/** Seen live, in this wording. docs/mercadolibre.md, section 7. */
export function alreadyAnswered({id}: Question): WireError {
  return standardError(400, 'not_unanswered_question', `Question ${id} is not unanswered`)
}

/** The same code for deleting. docs/mercadolibre.md, section 7. */
export function notDeletable({id}: Question): WireError {
  return standardError(400, 'not_unanswered_question', `Question ${id} must be unanswered`)
}

/** docs/mercadolibre.md, section 7; the wording is ours. */
export function inactiveItem(itemId: string): WireError {
  return standardError(400, 'not_active_item', `Item ${itemId} is not active`)
}

/** In the words of section 3's other 404s. */
export function questionNotFound(id: number): WireError {
  return notFound(`Question with id ${id} not found`)
}

/** As in a scan of items. docs/mercadolibre.md, section 6.1. */
export function invalidScroll(): WireError {
  return standardError(400, 'invalid.scroll.id', 'Invalid Scroll Id: Error decode reading Scroll ID')
}
