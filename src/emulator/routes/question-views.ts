import type {Question} from '../model/questions/question.js'
import {offsetTime} from './wire-time.js'

type Json = Record<string, unknown>

/** Texts that were banned come back empty. docs/mercadolibre.md, section 7. */
function textOf({text, status}: {text: string; status: string}): string {
  return status === 'BANNED' ? '' : text
}

function answerOf({answer}: Question): Json | null {
  if (answer === null) return null
  return {text: textOf(answer), status: answer.status, date_created: offsetTime(answer.createdMs)}
}

/** `GET /questions/:id?api_version=4`. docs/mercadolibre.md, section 7. */
export function newShape(question: Question): Json {
  return {
    id: question.id,
    seller_id: question.sellerId,
    buyer_id: question.buyerId,
    item_id: question.itemId,
    deleted_from_listing: question.deletedFromListing,
    suspected_spam: question.suspectedSpam,
    status: question.status,
    hold: question.hold,
    text: textOf(question),
    app_id: question.appId,
    date_created: offsetTime(question.createdMs),
    last_updated: offsetTime(question.updatedMs),
    answer: answerOf(question),
  }
}

/** As an element of a search. docs/mercadolibre.md, section 7. */
export function listed(question: Question): Json {
  return {
    date_created: offsetTime(question.createdMs),
    item_id: question.itemId,
    seller_id: question.sellerId,
    status: question.status,
    text: textOf(question),
    id: question.id,
    deleted_from_listing: question.deletedFromListing,
    hold: question.hold,
    suspected_spam: question.suspectedSpam,
    answer: answerOf(question),
    from: {id: question.buyerId},
  }
}

/** What is answered without `api_version`, with how many questions of that user were answered. docs/mercadolibre.md, section 7. */
export function oldShape(question: Question, answeredQuestions: number): Json {
  return {...listed(question), from: {id: question.buyerId, answered_questions: answeredQuestions}}
}
