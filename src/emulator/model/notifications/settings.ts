import {changerOf, isCount, wholeNumber, wholeNumberOrNull} from '../settings.js'

export const orders = ['queued', 'shuffled', 'reversed'] as const
const shapes = ['full', 'plain', 'sub_topic', 'without_id'] as const

/** How notifications leave, and what `/missed_feeds` shows. docs/mercadolibre.md, section 10. */
export interface NotificationSettings {
  /** Nothing leaves while this is on; what happens is queued. */
  hold: boolean
  /** In which order waiting ones leave. */
  order: (typeof orders)[number]
  /** How often each is queued, under one and the same `_id`. */
  copies: number
  /** `full` has `_id` and `actions`; `plain` has no `actions`, except that sub-topics have `id` and `actions`, as in `sub_topic`. */
  shape: (typeof shapes)[number]
  receivedField: 'received' | 'recieved'
  userIdAsText: boolean
  itemsPricesTopic: 'items_prices' | 'items prices'
  ordersFeedbackTopic: 'orders_feedback' | 'orders feedback'
  stockLocationsTopic: 'stock-locations' | 'stock-location'
  familiesTopic: 'user-products-families' | 'user_products_families'
  /** What a notification of a price names: `/items/{id}/prices`, or the item. */
  itemsPricesResource: 'prices' | 'item'
  /** Real milliseconds that a receiver has for its 200. */
  timeoutMs: number
  maxAttempts: number
  /** Virtual milliseconds between the first two attempts; the gap doubles with each further one. */
  firstRetryMs: number
  /** How many are under way at once. */
  concurrency: number
  /** Of so many attempts in a row, nine in ten have to fail before a topic is switched off; null: never. */
  switchOffAfter: number | null
  /** ... and that for at least so long, in virtual milliseconds. */
  switchOffSpanMs: number
  /** What `messages` is when there are no rows, or none behind the last page. */
  missedFeedsEnd: 'null' | 'empty_list'
  /** `observed` has `source`, `user_id` as text and whole seconds; `documented` repeats what was sent. */
  missedFeedsRow: 'observed' | 'documented'
  /** Is topic `items` without `site_id` refused with 400? */
  missedFeedsNeedSite: boolean
}

export function defaultSettings(): NotificationSettings {
  return {
    hold: false,
    order: 'queued',
    copies: 1,
    shape: 'full',
    receivedField: 'received',
    userIdAsText: false,
    itemsPricesTopic: 'items_prices',
    ordersFeedbackTopic: 'orders_feedback',
    stockLocationsTopic: 'stock-locations',
    familiesTopic: 'user-products-families',
    itemsPricesResource: 'prices',
    timeoutMs: 1000,
    // The third attempt comes 9 minutes after the first: 8 to 10 were seen.
    maxAttempts: 3,
    firstRetryMs: 180_000,
    concurrency: 16,
    // That topics are switched off is documented, when is not.
    switchOffAfter: 100,
    switchOffSpanMs: 24 * 60 * 60 * 1000,
    missedFeedsEnd: 'null',
    missedFeedsRow: 'observed',
    missedFeedsNeedSite: true,
  }
}

/** What the documentation says where captured answers differ. */
export const documented: Partial<NotificationSettings> = {
  shape: 'plain',
  itemsPricesTopic: 'items prices',
  ordersFeedbackTopic: 'orders feedback',
  stockLocationsTopic: 'stock-location',
  familiesTopic: 'user_products_families',
  itemsPricesResource: 'item',
  timeoutMs: 500,
  // Eight attempts in an hour: the last one comes 59 minutes and 16 seconds after the first.
  maxAttempts: 8,
  firstRetryMs: 28_000,
  missedFeedsEnd: 'empty_list',
  missedFeedsRow: 'documented',
}

export const changeSettings = changerOf<NotificationSettings>({
  hold: [true, false],
  order: orders,
  copies: wholeNumber(1, 100),
  shape: shapes,
  receivedField: ['received', 'recieved'],
  userIdAsText: [true, false],
  itemsPricesTopic: ['items_prices', 'items prices'],
  ordersFeedbackTopic: ['orders_feedback', 'orders feedback'],
  stockLocationsTopic: ['stock-locations', 'stock-location'],
  familiesTopic: ['user-products-families', 'user_products_families'],
  itemsPricesResource: ['prices', 'item'],
  timeoutMs: wholeNumber(1, 60_000),
  maxAttempts: wholeNumber(1, 20),
  firstRetryMs: wholeNumber(1, 86_400_000),
  concurrency: wholeNumber(1, 256),
  switchOffAfter: wholeNumberOrNull(1, 10_000),
  switchOffSpanMs: isCount,
  missedFeedsEnd: ['null', 'empty_list'],
  missedFeedsRow: ['observed', 'documented'],
  missedFeedsNeedSite: [true, false],
})
