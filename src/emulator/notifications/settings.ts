import {changerOf, isCount, wholeNumber, wholeNumberOrNull} from '../settings.js'

export const orders = ['queued', 'shuffled', 'reversed'] as const
const shapes = ['plain', 'sub_topic', 'without_id'] as const

/** How notifications leave. The service has no such switches: they make its rarer habits happen when a test wants them. */
export interface NotificationSettings {
  /** Nothing leaves while this is on; what happens is queued. */
  hold: boolean
  /** In which order waiting ones leave. */
  order: (typeof orders)[number]
  /** How often each is queued, under one and the same `_id`. */
  copies: number
  /** `sub_topic` has `id` and `actions`, as notifications with actions always have. */
  shape: (typeof shapes)[number]
  receivedField: 'received' | 'recieved'
  userIdAsText: boolean
  /** Real milliseconds that a receiver has for its 200. */
  timeoutMs: number
  /** How many are under way at once. */
  concurrency: number
  /** Of so many attempts in a row, nine in ten have to fail before a topic is switched off; null: never. */
  switchOffAfter: number | null
  /** ... and that for at least so long, in virtual milliseconds. */
  switchOffSpanMs: number
}

export function defaultSettings(): NotificationSettings {
  return {
    hold: false,
    order: 'queued',
    copies: 1,
    shape: 'plain',
    receivedField: 'received',
    userIdAsText: false,
    // docs/mercadolibre.md, section 10.
    timeoutMs: 500,
    concurrency: 16,
    // That topics are switched off is documented, when is not (section 10).
    switchOffAfter: 100,
    switchOffSpanMs: 24 * 60 * 60 * 1000,
  }
}

export const changeSettings = changerOf<NotificationSettings>({
  hold: [true, false],
  order: orders,
  copies: wholeNumber(1, 100),
  shape: shapes,
  receivedField: ['received', 'recieved'],
  userIdAsText: [true, false],
  timeoutMs: wholeNumber(1, 60_000),
  concurrency: wholeNumber(1, 256),
  switchOffAfter: wholeNumberOrNull(1, 10_000),
  switchOffSpanMs: isCount,
})
