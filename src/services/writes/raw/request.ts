import {MeliError} from '../../../core/errors.js'
import {readJson} from '../../../core/json.js'
import type {RawRequest} from '../../ports/index.js'
import {assertAllowed} from './allowed.js'
import {addQuery, checked, fieldOf, jsonObject} from './fields.js'
import {headersOf} from './headers.js'
import {filled, type Values} from './placeholders.js'

/** As it was typed. */
export interface RawInput {
  method: string
  path: string
  /** `name=value`, text. */
  fields: readonly string[]
  /** `name:=json`. */
  typed: readonly string[]
  /** `Name: value`. */
  headers: readonly string[]
  /** The body, JSON; then fields make the query. */
  input: string | undefined
}

const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * What is sent, with its whole query in the path. MELI_USAGE for what cannot be sent, or must not be: to another address,
 * with another token, or around what keeps accounts safe.
 */
export function requestOf(input: RawInput, {origin, values}: {origin: string; values: Values}): RawRequest {
  const method = methodOf(input.method)
  const fields = [
    ...input.fields.map((field) => fieldOf(field, {typed: false})),
    ...input.typed.map((field) => fieldOf(field, {typed: true})),
  ].map(({name, json}) => checked({name, json: filled(json, values, {strict: false})}))
  const headers = headersOf(input.headers)
  const hasBody = !isRead(method) && (input.input !== undefined || fields.length > 0)
  if (isRead(method) && input.input !== undefined) throw readWithBody(method)
  const fieldsAreBody = !isRead(method) && input.input === undefined
  const url = addressOf(filled(input.path, values, {strict: true}), origin)
  if (!fieldsAreBody) addQuery(url, fields)
  assertAllowed(method, url, fields)
  const path = url.pathname + url.search.replaceAll('%2C', ',')
  const body = () => (fieldsAreBody ? jsonObject(fields) : jsonOf(input.input ?? ''))
  return {method, path, ...(Object.keys(headers).length > 0 && {headers}), ...(hasBody && {body: body()})}
}

export function isRead(method: RawRequest['method']): boolean {
  return reading.has(method)
}

function methodOf(given: string): RawRequest['method'] {
  const method = methods.find((each) => each === given.trim().toUpperCase())
  if (method !== undefined) return method
  // Anything else than a word may be a token in the wrong place.
  const named = /^[a-z]{1,20}$/i.test(given) ? `method ${given}` : 'such method'
  throw new MeliError('MELI_USAGE', `there is no ${named}`, {
    try: [`one of ${methods.join(', ')} comes first, then the path: meli api GET /users/me`],
  })
}

/** An absolute address will do when it is the API's own. */
function addressOf(path: string, origin: string): URL {
  const address = /^(?:\/|[a-z][a-z\d+.-]*:)/i.test(path) ? path : `/${path}`
  const url = URL.canParse(address, origin) ? new URL(address, origin) : undefined
  if (url !== undefined && url.origin === origin && url.username === '' && url.password === '') return url
  throw new MeliError(
    'MELI_USAGE',
    'the request goes to another address than the API, which would give the token away',
    {
      try: [`give a path below ${origin}, such as /users/me`],
    },
  )
}

function readWithBody(method: string): MeliError {
  return new MeliError('MELI_USAGE', `${method} has no body, and --input is one`, {
    try: ['give the query as fields: -f name=value'],
  })
}

function jsonOf(text: string): string {
  const read = readJson(text)
  if (!('why' in read)) return text
  throw new MeliError('MELI_INPUT_UNREADABLE', `the body given by --input ${read.why}`, {
    try: ['the API takes JSON; check it with a program such as jq'],
  })
}
