import {createHash, randomUUID} from 'node:crypto'
import type {IncomingNotification} from '../ports/index.js'
import {targetOf, wireTopic} from './topics.js'

/** `application_id` is null when it does not say for whom it is. */
export type ParsedNotification = Omit<IncomingNotification, 'application_id'> & {application_id: string | null}

const mostLetters = {topic: 64, resource: 512, id: 128, action: 64}
const mostActions = 10

/**
 * Reads a notification as it is sent, in all the ways in which it is sent: docs/mercadolibre.md, section 10. Undefined when
 * it does not tell topic, resource and user. What is not used may be anything.
 */
export function parseNotification(body: unknown): ParsedNotification | undefined {
  if (!isObject(body)) return undefined
  const topic = textOf(body.topic, mostLetters.topic)
  const resource = textOf(body.resource, mostLetters.resource)
  const userId = Number(digitsOf(body.user_id))
  const actions = actionsOf(body.actions)
  if (
    actions === undefined ||
    topic === undefined ||
    resource === undefined ||
    !Number.isSafeInteger(userId) ||
    userId < 1
  )
    return undefined
  const parsed = {
    user_id: userId,
    topic: wireTopic(topic),
    resource: targetOf({topic, resource})?.resource ?? resource,
    application_id: digitsOf(body.application_id) ?? null,
    actions,
    sent_at: dateOf(body.sent),
    attempts: Number.isSafeInteger(body.attempts) ? Number(body.attempts) : 1,
  }
  const id = textOf(body._id, mostLetters.id) ?? textOf(body.id, mostLetters.id)
  return {...parsed, id: id?.replace(/^~+/, '') || nameless(parsed, body.received ?? body.recieved)}
}

/** Stands in for a missing `_id`: the same when the same is sent again, where it says when it was sent. */
function nameless(
  parsed: Pick<ParsedNotification, 'topic' | 'resource' | 'user_id' | 'sent_at'>,
  received: unknown,
): string {
  const at = parsed.sent_at ?? dateOf(received)
  if (at === null) return `~${randomUUID()}`
  const {topic, resource, user_id} = parsed
  const said = JSON.stringify([topic, resource, user_id, at.getTime()])
  return `~${createHash('sha256').update(said).digest('hex').slice(0, 32)}`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** One line of printable text. */
function textOf(value: unknown, most: number): string | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  return text === '' || text.length > most || /\p{C}/u.test(text) ? undefined : text
}

/** An id is a number, sometimes as text. */
function digitsOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined
  return typeof value === 'string' && /^\d{1,20}$/.test(value.trim()) ? value.trim() : undefined
}

/** Undefined when they are more, or longer, than the service's. */
function actionsOf(value: unknown): readonly string[] | null | undefined {
  if (!Array.isArray(value)) return null
  const isLong = (action: unknown) => typeof action === 'string' && action.length > mostLetters.action
  if (value.length > mostActions || value.some(isLong)) return undefined
  const actions = value.flatMap((action) => textOf(action, mostLetters.action) ?? [])
  return actions.length === 0 ? null : actions
}

function dateOf(value: unknown): Date | null {
  const date = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value) : undefined
  return date === undefined || Number.isNaN(date.getTime()) ? null : date
}
