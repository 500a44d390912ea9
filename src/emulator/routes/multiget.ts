import type {FastifyInstance} from 'fastify'
import type {Catalogue} from '../model/items/catalogue.js'
import {foreignItemBody, itemNotFound, itemNotFoundBody} from '../model/items/errors.js'
import {JsonPieces} from '../model/items/json-writer.js'
import {type Outcome, outcomeBody} from '../model/items/outcomes.js'
import type {Showing} from '../model/items/render.js'
import {maySee, viewItem} from '../model/items/views.js'
import type {Fields} from '../model/json.js'
import {badRequest, notFound} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'
import {
  type BulkSelection,
  documentedSelection,
  elementSelection,
  readSelection,
  readShowing,
  type Selection,
} from './item-selection.js'
import {type Query, readQuery} from './query.js'

const jsonType = 'application/json; charset=utf-8'

/** Up to twenty items in one answer, by the old route and the new. docs/mercadolibre.md, sections 0 and 6.2. */
export function registerMultiget(app: FastifyInstance, world: World): void {
  const fetchParts = (query: Query, asking: FetchOptions): ItemPart[] => {
    const ids = readIds(query.get('ids'))
    return (world.catalogue.settings.multiget_order === 'own' ? inOwnOrder(ids) : ids).map((id) =>
      fetchPart(world.catalogue, 'bulk', id, asking),
    )
  }

  app.get('/items/bulk', (request, reply) => {
    const {userId: viewerId} = authenticate(world, request)
    // Where the route does not exist yet, `bulk` is just the id of an item.
    const {settings} = world.catalogue
    if (settings.bulk === 'only-old') throw itemNotFound('bulk')
    const query = readQuery(request.query)
    const isDocumented = settings.bulk_element === 'documented'
    const wanted = readSelection(query.get('attributes'))
    const selection = isDocumented ? documentedSelection(wanted) : elementSelection(wanted)
    const showing = settings.bulk_include_attributes === 'heeded' ? readShowing(query) : undefined
    const parts = fetchParts(query, {viewerId, selection: selection.body, showing})
    const json = isDocumented ? writeDocumentedBulk(parts) : writeBulk(parts, selection)
    return reply.headers(missingHeader(parts)).type(jsonType).send(json)
  })

  app.get('/items', (request, reply) => {
    const {userId: viewerId} = authenticate(world, request)
    // What the old route answers once it is off is unconfirmed. docs/mercadolibre.md, section 0.
    if (world.catalogue.settings.bulk === 'only-new') throw notFound('resource not found')
    const query = readQuery(request.query)
    const selection = readSelection(query.get('attributes'))
    const parts = fetchParts(query, {viewerId, selection, showing: readShowing(query)})
    return reply.headers(missingHeader(parts)).type(jsonType).send(writeOldMultiget(parts))
  })
}

/** docs/mercadolibre.md, section 6.2. */
const maxIds = 20

/** One item's part in the answer to a multiget. */
export interface ItemPart {
  id: string
  status: number
  body: Fields
  /** What a 206 left out. */
  missing: readonly string[]
  /** Somebody else's item, which the caller may not see. */
  isForeign?: true
}

/** @throws WireError 400 without ids or with more than 20; the real answer to that is unconfirmed (section 6.2). */
function readIds(ids: string | undefined): string[] {
  const list = (ids ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '')
  if (list.length === 0) throw badRequest('ids is required')
  if (list.length > maxIds) throw badRequest(`ids: at most ${maxIds} are allowed`)
  return list
}

/** Neither route answers in the order of the request: the ids in an order of the emulator's own. docs/mercadolibre.md, section 6.2. */
export function inOwnOrder(ids: readonly string[]): string[] {
  const place = (id: string) =>
    [...id].reduce((hash, character) => Math.imul(hash ^ character.charCodeAt(0), 0x01000193), 7)
  return ids.toSorted((one, other) => place(one) - place(other))
}

/** Who asks for an item, and what of it they want to see. */
export interface FetchOptions {
  readonly viewerId: number
  readonly selection: Selection | undefined
  readonly showing?: Showing | undefined
}

/** The item, or what was ordered for it. Selection applies to items alone: errors come whole. */
export function fetchPart(
  catalogue: Catalogue,
  route: Outcome['route'],
  id: string,
  {viewerId, selection, showing}: FetchOptions,
): ItemPart {
  const ordered = catalogue.outcomes.take(route, id)
  if (ordered !== undefined && ordered.status >= 300) {
    return {id, status: ordered.status, body: outcomeBody(ordered), missing: []}
  }
  const item = catalogue.get(id)
  if (item === undefined) return {id, status: 404, body: itemNotFoundBody(id), missing: []}
  const {settings} = catalogue
  if (!maySee(item, viewerId, settings)) return {id, status: 403, body: foreignItemBody(), missing: [], isForeign: true}
  const missing = ordered?.status === 206 ? ordered.missing : []
  const body = without(viewItem(item, viewerId, settings, {names: selection?.fields, showing}), missing)
  return {id, status: ordered?.status ?? 200, body: selection?.of(body) ?? body, missing}
}

function without(body: Fields, missing: readonly string[]): Fields {
  if (missing.length === 0) return body
  return Object.fromEntries(Object.entries(body).filter(([name]) => !missing.includes(name)))
}

/** Names the parts that could not be fetched. docs/mercadolibre.md, section 3 (206). */
export function missingHeader(parts: readonly ItemPart[]): Record<string, string> {
  const names = new Set(parts.flatMap(({missing}) => missing))
  return names.size === 0 ? {} : {'x-content-missing': [...names].join(', ')}
}

/** The body of the bulk answer. Many kilobytes, so it is put together of what is there already. docs/mercadolibre.md, section 6.2. */
function writeBulk(parts: readonly ItemPart[], {envelope, hasBody}: BulkSelection): Buffer {
  return writeElements(parts, ({id, status, body}) => {
    const isRefused = status >= 300
    const members: Fields = {id, status_code: status, ...(isRefused ? {error: {message: body.message}} : {})}
    const head = envelope === undefined ? members : envelope.pick(members)
    return {head, body: hasBody && !isRefused ? body : null}
  })
}

/** The form of the pages: each element has a body, and a refusal stands in it. */
function writeDocumentedBulk(parts: readonly ItemPart[]): Buffer {
  return writeElements(parts, ({id, status, body}) => ({head: {id, status_code: status}, body}))
}

/** The body of the old route's answer. Observed refusals have an id or not: here those that name it do. */
function writeOldMultiget(parts: readonly ItemPart[]): Buffer {
  return writeElements(parts, ({id, status, body}) => ({
    head: {code: status},
    body: status === 404 ? {id, ...body} : body,
  }))
}

function writeElements(
  parts: readonly ItemPart[],
  element: (part: ItemPart) => {head: Fields; body: Fields | null},
): Buffer {
  const json = new JsonPieces()
  let before = '['
  for (const part of parts) {
    const {head, body} = element(part)
    const members = JSON.stringify(head).slice(0, -1)
    json.add(`${before}${members}`)
    if (body !== null) json.add(members === '{' ? '"body":' : ',"body":').addObject(body)
    json.add('}')
    before = ','
  }
  return json.add(parts.length === 0 ? '[]' : ']').toBuffer()
}
