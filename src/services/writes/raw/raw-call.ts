import {type ErrorDocument, errorDocument, isMeliError, MeliError} from '../../../core/errors.js'
import {readJson} from '../../../core/json.js'
import type {Session, Sessions} from '../../accounts/sessions.js'
import type {RawAnswer, RawRequest, WriteRequest} from '../../ports/index.js'
import {type DryRunResult, dryRunView} from '../dry-run.js'
import type {Actor, WriteChoice, WriteGuard} from '../guard.js'
import {closingIsFinal, deletingIsFinal} from '../selling/plan.js'
import type {Writer} from '../writer.js'
import {hasPlaceholder, isRead, placeholderExamples, type RawInput, requestOf, type Values} from './request.js'

export interface RawResult {
  method: RawRequest['method']
  path: string
  status: number
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  /** From JSON where it is JSON, of any depth that is meant, else text. */
  body: unknown
  error: ErrorDocument | null
  /** In the log of writes; null for a read. */
  write_id: number | null
}

export interface RawOutcome {
  result: RawResult
  /** The body as it came. */
  bytes: Uint8Array
  /** The meaning of an error status; null when the request succeeded. */
  error: MeliError | null
}

export interface RawCallDeps {
  sessions: Pick<Sessions, 'open'>
  guard: () => Promise<WriteGuard>
  /** Asked for only when something is written. */
  writer: () => Promise<Writer>
  /** MELI_CLIENT_ID_MISSING when there is none. */
  clientId: () => string
  /** The origin of the API. */
  origin: string
}

/** Any request, with the token, the budget, the guard and the log of all other commands. */
export class RawCall {
  constructor(private readonly deps: RawCallDeps) {}

  /** An answer of any status. */
  async run(input: RawInput, choice: WriteChoice, signal?: AbortSignal): Promise<RawOutcome> {
    const looked = this.look(input)
    if (!isRead(looked.method)) return this.write(input, choice, signal)
    const session = await this.deps.sessions.open(choice)
    const request = await this.request(input, session)
    return outcomeOf(request, await session.api.raw(request, signal), null)
  }

  /** The request as it would be sent. Asks nobody but, when a placeholder stands for the account, who that is. */
  async dryRun(input: RawInput, choice: WriteChoice): Promise<DryRunResult> {
    this.look(input)
    const session = hasPlaceholder(textsOf(input)) ? await this.deps.sessions.open(choice) : undefined
    const request = session === undefined ? this.look(input) : await this.request(input, session)
    const {method, path, headers} = request
    return dryRunView([{method, path, ...(headers && {headers}), ...bodyOf(request)}])
  }

  /** The results of a listing, page after page, each as a line of JSON. */
  async lines(input: RawInput, choice: WriteChoice, signal: AbortSignal): Promise<AsyncIterable<string>> {
    if (this.look(input).method !== 'GET') throw notAListing()
    const session = await this.deps.sessions.open(choice)
    return linesOf(session.api.rawPages(await this.request(input, session), signal))
  }

  private async write(input: RawInput, choice: WriteChoice, signal: AbortSignal | undefined): Promise<RawOutcome> {
    const actor = await (await this.deps.guard()).open(choice)
    const {identity, session} = actor
    const request = await this.request(input, {...session, identity})
    await confirm(actor, request, signal)
    const {method, path, headers} = request
    const write = {
      ...{command: 'api', action: 'request' as const, subject: subjectOf(path)},
      request: {method: method as WriteRequest['method'], path, ...(headers && {headers}), ...bodyOf(request)},
    }
    const {result, writeId} = await (await this.deps.writer()).record(
      identity,
      write,
      () => session.api.raw(request, signal),
      ({status, error}) => ({status, error}),
      signal,
    )
    return outcomeOf(request, result, writeId)
  }

  /** Refuses what must not be sent before anything is opened or anybody asked. */
  private look(input: RawInput): RawRequest {
    return requestOf(input, {origin: this.deps.origin, values: placeholderExamples})
  }

  private async request(input: RawInput, session: Session): Promise<RawRequest> {
    const isSiteNeeded = textsOf(input).some((text) => text.includes('{site_id}'))
    const known = session.identity?.siteId ?? session.account?.siteId
    const siteId = isSiteNeeded && known === undefined ? (await session.api.me()).identity.siteId : (known ?? '')
    const values: Values = {user_id: () => String(session.userId), site_id: () => siteId, app_id: this.deps.clientId}
    return requestOf(input, {origin: this.deps.origin, values})
  }
}

/** Where placeholders are filled in. */
function textsOf({path, fields, typed}: RawInput): string[] {
  return [path, ...fields, ...typed]
}

async function confirm(actor: Actor, {method, path, body}: RawRequest, signal: AbortSignal | undefined): Promise<void> {
  // The end of line that a file has is sent; at the question it would stand as a mark on a line of its own.
  const text = body?.trimEnd() ?? ''
  const shown = text === '' ? [] : [text.length > mostShown ? `${text.slice(0, mostShown)}...` : text]
  const warnings = body === undefined ? [] : finalities(JSON.parse(body))
  const severe = warnings.length > 0 || method === 'DELETE'
  await actor.confirm({title: `${method} ${path}`, lines: [...shown, ...warnings], severe}, signal)
}

/** The two ways in which a change of an item is the last one. docs/mercadolibre.md, section 6.4. */
function finalities(body: unknown): string[] {
  if (typeof body !== 'object' || body === null) return []
  const {status, deleted} = body as {status?: unknown; deleted?: unknown}
  return [...(says(status, 'closed') ? [closingIsFinal] : []), ...(says(deleted, 'true') ? [deletingIsFinal] : [])]
}

/** In whatever case it is written: the service may read it as it is meant. */
function says(value: unknown, word: string): boolean {
  return typeof value !== 'object' && String(value).trim().toLowerCase() === word
}

/** The length of a body that the confirmation shows. */
const mostShown = 2000

function bodyOf({body}: RawRequest): Pick<WriteRequest, 'body' | 'bodyText'> {
  return body === undefined ? {} : {body: JSON.parse(body), bodyText: body}
}

/** An item is found in the log by its id, whatever command changed it. */
function subjectOf(path: string): string {
  const [pathname = path] = path.split('?', 1)
  return /^\/items\/([A-Z]{3}\d+)(?:\/|$)/.exec(pathname)?.[1] ?? pathname
}

function outcomeOf({method, path}: RawRequest, answer: RawAnswer, writeId: number | null): RawOutcome {
  const {status, headers, text, bytes, error} = answer
  const described = error && errorDocument(error)
  return {
    result: {method, path, status, headers, body: readable(text), error: described, write_id: writeId},
    bytes,
    error,
  }
}

function readable(text: string): unknown {
  if (text.trim() === '') return null
  const read = readJson(text)
  return 'why' in read ? text : read.value
}

async function* linesOf(results: AsyncIterable<string>): AsyncGenerator<string> {
  let count = 0
  try {
    for await (const result of results) {
      count += 1
      yield `${result}\n`
    }
  } catch (error) {
    throw count > 0 && isMeliError(error, 'MELI_API_REJECTED') ? withDeeper(error) : error
  }
}

/** Offsets end at some thousand records on most listings. docs/mercadolibre.md, section 6.1. */
function withDeeper(error: MeliError): MeliError {
  const hint = 'list items by scroll: -f search_type=scan'
  const details = error.details && {details: error.details}
  return new MeliError(error.code, error.message, {try: [hint, ...error.suggestions], ...details, cause: error})
}

function notAListing(): MeliError {
  return new MeliError('MELI_USAGE', '--paginate works with GET only', {
    try: ['meli api GET PATH --paginate'],
  })
}
