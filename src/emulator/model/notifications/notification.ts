import type {Settings} from '../settings.js'

/** `waiting` is between two attempts; `switched_off` and `dropped` were lost. */
export const states = ['queued', 'sending', 'waiting', 'delivered', 'missed', 'switched_off', 'dropped'] as const
export type State = (typeof states)[number]

export interface Attempt {
  /** Virtual time, epoch milliseconds. */
  at: number
  /** Real milliseconds until the answer or the failure. */
  tookMs: number
  /** Null when there was no answer in time. */
  status: number | null
  /** `timeout`, or the code of the connection's error. */
  error: string | null
}

/** The receiver's answer to the last attempt. */
export interface ReceiverResponse {
  headers: Record<string, string>
  /** The first kilobyte. */
  body: string
}

/** A notification to one application, with its attempts. Times are virtual, in epoch milliseconds. */
export interface Notification {
  /** A number within this emulator. Copies of a notification have the same `id` and different numbers. */
  n: number
  id: string
  appId: number
  userId: number
  topic: string
  resource: string
  /** The actions of a sub-topic; null without one. */
  actions: string[] | null
  /** The payload to send instead of the fields above. */
  raw: string | null
  receivedAt: number
  state: State
  attempts: Attempt[]
  /** The address of the last attempt. */
  url: string | null
  response: ReceiverResponse | null
  /** The time of delivery or of giving up. */
  endedAt: number | null
}

/**
 * The time of the next attempt. The spacing is not documented (docs/mercadolibre.md, section 10); here it doubles. It counts from
 * the first attempt, so that after a skipped hour all remaining attempts are due at once.
 */
export function nextAttemptAt({attempts}: Notification, {first_retry_ms: firstRetryMs}: Settings): number {
  return (attempts[0]?.at ?? 0) + firstRetryMs * (2 ** attempts.length - 1)
}

interface Sending {
  attempt: number
  sentAt: number
}

/** The body of attempt number `attempt` (docs/mercadolibre.md, section 10). */
export function payloadOf(notification: Notification, attempt: Sending, settings: Settings): string {
  return bodyOf(notification, attempt, settings, shortTime)
}

type BodySettings = Pick<Settings, 'shape' | 'received_field' | 'user_id_as_text'>

function bodyOf(
  notification: Notification,
  {attempt, sentAt}: Sending,
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

/** ISO 8601 without trailing zeros in the fraction: `12:00:00.81Z`, `12:00:00Z`. */
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

/** The observed form. A receiver that did not answer has status 0, the body `{}` and the whole time limit as `req_time`. */
function observedRow(notification: Notification, settings: Settings): Record<string, unknown> {
  const {n, id, topic, resource, userId, appId, actions, attempts, receivedAt, response, url} = notification
  const last = lastAttempt(notification)
  // The clock has milliseconds, so the digits of the nanoseconds are made up.
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

/** The notification as the control routes show it. */
export function describeNotification(notification: Notification): Record<string, unknown> {
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
