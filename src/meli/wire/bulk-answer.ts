import type {Fetched} from '../../services/ports/index.js'
import type {JsonSource} from '../http/body.js'
import type {ApiResponse} from '../http/client-types.js'
import {eachElement, eachProperty, skipSpace, valueEnd} from '../http/raw-json.js'
import {plainLine} from '../http/text.js'
import {readServiceError} from '../http/wire-error.js'
import {type ItemSpans, itemSpans} from './item-spans.js'

/** The JSON of one item, and where it stands in the text of the answer. */
export interface ItemDocument {
  json: unknown
  source: JsonSource
  spans: ItemSpans
  /** The service left parts out, as a 206 says. */
  partial: boolean
}

/** Reads one record out of its document; undefined when a part is missing that the record must have. */
export type ReadDocument<T> = (document: ItemDocument) => T | undefined

type Identified = {id: string}

/**
 * The answers of a multiget by id; undefined when there is no list. Elements come in any order and, by the selection of
 * fields, without their id, their status or anything at all: an id that no element accounts for is not in the map.
 */
export function readBulkAnswer<T extends Identified>(
  answer: ApiResponse,
  read: ReadDocument<T>,
): Map<string, Fetched<T>> | undefined {
  const source = answer.source()
  if (!Array.isArray(source.json)) return undefined
  const bodies = bodySpans(source.text)
  const answers = new Map<string, Fetched<T>>()
  source.json.forEach((element: unknown, index) => {
    const spans = bodies[index] ?? nowhere
    const result = readElement(element, answer, (json, partial) => read({json, source, spans, partial}))
    if (result !== undefined && (result.ok || !answers.has(result.id))) answers.set(result.id, result)
  })
  return answers
}

/** The answer to a request for one item. A refusal is an answer too. */
export function readSingleAnswer<T extends Identified>(
  answer: ApiResponse,
  id: string,
  read: ReadDocument<T>,
): Fetched<T> {
  const {status} = answer
  if (!isFound(status)) {
    const {message, error} = readServiceError(answer)
    return {ok: false, id, status, message: message || error || `status ${status}`}
  }
  const record = read(wholeDocument(answer))
  return record?.id === id ? {ok: true, id, record} : {ok: false, id, status, message: 'not readable'}
}

/** An answer that is one item. */
export function wholeDocument(answer: ApiResponse): ItemDocument {
  const source = answer.source()
  const spans = itemSpans(source.text, skipSpace(source.text, 0))
  return {json: source.json, source, spans, partial: answer.status === 206}
}

const nowhere: ItemSpans = {price: null, variations: undefined, start: 0, end: 0}

/** Where the body of each element stands, found in one walk: a second one would cost a third more. */
function bodySpans(source: string): ItemSpans[] {
  const bodies: ItemSpans[] = []
  eachElement(source, skipSpace(source, 0), (at) => {
    let body = nowhere
    const end = eachProperty(source, at, (name, from) => {
      if (name !== 'body') return valueEnd(source, from)
      body = itemSpans(source, from)
      return body.end
    })
    bodies.push(body)
    return end
  })
  return bodies
}

/** Both routes of the multiget: `id`, `status_code`, `body` or `error` on the new one, `code` and `body` on the old. */
function readElement<T extends Identified>(
  element: unknown,
  answer: ApiResponse,
  read: (json: unknown, partial: boolean) => T | undefined,
): Fetched<T> | undefined {
  if (!isObject(element)) return undefined
  const {body, error} = element
  const id = textOf(element.id) || textOf(propertyOf(body, 'id'))
  const status = statusOf(element)
  if (id === '' || status === undefined) return undefined
  if (!isFound(status)) return {ok: false, id, status, message: refusalOf([error, body], status, answer)}
  if (!isObject(body)) return undefined
  const record = read(body, answer.status === 206 || status === 206)
  return record === undefined ? {ok: false, id, status, message: 'not readable'} : {ok: true, id: record.id, record}
}

/** A body that is an item proves a success where no status was sent. */
function statusOf({status_code, code, error, body}: Record<string, unknown>): number | undefined {
  const told = [status_code, code, propertyOf(error, 'status'), propertyOf(body, 'status')].find(isStatus)
  if (told !== undefined) return told
  const isItem = error === undefined && isObject(body) && body.error === undefined
  return isItem ? 200 : undefined
}

function refusalOf(candidates: readonly unknown[], status: number, answer: ApiResponse): string {
  const words = candidates.flatMap((each) => [textOf(propertyOf(each, 'message')), textOf(propertyOf(each, 'error'))])
  const said = [...words, textOf(candidates[0])].find((text) => text.trim() !== '') ?? `status ${status}`
  return plainLine(answer.redact(answer.source().decode(said)))
}

function isFound(status: number): boolean {
  return status >= 200 && status < 300
}

function isStatus(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 100
}

function propertyOf(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
