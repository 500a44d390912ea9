/** What the service told, parsed. docs/mercadolibre.md, section 10. */
export interface IncomingNotification {
  /** `_id`, or `id` of a sub-topic; null when it came without one. */
  id: string | null
  applicationId: string
  userId: number
  topic: string
  /** As sent, such as `/items/MEC1`. */
  resource: string
  actions: readonly string[] | null
  sentAt: Date | null
  /** How often the service had tried. */
  attempts: number
}

export type NotificationState = 'waiting' | 'working' | 'done' | 'parked' | 'kept'

/** One piece of work: a resource to look at, however many notifications told of it. */
export interface NotificationWork {
  id: number
  applicationId: string
  userId: number
  topic: string
  resource: string
  actions: readonly string[] | null
  sentAt: Date | null
  receivedAt: Date
  /** How many notifications this one stands for. */
  received: number
  /** `kept`: a topic that nothing here looks after. */
  state: NotificationState
  failures: number
  dueAt: Date
  finishedAt: Date | null
  errorCode: string | null
  errorMessage: string | null
}

export interface Accepted {
  /** `duplicate`: its `_id` came before, or its resource is waiting already. */
  outcome: 'accepted' | 'duplicate'
  workId: number
}

export type NotificationOutcome = 'accepted' | 'duplicate' | 'unknown' | 'refused' | 'done' | 'failed' | 'parked'

export interface TallyRow {
  hour: Date
  userId: number
  outcome: NotificationOutcome
  count: number
}

/** Tables `notification`, `notification_receipt` and `notification_tally`. One method is one atomic, durable step. */
export interface NotificationInbox {
  /**
   * Commits all of them in one transaction, in this order; when it resolves, none can be lost. `waits` tells for each
   * whether somebody looks after its topic; others are `kept`.
   */
  accept(batch: ReadonlyArray<{notification: IncomingNotification; waits: boolean}>, at: Date): Promise<Accepted[]>
  /** What was dropped or refused before it came to work, by hour and seller (0 when unknown). */
  count(outcome: NotificationOutcome, userId: number, at: Date): Promise<void>
  /**
   * Takes what is due: the oldest first, never two of one resource at once, and what a holder that is gone left behind.
   * The lease must be prolonged or finished before `until`.
   */
  claim(request: {holder: string; limit: number; now: Date; until: Date}): Promise<NotificationWork[]>
  /** False when the lease was lost. */
  finish(id: number, holder: string, end: {outcome: 'done'; at: Date}): Promise<boolean>
  /** Puts it back until `dueAt`, or parks it when that is null. Another that waits for the same resource takes its place. */
  fail(id: number, holder: string, end: {code: string; message: string; dueAt: Date | null; at: Date}): Promise<boolean>
  /** Gives back what was claimed and not begun. */
  release(ids: readonly number[], holder: string): Promise<void>
  /** Parked ones wait again; all of them when no ids are given. Returns how many. */
  replay(ids: readonly number[] | undefined, at: Date): Promise<number>
  /** Newest first. `after` an id: only those behind it, oldest first (to follow). */
  list(filter: {
    states?: readonly NotificationState[]
    userId?: number | undefined
    topic?: string | undefined
    after?: number | undefined
    limit: number
  }): Promise<NotificationWork[]>
  /** What waits, by seller; `oldest` is when the oldest of them was received. */
  backlog(): Promise<Array<{userId: number; waiting: number; working: number; parked: number; oldest: Date | null}>>
  /** By hour, since then. */
  tally(since: Date): Promise<TallyRow[]>
  /** When the next one that waits is due; null when none does. */
  nextDue(): Promise<Date | null>
  /** Removes done ones and receipts older than this, and tallies older than thirty days before it; returns how many rows. */
  sweep(before: Date): Promise<number>
}

/** A row of `GET /missed_feeds`. */
export interface MissedFeeds {
  /** All of one topic; `siteId` is needed for items. Each element is a notification as it was to be sent. */
  list(
    request: {applicationId: string; topic: string; siteId?: string | undefined},
    signal: AbortSignal,
  ): AsyncIterable<unknown>
}
