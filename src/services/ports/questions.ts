import type {WalkSource} from './walk.js'

/** docs/mercadolibre.md, section 7. Statuses in capitals, as version 4 of the API has them. */
export interface Question {
  id: string
  user_id: number
  item_id: string | null
  /** ANSWERED, UNANSWERED, BANNED, CLOSED_UNANSWERED, DELETED, DISABLED, UNDER_REVIEW. */
  status: string | null
  text: string | null
  from_id: number | null
  date_created: Date | null
  last_updated: Date | null
  answer_text: string | null
  /** ACTIVE, DISABLED, BANNED. */
  answer_status: string | null
  answer_date: Date | null
  deleted_from_listing: boolean
  hold: boolean
  suspected_spam: boolean
  partial: boolean
}

export interface StoredQuestion extends Question {
  synced_at: Date
  removed_at: Date | null
}

export interface QuestionQuery {
  userId: number
  status?: string | undefined
  itemId?: string | undefined
  since?: Date | undefined
  /** Removed ones too. */
  removed?: boolean | undefined
  limit?: number | undefined
}

/** The local copy, read; the newest first. */
export interface LocalQuestions {
  questions(query: QuestionQuery): AsyncIterable<StoredQuestion>
  count(query: QuestionQuery): Promise<number>
  find(userId: number, id: string): Promise<StoredQuestion | undefined>
  /** Ids of those that wait for an answer, as last read, and of those that came with parts missing. */
  toReadAgain(userId: number): Promise<string[]>
  /** They are gone at the service; how many were not marked yet. */
  remove(userId: number, ids: readonly string[], at: Date): Promise<number>
}

export interface QuestionApi {
  /** Received by the account; `known` are ids of `toReadAgain`. */
  questions(userId: number, known: () => Promise<readonly string[]>): WalkSource<Question>
  /** MELI_NOT_FOUND when there is none. */
  question(userId: number, id: string, signal?: AbortSignal): Promise<Question>
}
