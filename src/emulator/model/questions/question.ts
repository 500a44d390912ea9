import {notFound, standardError, type WireError} from '../wire-errors.js'

/** docs/mercadolibre.md, section 7. */
export const questionStatuses = [
  'ANSWERED',
  'UNANSWERED',
  'BANNED',
  'CLOSED_UNANSWERED',
  'DELETED',
  'DISABLED',
  'UNDER_REVIEW',
] as const
export type QuestionStatus = (typeof questionStatuses)[number]

export const answerStatuses = ['ACTIVE', 'DISABLED', 'BANNED'] as const
export type AnswerStatus = (typeof answerStatuses)[number]

export interface Answer {
  readonly text: string
  readonly status: AnswerStatus
  readonly createdMs: number
}

/** Times are milliseconds since 1970. */
export interface Question {
  readonly id: number
  readonly itemId: string
  readonly sellerId: number
  readonly buyerId: number
  readonly text: string
  /** The application through which it was asked; null when it was asked on the item's page. */
  readonly appId: number | null
  readonly createdMs: number
  updatedMs: number
  status: QuestionStatus
  answer: Answer | null
  hold: boolean
  suspectedSpam: boolean
  deletedFromListing: boolean
}

/** Characters of a question or an answer (docs/mercadolibre.md, section 7). */
export const longestText = 2000

/** The id is not an integer. docs/mercadolibre.md, section 7. */
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

/** Worded like other 404s of section 3. */
export function questionNotFound(id: number): WireError {
  return notFound(`Question with id ${id} not found`)
}
