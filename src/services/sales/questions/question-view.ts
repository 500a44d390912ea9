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
    item_id: question.itemId,
    status: question.status,
    text: question.text,
    from_id: question.fromId,
    date_created: question.dateCreated?.toISOString() ?? null,
    answer_text: question.answerText,
    answer_status: question.answerStatus,
    answer_date: question.answerDate?.toISOString() ?? null,
    deleted_from_listing: question.deletedFromListing,
    hold: question.hold,
    suspected_spam: question.suspectedSpam,
    partial: question.partial,
    synced_at: question.syncedAt.toISOString(),
    removed_at: question.removedAt?.toISOString() ?? null,
  }
}
