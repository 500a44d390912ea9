/** docs/mercadolibre.md, section 7. */
export const questionStatuses = [
  'ANSWERED',
  'UNANSWERED',
  'BANNED',
  'CLOSED_UNANSWERED',
  'DELETED',
  'DISABLED',
  'UNDER_REVIEW',
] as const
export type QuestionStatus = (typeof questionStatuses)[number]

export const answerStatuses = ['ACTIVE', 'DISABLED', 'BANNED'] as const
export type AnswerStatus = (typeof answerStatuses)[number]

export interface Answer {
  readonly text: string
  readonly status: AnswerStatus
  readonly createdMs: number
}

/** Times are milliseconds since 1970. */
export interface Question {
  readonly id: number
  readonly itemId: string
  readonly sellerId: number
  readonly buyerId: number
  readonly text: string
  /** The application through which it was asked; null when it was asked on the item's page. */
  readonly appId: number | null
  readonly createdMs: number
  updatedMs: number
  status: QuestionStatus
  answer: Answer | null
  hold: boolean
  suspectedSpam: boolean
  deletedFromListing: boolean
}

/** docs/mercadolibre.md, section 7: in characters, for question and answer. */
export const longestText = 2000
