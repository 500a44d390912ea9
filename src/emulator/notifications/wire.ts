import type {Notification} from './notification.js'
import type {NotificationSettings} from './settings.js'

/** The body of attempt number `attempt` (docs/mercadolibre.md, section 10). */
export function payloadOf(
  notification: Notification,
  {attempt, sentAt}: {attempt: number; sentAt: number},
  {shape, receivedField, userIdAsText}: NotificationSettings,
): string {
  const {id, raw, resource, userId, topic, actions, appId, receivedAt} = notification
  if (raw !== null) return raw
  const subTopic = actions !== null || shape === 'sub_topic'
  return JSON.stringify({
    ...(shape === 'without_id' ? {} : {[subTopic ? 'id' : '_id']: id}),
    resource,
    user_id: userIdAsText ? String(userId) : userId,
    topic,
    ...(subTopic ? {actions: actions ?? ['updated']} : {}),
    application_id: appId,
    attempts: attempt,
    sent: new Date(sentAt).toISOString(),
    [receivedField]: new Date(receivedAt).toISOString(),
  })
}

export function headersOf(payload: string): Record<string, string> {
  return {
    accept: '*/*',
    'content-length': String(Buffer.byteLength(payload)),
    'content-type': 'application/json',
    'user-agent': 'meli-emulator',
  }
}

/** A row of `GET /missed_feeds` (section 10). Without an answer `http_code` is 0, which is our choice. */
export function missedRow(notification: Notification, settings: NotificationSettings): Record<string, unknown> {
  const {attempts, response, url} = notification
  const last = attempts.at(-1)
  const sentAt = last?.at ?? notification.receivedAt
  const data = payloadOf(notification, {attempt: attempts.length, sentAt}, settings)
  return {
    _id: notification.id,
    resource: notification.resource,
    user_id: notification.userId,
    topic: notification.topic,
    application_id: notification.appId,
    attempts: attempts.length,
    sent: new Date(sentAt).toISOString(),
    received: new Date(notification.receivedAt).toISOString(),
    request: {url, headers: headersOf(data), data},
    response: {
      req_time: last?.tookMs ?? 0,
      http_code: last?.status ?? 0,
      body: response?.body ?? '',
      headers: response?.headers ?? {},
    },
  }
}

/** How the control routes show it. */
export function listed(notification: Notification): Record<string, unknown> {
  const {n, id, appId, userId, topic, resource, state, attempts, receivedAt, endedAt} = notification
  return {
    n,
    _id: id,
    state,
    topic,
    resource,
    user_id: userId,
    application_id: appId,
    received: new Date(receivedAt).toISOString(),
    ended: endedAt === null ? null : new Date(endedAt).toISOString(),
    attempts: attempts.map(({at, tookMs, status, error}) => ({
      sent: new Date(at).toISOString(),
      took_ms: tookMs,
      status,
      error,
    })),
  }
}
