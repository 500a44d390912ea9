import type {FastifyInstance} from 'fastify'
import type {Catalogue} from '../model/items/catalogue.js'
import {foreignItemBody, itemNotFound, itemNotFoundBody} from '../model/items/errors.js'
import {JsonWriter} from '../model/items/json-writer.js'
import {type Outcome, outcomeBody} from '../model/items/outcomes.js'
import type {Showing} from '../model/items/render.js'
import {maySee, viewItem} from '../model/items/views.js'
import {type Fields, withoutFields} from '../model/json.js'
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

/** Both routes for up to twenty items in one answer. docs/mercadolibre.md, sections 0 and 6.2. */
export function registerMultiget(app: FastifyInstance, world: World): void {
  const fetchParts = (query: Query, options: FetchOptions): ItemPart[] => {
    const ids = readIds(query)
    return (world.catalogue.settings.multiget_order === 'own' ? inOwnOrder(ids) : ids).map((id) =>
      fetchPart(world.catalogue, 'bulk', id, options),
    )
  }

  app.get('/items/bulk', (request, reply) => {
    const {userId: viewerId} = authenticate(world, request)
    // Without the new route, `bulk` is read as the id of an item.
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
    // The answer of the old route after its end is unconfirmed. docs/mercadolibre.md, section 0.
    if (world.catalogue.settings.bulk === 'only-new') throw notFound('resource not found')
    const query = readQuery(request.query)
    const selection = readSelection(query.get('attributes'))
    const parts = fetchParts(query, {viewerId, selection, showing: readShowing(query)})
    return reply.headers(missingHeader(parts)).type(jsonType).send(writeOldMultiget(parts))
  })
}

/** docs/mercadolibre.md, section 6.2. */
const maxIds = 20

/** The answer for one item of a multiget. */
export interface ItemPart {
  id: string
  status: number
  body: Fields
  /** The fields that a 206 leaves out. */
  missing: readonly string[]
  /** True for an item that the caller may not see. */
  isForeign?: true
}

/** @throws WireError 400 without ids or with more than 20; the service's answer is unconfirmed (section 6.2). */
export function readIds(query: Query): string[] {
  const list = (query.get('ids') ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '')
  if (list.length === 0) throw badRequest('ids is required')
  if (list.length > maxIds) throw badRequest(`ids: at most ${maxIds} are allowed`)
  return list
}

/** The ids in another order, because neither route answers in the order of the request. docs/mercadolibre.md, section 6.2. */
export function inOwnOrder(ids: readonly string[]): string[] {
  const place = (id: string) =>
    [...id].reduce((hash, character) => Math.imul(hash ^ character.charCodeAt(0), 0x01000193), 7)
  return ids.toSorted((one, other) => place(one) - place(other))
}

export interface FetchOptions {
  readonly viewerId: number
  readonly selection: Selection | undefined
  readonly showing?: Showing | undefined
}

/** The item, or its scripted answer. The selection does not apply to errors. */
export function fetchPart(
  catalogue: Catalogue,
  route: Outcome['route'],
  id: string,
  {viewerId, selection, showing}: FetchOptions,
): ItemPart {
  const scripted = catalogue.outcomes.take(route, id)
  if (scripted !== undefined && scripted.status >= 300) {
    return {id, status: scripted.status, body: outcomeBody(scripted), missing: []}
  }
  const item = catalogue.get(id)
  if (item === undefined) return {id, status: 404, body: itemNotFoundBody(id), missing: []}
  const {settings} = catalogue
  if (!maySee(item, viewerId, settings)) return {id, status: 403, body: foreignItemBody(), missing: [], isForeign: true}
  const missing = scripted?.status === 206 ? scripted.missing : []
  const body = withoutFields(viewItem(item, viewerId, settings, {names: selection?.fields, showing}), missing)
  return {id, status: scripted?.status ?? 200, body: selection?.of(body) ?? body, missing}
}

/** The header that names missing fields. docs/mercadolibre.md, section 3 (206). */
export function missingHeader(parts: readonly ItemPart[]): Record<string, string> {
  const names = new Set(parts.flatMap(({missing}) => missing))
  return names.size === 0 ? {} : {'x-content-missing': [...names].join(', ')}
}

/** The body of the bulk answer as observed. docs/mercadolibre.md, section 6.2. */
function writeBulk(parts: readonly ItemPart[], {envelope, hasBody}: BulkSelection): Buffer {
  return writeElements(parts, ({id, status, body}) => {
    const isRefused = status >= 300
    const members: Fields = {id, status_code: status, ...(isRefused ? {error: {message: body.message}} : {})}
    const head = envelope === undefined ? members : envelope.pick(members)
    return {head, body: hasBody && !isRefused ? body : null}
  })
}

/** The body as documented: each element has a body, also a refusal. */
function writeDocumentedBulk(parts: readonly ItemPart[]): Buffer {
  return writeElements(parts, ({id, status, body}) => ({head: {id, status_code: status}, body}))
}

/** The body of the old route. Some observed refusals have an id; here a 404 has one. */
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
  const json = new JsonWriter()
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
