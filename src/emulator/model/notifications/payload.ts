import type {Settings} from '../settings.js'
import type {Notification} from './notification.js'

interface Attempt {
  attempt: number
  sentAt: number
}

/** The body of attempt number `attempt` (docs/mercadolibre.md, section 10). */
export function payloadOf(notification: Notification, attempt: Attempt, settings: Settings): string {
  return bodyOf(notification, attempt, settings, shortTime)
}

type BodySettings = Pick<Settings, 'shape' | 'received_field' | 'user_id_as_text'>

function bodyOf(
  notification: Notification,
  {attempt, sentAt}: Attempt,
  {shape, received_field: receivedField, user_id_as_text: userIdAsText}: BodySettings,
  timeOf: (ms: number) => string,
): string {
  const {id, raw, resource, userId, topic, actions, appId, receivedAt} = notification
  if (raw !== null) return raw
  const isSubTopic = shape === 'sub_topic' || (shape !== 'full' && actions !== null)
  return JSON.stringify({
    ...(shape === 'without_id' ? {} : {[isSubTopic ? 'id' : '_id']: id}),
    topic,
    resource,
    user_id: userIdAsText ? String(userId) : userId,
    application_id: appId,
    attempts: attempt,
    sent: timeOf(sentAt),
    [receivedField]: timeOf(receivedAt),
    ...(shape === 'full' ? {actions: actions ?? []} : {}),
    ...(isSubTopic ? {actions: actions ?? ['updated']} : {}),
  })
}

/** Without the zeros at the end of the fraction: `12:00:00.81Z`, `12:00:00Z`. */
function shortTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0+Z$/, 'Z')
}

function wholeSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

export function headersOf(payload: string): Record<string, string> {
  return {
    accept: '*/*',
    'content-length': String(Buffer.byteLength(payload)),
    'content-type': 'application/json',
    'user-agent': 'meli-emulator',
  }
}

/** A row of `GET /missed_feeds` (section 10). */
export function missedRow(notification: Notification, settings: Settings): Record<string, unknown> {
  return settings.missed_feeds_row === 'observed'
    ? observedRow(notification, settings)
    : documentedRow(notification, settings)
}

/** A receiver that did not answer has status 0, the body `{}` and as many milliseconds as it had; so it was seen. */
function observedRow(notification: Notification, settings: Settings): Record<string, unknown> {
  const {n, id, topic, resource, userId, appId, actions, attempts, receivedAt, response, url} = notification
  const last = lastAttempt(notification)
  // The clock has milliseconds; the digits below them differ from row to row.
  const below = String((n * 7919) % 1_000_000).padStart(6, '0')
  const nanoseconds = (ms: number): string => new Date(ms).toISOString().replace('Z', `${below}Z`)
  const shape = {shape: 'full', received_field: 'recieved', user_id_as_text: false} as const
  return {
    _id: id,
    topic,
    resource,
    user_id: String(userId),
    application_id: appId,
    attempts: attempts.length,
    sent: wholeSeconds(last.sentAt),
    received: wholeSeconds(receivedAt),
    actions: actions ?? [],
    source: 'missed',
    request: {url, headers: {}, data: bodyOf(notification, last, shape, nanoseconds)},
    response: {
      req_time: last.error === 'timeout' ? settings.timeout_ms : last.tookMs,
      http_code: last.status,
      body: response?.body ?? '{}',
      headers: response?.headers ?? {},
    },
  }
}

function documentedRow(notification: Notification, settings: Settings): Record<string, unknown> {
  const {attempts, response, url} = notification
  const last = lastAttempt(notification)
  const data = payloadOf(notification, last, settings)
  return {
    _id: notification.id,
    resource: notification.resource,
    user_id: notification.userId,
    topic: notification.topic,
    application_id: notification.appId,
    attempts: attempts.length,
    sent: shortTime(last.sentAt),
    received: shortTime(notification.receivedAt),
    request: {url, headers: headersOf(data), data},
    response: {
      req_time: last.tookMs,
      http_code: last.status,
      body: response?.body ?? '',
      headers: response?.headers ?? {},
    },
  }
}

function lastAttempt({attempts, receivedAt}: Notification) {
  const last = attempts.at(-1)
  return {
    attempt: attempts.length,
    sentAt: last?.at ?? receivedAt,
    tookMs: last?.tookMs ?? 0,
    status: last?.status ?? 0,
    error: last?.error ?? null,
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
