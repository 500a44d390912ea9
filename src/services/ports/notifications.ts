/** What the service told, parsed. docs/mercadolibre.md, section 10. */
export interface IncomingNotification {
  /** `_id`, or `id` of a sub-topic; begins with `~`, and is made of what it says, when it came without one. */
  id: string
  application_id: string
  user_id: number
  /** Known topics have the spelling of notifications, however they were sent. */
  topic: string
  /** As sent, such as `/items/MEC1`; evened out for topics that are looked after. */
  resource: string
  actions: readonly string[] | null
  sent_at: Date | null
  /** How often the service had tried. */
  attempts: number
}

export type NotificationState = 'waiting' | 'working' | 'done' | 'parked' | 'kept'

/** One piece of work: a resource to look at, however many notifications told of it. */
export interface NotificationWork {
  id: number
  application_id: string
  user_id: number
  topic: string
  resource: string
  actions: readonly string[] | null
  sent_at: Date | null
  received_at: Date
  /** How many notifications this one stands for. */
  received: number
  /** `kept`: a topic that nothing here looks after. */
  state: NotificationState
  failures: number
  due_at: Date
  finished_at: Date | null
  /** Of the last failure; of one that is done, what was found instead of the resource. */
  error_code: string | null
  error_message: string | null
}

/** One notification that was accepted, with the work that stands for it. */
export interface Arrival {
  /** Grows with each arrival. */
  cursor: number
  notificationId: string
  receivedAt: Date
  work: NotificationWork
}

export type Accepted =
  /** `duplicate`: its `_id` came before, or its resource is waiting already. */
  | {outcome: 'accepted' | 'duplicate'; workId: number}
  /** So much of this seller waits already that nothing but what is here already is added. Nothing was stored but the count. */
  | {outcome: 'refused'; workId?: undefined}

export type NotificationOutcome = 'accepted' | 'duplicate' | 'unknown' | 'refused' | 'done' | 'failed' | 'parked'

export interface TallyRow {
  hour: Date
  userId: number
  outcome: NotificationOutcome
  count: number
}

export interface NotificationFailure {
  id: number
  code: string
  message: string
  /** When to try again; null parks it. */
  dueAt: Date | null
}

/**
 * Tables `notification`, `notification_receipt` and `notification_tally`. One method is one atomic step. What `accept` has
 * committed survives a power cut; what the others did may be undone by one, and is then done again.
 */
export interface NotificationInbox {
  /**
   * Commits all of them in one transaction, in this order; when it resolves, none can be lost. `waits` tells for each
   * whether somebody looks after its topic; others are `kept`, the newest of each seller. Gives up soon, with MELI_DATABASE_BUSY, when others write.
   */
  accept(batch: ReadonlyArray<{notification: IncomingNotification; waits: boolean}>, at: Date): Promise<Accepted[]>
  /** What was dropped or refused before it came to work, by hour and seller (0 when unknown). */
  count(dropped: ReadonlyArray<{outcome: NotificationOutcome; userId: number; count: number}>, at: Date): Promise<void>
  /**
   * Takes what is due: the oldest first, never two of one resource at once, and what a holder that is gone left behind.
   * The lease must be prolonged or finished before `until`.
   */
  claim(request: {holder: string; limit: number; now: Date; until: Date}): Promise<NotificationWork[]>
  /** Of everything that this holder has; returns how many that is. */
  prolong(holder: string, until: Date): Promise<number>
  /** `found` says what there was instead of the resource. Returns how many were still this holder's; the others stay as they are. */
  finish(
    ends: ReadonlyArray<{id: number; found?: {code: string; message: string} | undefined}>,
    holder: string,
    at: Date,
  ): Promise<number>
  /** Puts them back until they are due, or parks them. Another that waits for the same resource takes over what one stood for. */
  fail(failures: readonly NotificationFailure[], holder: string, at: Date): Promise<number>
  /** Gives back what was claimed and not begun. */
  release(ids: readonly number[], holder: string, at: Date): Promise<void>
  /** Parked ones wait again; all of them (of one seller, if asked) when no ids are given. Returns how many. */
  replay(chosen: {ids?: readonly number[] | undefined; userId?: number | undefined}, at: Date): Promise<number>
  find(id: number): Promise<NotificationWork | undefined>
  /** Newest first. */
  list(filter: {
    states?: readonly NotificationState[] | undefined
    userId?: number | undefined
    /** All spellings of one topic; all topics when absent. */
    topics?: readonly string[] | undefined
    limit: number
  }): Promise<NotificationWork[]>
  /** What was accepted behind this cursor, oldest first. */
  arrivals(after: number, limit: number): Promise<Arrival[]>
  /** The cursor of the newest arrival; 0 when there is none. */
  newestArrival(): Promise<number>
  /** What waits, by seller; `oldest` is when the oldest of them was received. */
  backlog(): Promise<Array<{userId: number; waiting: number; working: number; parked: number; oldest: Date | null}>>
  /** By hour, since then. */
  tally(since: Date): Promise<TallyRow[]>
  /** When the next one that waits is due, or a lease ends; null when nothing waits or is under way. */
  nextDue(): Promise<Date | null>
  /**
   * Removes done and kept ones, and receipts, older than this, and tallies thirty days older; and the oldest of those where
   * there are too many. Returns how many rows.
   */
  sweep(before: Date): Promise<number>
}

/** `GET /missed_feeds`: what could not be delivered. */
export interface MissedFeeds {
  /**
   * One topic, page by page; `siteId` is needed for items. Each row is a notification as it was to be sent. A page that
   * cannot be read does not hide the others: its error is thrown behind their rows.
   */
  missedFeeds(
    request: {applicationId: string; topic: string; siteId?: string | undefined},
    signal: AbortSignal,
  ): AsyncIterable<readonly unknown[]>
}

/** Passes the body of a notification on, as the service would send it. */
export interface NotificationForwarder {
  /** `status` is null when there was no answer; then `error` says why, in a word or two. */
  forward(body: string, signal: AbortSignal): Promise<{status: number | null; error: string | null; ms: number}>
}
