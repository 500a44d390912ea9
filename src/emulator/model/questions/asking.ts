import {accessDenied, badRequest, standardError} from '../api-error.js'
import {itemNotFound} from '../items/errors.js'
import type {Item} from '../items/item.js'
import {type Fields, isFields} from '../json.js'
import {alreadyAnswered, inactiveItem, invalidBody, invalidQuestion, notDeletable, questionNotFound} from './errors.js'
import {longestText, type Question} from './question.js'
import type {Questions} from './questions.js'

export interface AskingDeps {
  questions: Questions
  catalogue: {get(id: string): Item | undefined}
}

interface Asker {
  userId: number
  isTestUser: boolean
  appId: number | null
}

/** `POST /questions`. docs/mercadolibre.md, section 7. @throws WireError 400, 403, 404 */
export function ask({questions, catalogue}: AskingDeps, {userId, isTestUser, appId}: Asker, body: unknown): Question {
  const {item_id: itemId, text} = objectOf(body)
  if (typeof itemId !== 'string' || itemId === '') throw invalidBody('item_id must be text')
  const words = textOf(questions, text)
  const item = catalogue.get(itemId)
  if (item === undefined) throw itemNotFound(itemId)
  if (item.sellerId === userId) throw badRequest('A seller cannot ask about an item of their own')
  // docs/mercadolibre.md, section 4: test users deal only with items of test users. The reverse is our reading.
  if (item.isTest !== isTestUser)
    throw standardError(403, 'forbidden', 'Test users deal only with items of test users, and others with other items')
  if (item.status !== 'active') throw inactiveItem(itemId)
  return questions.ask({itemId, sellerId: item.sellerId, buyerId: userId, text: words, appId})
}

/** `POST /answers`, by the seller who was asked. docs/mercadolibre.md, section 7. @throws WireError 400, 403, 404 */
export function answer({questions, catalogue}: AskingDeps, userId: number, body: unknown): Question {
  const {question_id: id, text} = objectOf(body)
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw invalidQuestion(id)
  const words = textOf(questions, text)
  const question = received(questions, id, userId)
  if (question.status !== 'UNANSWERED') throw alreadyAnswered(question)
  const isActive = catalogue.get(question.itemId)?.status === 'active'
  if (!isActive && questions.settings.answers_need_active_item) throw inactiveItem(question.itemId)
  questions.answer(question, words)
  return question
}

/** `DELETE /questions/:id`; by whom is not told, we take the seller. docs/mercadolibre.md, section 7. */
export function remove(questions: Questions, userId: number, id: number): void {
  const question = received(questions, id, userId)
  if (question.status !== 'UNANSWERED') throw notDeletable(question)
  questions.change(question, {status: 'DELETED', deletedFromListing: true})
}

function received(questions: Questions, id: number, userId: number): Question {
  const question = questions.get(id)
  if (question === undefined) throw questionNotFound(id)
  if (question.sellerId !== userId) throw accessDenied()
  return question
}

function objectOf(body: unknown): Fields {
  if (!isFields(body)) throw invalidBody('the body must be an object')
  return body
}

/** The error for a text that is too long is unconfirmed. docs/mercadolibre.md, section 7. */
function textOf({settings}: Questions, text: unknown): string {
  if (typeof text !== 'string' || text.trim() === '') throw invalidBody('text must not be empty')
  if ([...text].length > longestText)
    throw invalidBody(`text must not be longer than ${longestText} characters`, settings.long_text_status)
  return text
}
