import {describe, expect, it} from '@jest/globals'
import {readQuestion, readQuestionPage} from '../../../src/meli/wire/questions.js'

const context = {userId: 7, partial: false}
const listed = {
  date_created: '2026-03-01T08:00:00.000-04:00',
  item_id: 'MEC1',
  seller_id: 7,
  status: 'ANSWERED',
  text: '¿Tiene?',
  id: 13_000_000_001,
  deleted_from_listing: false,
  hold: true,
  suspected_spam: false,
  answer: {text: 'Sí', status: 'ACTIVE', date_created: '2026-03-01T09:00:00.000-04:00'},
  from: {id: 99},
}

describe('a question on the wire', () => {
  it('is the same from a search and by itself', () => {
    const {from: _from, ...same} = listed
    const alone = {...same, buyer_id: 99, app_id: null, last_updated: '2026-03-05T09:00:00.000-04:00'}
    const read = readQuestion(listed, context)
    expect(readQuestion(alone, context)).toEqual(read)
    expect(read).toEqual({
      ...{id: '13000000001', user_id: 7, item_id: 'MEC1', status: 'ANSWERED', text: '¿Tiene?', from_id: 99},
      ...{date_created: new Date('2026-03-01T12:00:00Z'), last_updated: new Date('2026-03-01T13:00:00Z')},
      ...{answer_text: 'Sí', answer_status: 'ACTIVE', answer_date: new Date('2026-03-01T13:00:00Z')},
      ...{deleted_from_listing: false, hold: true, suspected_spam: false, partial: false},
    })
  })

  it('says whose it is', () => {
    expect(readQuestion({...listed, seller_id: 8}, context)?.user_id).toBe(8)
    expect(readQuestion({id: 1}, context)?.user_id).toBe(7)
  })

  it('reads statuses of the older version in capitals', () => {
    expect(readQuestion({id: 1, status: 'unanswered'}, context)?.status).toBe('UNANSWERED')
  })

  it.each([{}, {id: null}, {id: 'x'}, [], null, 'text'])('is none without an id: %j', (json) => {
    expect(readQuestion(json, context)).toBeUndefined()
  })

  it('takes what is of another type for not said', () => {
    const odd = {id: 1, text: 5, answer: 'yes', from: [], hold: 'no', date_created: 'yesterday', item_id: {}}
    expect(readQuestion(odd, context)).toMatchObject({
      ...{text: null, answer_text: null, from_id: null, hold: false, date_created: null, item_id: null},
    })
  })

  it('comes in pages that end with null', () => {
    const page = {total: 36, limit: 50, questions: [listed], scroll_id: 'abc', filters: {}}
    expect(readQuestionPage(page)).toEqual({total: 36, questions: [listed], scrollId: 'abc'})
    expect(readQuestionPage({questions: null, scroll_id: null})).toEqual({total: null, questions: [], scrollId: null})
    expect(readQuestionPage({questions: 'none'})).toBeUndefined()
    expect(readQuestionPage([])).toBeUndefined()
  })
})
