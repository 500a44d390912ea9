import type {Arrival, Clock, NotificationForwarder, NotificationInbox} from '../ports/index.js'
import {wireTopic} from './topics.js'

/** One notification, as it was seen and passed on. */
export interface FollowedNotification {
  received_at: string
  topic: string
  resource: string
  user_id: number
  /** As the service gave it; null when it gave none. */
  notification_id: string | null
  /** Of the work that stands for it: `meli notifications show` has more. */
  id: number
  /** Null when it is not passed on. */
  forward: {status: number | null; error: string | null; ms: number} | null
}

export interface FollowDeps {
  inbox: Pick<NotificationInbox, 'arrivals' | 'newestArrival'>
  clock: Clock
  /** Undefined: they are only shown. */
  forwarder?: NotificationForwarder | undefined
}

const pollMs = 250
const pageSize = 100

/** Every notification that is accepted from now on, in this process or another, in order. Ends when the signal is aborted. */
export class Follow {
  constructor(private readonly deps: FollowDeps) {}

  /** @param onReady called once nothing that comes is missed */
  async *run(signal: AbortSignal, onReady?: () => void): AsyncGenerator<FollowedNotification> {
    const {inbox, clock} = this.deps
    let cursor = await inbox.newestArrival()
    onReady?.()
    while (!signal.aborted) {
      const arrivals = await inbox.arrivals(cursor, pageSize)
      for (const arrival of arrivals) {
        cursor = arrival.cursor
        const followed = await this.pass(arrival, signal)
        if (signal.aborted) return
        yield followed
      }
      if (arrivals.length < pageSize) await clock.sleep(pollMs, signal).catch(() => undefined)
    }
  }

  private async pass(arrival: Arrival, signal: AbortSignal): Promise<FollowedNotification> {
    const {work, notificationId, receivedAt} = arrival
    const {forwarder} = this.deps
    return {
      received_at: receivedAt.toISOString(),
      topic: wireTopic(work.topic),
      resource: work.resource,
      user_id: work.user_id,
      notification_id: idOf(notificationId),
      id: work.id,
      forward: forwarder === undefined ? null : await forwarder.forward(bodyOf(arrival), signal),
    }
  }
}

/** As the service sends it. docs/mercadolibre.md, section 10. */
function bodyOf({work, notificationId, receivedAt}: Arrival): string {
  const id = idOf(notificationId)
  const application = Number(work.application_id)
  return JSON.stringify({
    ...(id !== null && {_id: id}),
    resource: work.resource,
    user_id: work.user_id,
    topic: wireTopic(work.topic),
    ...(work.actions !== null && {actions: work.actions}),
    application_id: Number.isSafeInteger(application) ? application : work.application_id,
    attempts: 1,
    sent: (work.sent_at ?? receivedAt).toISOString(),
    received: receivedAt.toISOString(),
  })
}

/** One that was made here means nothing to others. */
function idOf(notificationId: string): string | null {
  return notificationId.startsWith('~') ? null : notificationId
}
