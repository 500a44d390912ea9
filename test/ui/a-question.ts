import type {QuestionView} from '../../src/services/sales/questions/question-view.js'

export function aQuestion(changes: Partial<QuestionView> = {}): QuestionView {
  return {
    id: '13000000001',
    item_id: 'MEC1',
    status: 'UNANSWERED',
    text: '¿Tiene en azul?',
    from_id: 99,
    date_created: '2026-03-01T10:00:00.000Z',
    answer_text: null,
    answer_status: null,
    answer_date: null,
    deleted_from_listing: false,
    hold: false,
    suspected_spam: false,
    partial: false,
    synced_at: '2026-03-01T11:00:00.000Z',
    removed_at: null,
    ...changes,
  }
}
