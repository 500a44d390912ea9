import {isMeliError, MeliError} from '../../../core/errors.js'
import {minuteOf} from '../../../core/format-time.js'
import type {Question} from '../../ports/index.js'

/** Characters of a question or an answer, says the service. docs/mercadolibre.md, section 7. */
const longestText = 2000

/** What is sent for it: without blank space around, of one kind of line ends. MELI_USAGE when it cannot be an answer. */
export function answerText(given: string): string {
  const text = given.replace(/\r\n?/g, '\n').trim()
  const length = charactersIn(text)
  if (length === 0) throw new MeliError('MELI_USAGE', 'the answer is empty', {try: ['give the text in quotes']})
  if (length > longestText) {
    const message = `the answer has ${length} characters, and Mercado Libre takes ${longestText} at most`
    throw new MeliError('MELI_USAGE', message, {
      try: [`shorten it by ${length - longestText} character${length - longestText === 1 ? '' : 's'}`],
      details: {characters: length, limit: longestText},
    })
  }
  return text
}

/** One by one: a list of them all may be more than the memory holds. */
function charactersIn(text: string): number {
  let length = 0
  for (const _ of text) length += 1
  return length
}

const reasons: Readonly<Record<string, string>> = {
  DELETED: 'was deleted',
  BANNED: 'was banned by Mercado Libre: buyers do not see it',
  CLOSED_UNANSWERED: 'was closed without an answer',
  DISABLED: 'is disabled: its buyer or its item is',
  UNDER_REVIEW: 'is under review at Mercado Libre',
}

/** Why it cannot be answered; undefined when it can. */
export function whyNot(question: Question, {sandbox}: {sandbox: boolean}): MeliError | undefined {
  const mode = sandbox ? ' --sandbox' : ''
  const {id, status} = question
  if (status === null || status === 'UNANSWERED') return undefined
  const why = status === 'ANSWERED' ? answered(question) : (reasons[status] ?? `has the status ${status}`)
  const later = status === 'UNDER_REVIEW' ? ['try again when the review is over'] : []
  return new MeliError('MELI_QUESTION_NOT_OPEN', `question ${id} ${why}`, {
    try: [
      ...later,
      `see it: meli questions show ${id}${mode}`,
      `list unanswered questions: meli questions list --unanswered${mode}`,
    ],
    details: {question_id: id, question_status: status},
  })
}

function answered({answer_date, answer_status}: Question): string {
  const when = answer_date === null ? '' : ` on ${minuteOf(answer_date.toISOString())}`
  const gone = answer_status === 'BANNED' || answer_status === 'DISABLED' ? `; the answer is ${answer_status} now` : ''
  return `was answered${when}, and a question takes only one answer${gone}`
}

/** Whether the service refused an answer since the question does not wait for one any more. */
export function saysNotOpen(error: unknown): boolean {
  return isMeliError(error) && error.details?.error === 'not_unanswered_question'
}

/** A refusal in words that name its rule; what is not known stays as it is. */
export function explainRefusal(error: unknown, {id, item_id}: Question, {sandbox}: {sandbox: boolean}): unknown {
  if (!isMeliError(error) || error.details?.error !== 'not_active_item') return error
  const item = item_id ?? 'its item'
  return new MeliError(error.code, `question ${id} cannot be answered while ${item} is not active`, {
    try: [
      ...(item_id === null ? [] : [`meli products activate ${item_id}${sandbox ? ' --sandbox' : ''}`]),
      'then answer it again',
    ],
    details: {...error.details},
    cause: error,
  })
}
