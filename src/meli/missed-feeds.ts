import {unusableAnswer} from './api-errors.js'
import type {Requester} from './client-types.js'

/** Rows in one request; ten when nothing is said. */
const pageSize = 50
/** A listing that goes on for longer than this repeats itself. */
const mostRows = 100_000

/**
 * `GET /missed_feeds`: notifications without 200 after the eighth attempt, kept for two days. docs/mercadolibre.md,
 * section 10. Its largest page is not documented, so that only an empty one, or one without anything new, is the end.
 */
export async function* missedFeeds(
  client: Requester,
  {applicationId, topic, siteId}: {applicationId: string; topic: string; siteId?: string | undefined},
  signal: AbortSignal,
): AsyncGenerator<unknown> {
  const seen = new Set<string>()
  for (let offset = 0; offset < mostRows; ) {
    const query = {app_id: applicationId, topic, site_id: siteId, offset, limit: pageSize}
    const answer = await client.request('GET', '/missed_feeds', {query, signal, expectsJson: true})
    const messages = messagesOf(answer.json())
    if (messages === undefined) throw unusableAnswer(answer, 'a list of messages')
    const fresh = messages.filter((message) => isNew(message, seen))
    yield* fresh
    if (fresh.length === 0) return
    offset += messages.length
  }
}

function messagesOf(json: unknown): unknown[] | undefined {
  if (typeof json !== 'object' || json === null || !('messages' in json)) return undefined
  return Array.isArray(json.messages) ? json.messages : undefined
}

function isNew(message: unknown, seen: Set<string>): boolean {
  const key = JSON.stringify(message)
  if (seen.has(key)) return false
  seen.add(key)
  return true
}
