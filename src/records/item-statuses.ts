/** What `status` may be in a search, and the states that items have besides. docs/mercadolibre.md, sections 6.1 and 6.4. */
export const itemStatuses = [
  'active',
  'paused',
  'closed',
  'pending',
  'not_yet_active',
  'programmed',
  'under_review',
  'inactive',
  'payment_required',
] as const
