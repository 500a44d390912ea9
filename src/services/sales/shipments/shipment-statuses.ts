/** docs/mercadolibre.md, section 9. */
export const shipmentStatuses = [
  'to_be_agreed',
  'pending',
  'handling',
  'ready_to_ship',
  'shipped',
  'delivered',
  'not_delivered',
  'not_verified',
  'cancelled',
  'closed',
  'error',
  'active',
  'not_specified',
  'stale_ready_to_ship',
  'stale_shipped',
] as const
