import {describe, expect, it} from '@jest/globals'
import {csvLines} from '../../src/ui/csv.js'
import {questionColumns, renderAnswered, renderQuestion, renderQuestions} from '../../src/ui/questions.js'
import {aQuestion} from './a-question.js'
import {all, plainPaper} from './paper.js'

const freshness = {synced_at: null, age_seconds: null, invalidated: false, connected: true}
const answered = {status: 'ANSWERED', answer_text: 'Sí,\nen azul.', answer_date: '2026-03-01T11:00:00.000Z'}

describe('a list of questions', () => {
  it('has a line each, and says what they are about', () => {
    const questions = [aQuestion(), aQuestion({id: '2', ...answered}), aQuestion({id: '3', removed_at: '2026-03-01'})]
    const shown = renderQuestions({user_id: 1, questions, total: 3, ...freshness}, plainPaper(), all)
    expect(shown.split('\n').map((line) => line.replace(/ {2,}/g, '|'))).toEqual([
      'ID|ASKED|STATUS|ITEM|QUESTION|ANSWER',
      '13000000001|2 h ago|unanswered|MEC1|¿Tiene en azul?|-',
      '2|2 h ago|answered|MEC1|¿Tiene en azul?|Sí, en azul.',
      '3|2 h ago|gone|MEC1|¿Tiene en azul?|-',
    ])
  })

  it('fits a narrow terminal, the question last to go', () => {
    const shown = renderQuestions({user_id: 1, questions: [aQuestion()], total: 1, ...freshness}, plainPaper(52), all)
    expect(shown.split('\n').every((line) => line.length <= 52)).toBe(true)
    expect(shown).toContain('Tiene')
    expect(shown).not.toContain('ANSWER ')
  })

  it('says that nothing fits, that there is nothing, and how many there are', () => {
    const none = {user_id: 1, questions: [], total: 0, ...freshness}
    expect(renderQuestions(none, plainPaper(), {some: true})).toBe('No question fits.')
    expect(renderQuestions(none, plainPaper(), all)).toBe('No question here.')
    const some = {user_id: 1, questions: [aQuestion()], total: 7, ...freshness}
    expect(renderQuestions(some, plainPaper(), all)).toContain('1 of 7 questions: --limit shows more')
  })

  it('is CSV with every column, and text that would run as a formula made harmless', async () => {
    async function* rows() {
      yield aQuestion({text: '=HYPERLINK("http://example.com")'})
    }
    let csv = ''
    for await (const line of csvLines(rows(), questionColumns, ',')) csv += line
    expect(csv).toContain('id,date_created,status,item_id,text,answer_text')
    expect(csv).toContain(`"'=HYPERLINK(""http://example.com"")"`)
  })
})

describe('a question', () => {
  it('is shown with its answer and its item', () => {
    const shown = renderQuestion({question: aQuestion(answered), item_title: 'Remera azul'}, plainPaper())
    expect(shown).toContain('MEC1  Remera azul')
    expect(shown.endsWith('¿Tiene en azul?\n\nAnswer\nSí,\nen azul.')).toBe(true)
  })

  it.each([
    [{status: 'BANNED', text: ''}, 'Banned: its text is not shown to anybody.'],
    [{answer_status: 'DISABLED'}, 'Its answer is disabled.'],
    [{deleted_from_listing: true}, 'It was taken off the listing.'],
    [{hold: true}, 'Mercado Libre holds it back for now.'],
    [{suspected_spam: true}, 'Mercado Libre takes it for spam.'],
    [{partial: true}, 'Parts are missing; the next sync reads it again.'],
    [{removed_at: '2026-03-01T11:00:00.000Z'}, 'Mercado Libre does not have it any more'],
  ])('says what is the matter with it: %j', (changes, note) => {
    expect(renderQuestion({question: aQuestion(changes), item_title: null}, plainPaper())).toContain(note)
  })

  it('cannot paint the terminal', () => {
    const question = aQuestion({text: '\u001b[31mrojo\u001b]0;title\u0007', item_id: null, from_id: null})
    const shown = renderQuestion({question, item_title: null}, plainPaper())
    expect(shown).toContain('rojo')
    expect([...shown].filter((letter) => letter < ' ' && letter !== '\n')).toEqual([])
  })
})

describe('an answer', () => {
  it('is told of with its warnings', () => {
    const result = {ok: true, dry_run: false, mode: 'sandbox', user_id: 1, question: aQuestion(), write_id: 3} as const
    expect(renderAnswered({...result, warnings: ['it was late']}, plainPaper())).toBe(
      '✓ Question 13000000001 about MEC1 answered (sandbox)\n! it was late',
    )
  })
})
