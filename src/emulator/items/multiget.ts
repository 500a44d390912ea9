import {badRequest} from '../wire-errors.js'
import type {Catalogue} from './catalogue.js'
import {itemNotFoundBody} from './errors.js'
import type {Fields} from './fields.js'
import {JsonPieces} from './json.js'
import {type Outcome, outcomeBody} from './outcomes.js'
import type {Selection} from './selection.js'
import {viewItem} from './views.js'

/** docs/mercadolibre.md, section 6.2. */
const maxIds = 20

/** One item's part in the answer to a multiget. */
export interface Part {
  id: string
  status: number
  body: Fields
  /** What a 206 left out. */
  missing: readonly string[]
}

/** @throws WireError 400 without ids or with more than 20; the real answer to that is unconfirmed (section 6.2). */
export function readIds(ids: string | undefined): string[] {
  const list = (ids ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '')
  if (list.length === 0) throw badRequest('ids is required')
  if (list.length > maxIds) throw badRequest(`ids: at most ${maxIds} are allowed`)
  return list
}

/** The item, or what was ordered for it. Selection applies to items alone: errors come whole. */
export function fetchPart(
  catalogue: Catalogue,
  route: Outcome['route'],
  id: string,
  viewerId: number,
  selection: Selection | undefined,
): Part {
  const ordered = catalogue.outcomes.take(route, id)
  if (ordered !== undefined && ordered.status >= 300) {
    return {id, status: ordered.status, body: outcomeBody(ordered), missing: []}
  }
  const item = catalogue.get(id)
  if (item === undefined) return {id, status: 404, body: itemNotFoundBody(id), missing: []}
  const missing = ordered?.status === 206 ? ordered.missing : []
  const body = without(viewItem(item, viewerId, catalogue.settings, selection?.fields), missing)
  return {id, status: ordered?.status ?? 200, body: selection?.of(body) ?? body, missing}
}

function without(body: Fields, missing: readonly string[]): Fields {
  if (missing.length === 0) return body
  return Object.fromEntries(Object.entries(body).filter(([name]) => !missing.includes(name)))
}

/** Names the parts that could not be fetched. docs/mercadolibre.md, section 3 (206). */
export function missingHeader(parts: readonly Part[]): Record<string, string> {
  const names = new Set(parts.flatMap(({missing}) => missing))
  return names.size === 0 ? {} : {'x-content-missing': [...names].join(', ')}
}

/** Many kilobytes, so they are put together of what is there already. `head` is what stands before an element's body. */
export function writeElements(parts: readonly Part[], head: (part: Part) => string): Buffer {
  const json = new JsonPieces()
  let before = '['
  for (const part of parts) {
    json
      .add(`${before}{${head(part)},"body":`)
      .addObject(part.body)
      .add('}')
    before = ','
  }
  return json.add(']').toBuffer()
}
