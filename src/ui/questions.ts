import {minuteOf} from '../core/format-time.js'
import type {AnswerResult} from '../services/sales/questions/answer.js'
import type {QuestionView} from '../services/sales/questions/question-view.js'
import type {QuestionList, QuestionPage} from '../services/sales/questions/questions.js'
import {type Asked, type Column, column, renderListing} from './listing.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {type Cell, fields} from './table.js'
import {dated, relative} from './times.js'
import {wrap} from './wrap.js'

/** All columns of files; the table shows those with a header. */
export const questionColumns: ReadonlyArray<Column<QuestionView>> = [
  column('id', {header: 'ID'}),
  column('date_created', {header: 'ASKED', cell: ({date_created: date}, {now}) => relative(date, now)}),
  column('status', {header: 'STATUS', cell: (row, paper) => standing(row, paper)}),
  column('item_id', {header: 'ITEM', spare: 2}),
  column('text', {header: 'QUESTION', cell: ({text}) => said(text)}),
  column('answer_text', {header: 'ANSWER', spare: 1, cell: ({answer_text}) => said(answer_text)}),
  column('answer_status'),
  column('answer_date'),
  column('from_id'),
  column('deleted_from_listing'),
  column('hold'),
  column('suspected_spam'),
  column('partial'),
  column('synced_at'),
  column('removed_at'),
]

export function renderQuestions({questions, total}: QuestionList, paper: Paper, {some}: Asked): string {
  return renderListing(questions, questionColumns, {noun: 'question', total, some, none: 'No question here.'}, paper)
}

export function renderQuestion({question, item_title}: Pick<QuestionPage, 'question' | 'item_title'>, paper: Paper) {
  const {style, now} = paper
  const item = [question.item_id, item_title].filter((each) => each !== null).join('  ')
  const rows: Array<readonly [string, Cell]> = [
    ['Status', standing(question, paper)],
    ['Item', item || '-'],
    ['Asked', dated(question.date_created, now)],
    ['Buyer', question.from_id === null ? '-' : String(question.from_id)],
    ['Answered', dated(question.answer_date, now)],
    ['Fetched', dated(question.synced_at, now)],
  ]
  const notes = notesOf(question).map((note) => `${style.symbols.warn} ${note}`)
  const answer = question.answer_text === null ? [] : [style.dim('Answer'), paragraph(question.answer_text, paper)]
  return [
    style.bold(`Question ${question.id}`),
    fields(rows, paper),
    ...notes,
    '',
    paragraph(question.text, paper),
    ...(answer.length === 0 ? [] : ['', ...answer]),
  ].join('\n')
}

export function renderAnswered({question, mode, warnings}: AnswerResult, {style}: Paper): string {
  const where = mode === 'sandbox' ? ' (sandbox)' : ''
  const about = question.item_id === null ? '' : ` about ${question.item_id}`
  return [
    `${style.symbols.ok} Question ${question.id}${about} answered${where}`,
    ...warnings.map((warning) => `${style.symbols.warn} ${printable(warning)}`),
  ].join('\n')
}

function notesOf(question: QuestionView): string[] {
  const {status, answer_status: answer} = question
  return [
    ...(question.removed_at === null
      ? []
      : [`Mercado Libre does not have it any more (${minuteOf(question.removed_at)}).`]),
    ...(status === 'BANNED' ? ['Banned: its text is not shown to anybody.'] : []),
    ...(answer === 'BANNED' || answer === 'DISABLED' ? [`Its answer is ${answer.toLowerCase()}.`] : []),
    ...(question.deleted_from_listing ? ['It was taken off the listing.'] : []),
    ...(question.hold ? ['Mercado Libre holds it back for now.'] : []),
    ...(question.suspected_spam ? ['Mercado Libre takes it for spam.'] : []),
    ...(question.partial ? ['Parts are missing; the next sync reads it again.'] : []),
  ]
}

function standing({status, removed_at}: QuestionView, {style}: Paper): Cell {
  if (removed_at !== null) return {text: 'gone', paint: style.fail}
  if (status === null) return '-'
  const text = status.toLowerCase().replaceAll('_', ' ')
  if (status === 'ANSWERED') return {text, paint: style.ok}
  return {text, paint: status === 'UNANSWERED' ? style.warn : style.fail}
}

function paragraph(text: string | null, {columns}: Paper): string {
  const lines = printable(text === null || text === '' ? '(no text)' : text).split('\n')
  return lines.flatMap((line) => wrap(line, columns)).join('\n')
}

/** One row of a table has one line; what a text goes on with is cut by the table. */
function said(text: string | null): string {
  return text === null || text === '' ? '-' : text
}
