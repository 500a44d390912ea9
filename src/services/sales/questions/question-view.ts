import type {StoredQuestion} from '../../ports/index.js'

/** A question of the local copy. Times are ISO 8601 in UTC. */
export interface QuestionView {
  id: string
  item_id: string | null
  /** As the service has it: ANSWERED, UNANSWERED, BANNED, CLOSED_UNANSWERED, DELETED, DISABLED, UNDER_REVIEW. */
  status: string | null
  /** Empty when it was banned. */
  text: string | null
  /** Who asked; null once it was forgotten. */
  from_id: number | null
  date_created: string | null
  answer_text: string | null
  /** ACTIVE, DISABLED, BANNED. */
  answer_status: string | null
  answer_date: string | null
  deleted_from_listing: boolean
  hold: boolean
  suspected_spam: boolean
  partial: boolean
  synced_at: string
  /** When it was seen that the service does not have it any more. */
  removed_at: string | null
}

export function questionView(question: StoredQuestion): QuestionView {
  return {
    id: question.id,
    item_id: question.item_id,
    status: question.status,
    text: question.text,
    from_id: question.from_id,
    date_created: question.date_created?.toISOString() ?? null,
    answer_text: question.answer_text,
    answer_status: question.answer_status,
    answer_date: question.answer_date?.toISOString() ?? null,
    deleted_from_listing: question.deleted_from_listing,
    hold: question.hold,
    suspected_spam: question.suspected_spam,
    partial: question.partial,
    synced_at: question.synced_at.toISOString(),
    removed_at: question.removed_at?.toISOString() ?? null,
  }
}
