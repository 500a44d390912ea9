import {isMeliError, type MeliError} from '../../core/errors.js'
import {unusableAnswer} from '../http/api-errors.js'
import type {Requester} from '../http/client-types.js'

/** Rows in one request; ten when nothing is said. */
const pageSize = 50
/** A listing that goes on for longer than this repeats itself. */
const mostRows = 100_000
/** Pages that failed, one after another, before the rest is given up. */
const mostFailures = 2

interface Wanted {
  applicationId: string
  topic: string
  siteId?: string | undefined
}

/**
 * `GET /missed_feeds`, page by page: notifications that were not answered with 200, kept for two days. docs/mercadolibre.md,
 * section 10. The largest page is not documented, so only an empty one, or one without anything new, is the end. A page that
 * cannot be used is left out, and its error follows the rows of the others.
 */
export async function* missedFeeds(
  client: Requester,
  wanted: Wanted,
  signal: AbortSignal,
): AsyncGenerator<readonly unknown[]> {
  const seen = new Set<string>()
  const failures: MeliError[] = []
  let inARow = 0
  let rows = pageSize
  for (let offset = 0; offset < mostRows && inARow < mostFailures; offset += rows) {
    try {
      const messages = await pageAt(client, wanted, offset, signal)
      const fresh = messages.filter((message) => isNew(message, seen))
      if (fresh.length === 0) break
      yield fresh
      inARow = 0
      rows = messages.length
    } catch (error) {
      if (!isMeliError(error) || !isOfOnePage(error)) throw error
      failures.push(error)
      inARow += 1
    }
  }
  if (failures[0] !== undefined) throw failures[0]
}

function isOfOnePage({code}: MeliError): boolean {
  return code === 'MELI_ANSWER_UNUSABLE' || code === 'MELI_SERVICE_FAILING'
}

async function pageAt(client: Requester, {applicationId, topic, siteId}: Wanted, offset: number, signal: AbortSignal) {
  const query = {app_id: applicationId, topic, site_id: siteId, offset, limit: pageSize}
  const answer = await client.request('GET', '/missed_feeds', {query, signal, expectsJson: true})
  const messages = messagesOf(answer.json())
  if (messages === undefined) throw unusableAnswer(answer, 'a list of messages')
  return messages
}

/** Null stands for no rows at all, and for a page behind the last one. */
function messagesOf(json: unknown): readonly unknown[] | undefined {
  if (typeof json !== 'object' || json === null || !('messages' in json)) return undefined
  const messages = json.messages ?? []
  return Array.isArray(messages) ? messages : undefined
}

function isNew(message: unknown, seen: Set<string>): boolean {
  const key = JSON.stringify(message)
  if (seen.has(key)) return false
  seen.add(key)
  return true
}
