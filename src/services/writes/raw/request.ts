import {MeliError} from '../../../core/errors.js'
import {readJson} from '../../../core/json.js'
import type {RawRequest} from '../../ports/index.js'
import {assertAllowed, headersOf} from './forbidden.js'

/** The request as it was typed. */
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
  ].map(({name, json}) => checked({name, json: fillPlaceholders(json, values, {strict: false})}))
  const headers = headersOf(input.headers)
  const hasBody = !isRead(method) && (input.input !== undefined || fields.length > 0)
  if (isRead(method) && input.input !== undefined) throw readWithBody(method)
  const fieldsAreBody = !isRead(method) && input.input === undefined
  const url = addressOf(fillPlaceholders(input.path, values, {strict: true}), origin)
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
  return new MeliError('MELI_USAGE', `${method} has no body, so --input cannot be used`, {
    try: ['pass the query as fields: -f name=value'],
  })
}

function jsonOf(text: string): string {
  const read = readJson(text)
  if (!('why' in read)) return text
  throw new MeliError('MELI_INPUT_UNREADABLE', `the body given by --input ${read.why}`, {
    try: ['the API takes JSON; check it with a program such as jq'],
  })
}

export interface Field {
  name: string
  /** The value as JSON. */
  json: string
}

/** `name=value` as text, or `name:=json`, of which numbers keep their digits. */
export function fieldOf(given: string, {typed}: {typed: boolean}): Field {
  const [, name, value = ''] = (typed ? /^([^=]*?):?=(.*)$/s : /^([^=]*)=(.*)$/s).exec(given) ?? []
  if (name === undefined || /^[\s:]*$/.test(name)) throw malformed(typed)
  if (!typed && name.trim().endsWith(':')) throw meantTyped(name.trim())
  return {name: name.trim(), json: typed ? value.trim() : JSON.stringify(value)}
}

/** Once placeholders are filled in. MELI_USAGE when the value is not JSON. */
function checked({name, json}: Field): Field {
  const read = readJson(json)
  if (!('why' in read)) return {name, json}
  throw new MeliError('MELI_USAGE', `the value of the field ${name} ${read.why}`, {
    try: [`for text use -f: -f ${name}=...`, `in JSON, text is quoted: -F '${name}:="..."'`],
  })
}

/** The fields as a JSON object that keeps the values as they were written. */
function jsonObject(fields: readonly Field[]): string {
  assertOnce(fields)
  return `{${fields.map(({name, json}) => `${JSON.stringify(name)}:${json}`).join(',')}}`
}

/**
 * Adds fields to the query: text without its quotes, anything else as it was written. A name may be given more than once;
 * the address's own value of that name is replaced.
 */
function addQuery({searchParams}: URL, fields: readonly Field[]): void {
  for (const {name} of fields) searchParams.delete(name)
  for (const {name, json} of fields) searchParams.append(name, json.startsWith('"') ? String(JSON.parse(json)) : json)
}

function assertOnce(fields: readonly Field[]): void {
  const names = new Set<string>()
  for (const {name} of fields) {
    if (names.has(name)) throw twice(name)
    names.add(name)
  }
}

function malformed(typed: boolean): MeliError {
  return new MeliError('MELI_USAGE', 'a field is given without its name or its value', {
    try: [typed ? 'write -F name:=value, with the value in JSON' : 'write -f name=value'],
  })
}

/** A field whose name ends in a colon is one of nobody. */
function meantTyped(name: string): MeliError {
  return new MeliError('MELI_USAGE', `-f takes the field ${name} as text, but := is for a JSON value`, {
    try: [`-F ${name}=... for a JSON value`, `-f ${name.replace(/(?<![\s:])[\s:]+$/, '')}=... for text`],
  })
}

function twice(name: string): MeliError {
  return new MeliError('MELI_USAGE', `the field ${name} is given twice`, {
    try: [`lists of a body are JSON: -F '${name}:=["a","b"]'`],
  })
}

const names = ['user_id', 'site_id', 'app_id'] as const

/** The values of `{user_id}`, `{site_id}` and `{app_id}`, read only when needed. */
export type Values = Readonly<Record<(typeof names)[number], () => string>>

/** Fills in placeholders. `strict`: other words in braces are mistakes; without it they are left, as JSON has them. */
function fillPlaceholders(text: string, values: Values, {strict}: {strict: boolean}): string {
  return text.replace(/\{(\w+)\}/g, (whole, word: string) => {
    const name = names.find((each) => each === word)
    if (name !== undefined) return values[name]()
    if (strict) throw unknown(whole)
    return whole
  })
}

/** True when a text has a placeholder. */
export function hasPlaceholder(texts: readonly string[]): boolean {
  return texts.some((text) => names.some((name) => text.includes(`{${name}}`)))
}

/** Values for a request that is looked at before its sender is known. */
export const placeholderExamples: Values = {user_id: () => '1', site_id: () => 'MLA', app_id: () => '1'}

function unknown(placeholder: string): MeliError {
  return new MeliError('MELI_USAGE', `nothing is known to put in the place of ${placeholder}`, {
    try: [`placeholders are ${names.map((name) => `{${name}}`).join(', ')}`],
  })
}
