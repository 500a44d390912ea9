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
