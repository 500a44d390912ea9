import {MeliError} from '../../core/errors.js'
import type {HttpAnswer, HttpRequest, Query} from './http-types.js'

/** Where a request goes. MELI_USAGE when that is another place than the API. */
export function addressOf(origin: URL, {path, query}: Pick<HttpRequest, 'path' | 'query'>): URL {
  const url = readAddress(withQuery(path, query ?? {}), origin)
  if (url?.origin !== origin.origin || url.username !== '' || url.password !== '')
    throw new MeliError(
      'MELI_USAGE',
      'The request goes to another address than the API, which would give the token away',
      {
        try: [`give a path below ${origin.origin}, such as /users/me`],
      },
    )
  if (url.hash !== '') url.hash = ''
  return url
}

/** Where an answer sends a read on to; undefined when nowhere, or to another host: the token must not travel there. */
export function redirectOf({status, headers: {location}}: HttpAnswer, url: URL): URL | undefined {
  if (status < 300 || status >= 400 || location === undefined || !URL.canParse(location, url.href)) return undefined
  const next = new URL(location, url)
  return next.origin === url.origin && next.username === '' && next.password === '' ? next : undefined
}

function readAddress(address: string, origin: URL): URL | undefined {
  try {
    return new URL(address, origin.origin)
  } catch {
    return undefined
  }
}

/** A name that the path has already is replaced. By hand: URLSearchParams takes longer than all the rest of the address. */
function withQuery(path: string, query: Query): string {
  const [, base = '', given = ''] = /^([^?#]*)\??([^#]*)/s.exec(path) ?? []
  const set = Object.entries(query).filter(([, value]) => value !== null && value !== undefined)
  const pairs = set.map(([name, value]) => {
    return `${encoded(name)}=${encoded(Array.isArray(value) ? value.join(',') : String(value))}`
  })
  const names = new Set(set.map(([name]) => name))
  const kept = given.split('&').filter((pair) => pair !== '' && !names.has(nameOf(pair)))
  const all = [...kept, ...pairs].join('&')
  return all === '' ? base : `${base}?${all}`
}

/** Commas as they are: so the documentation writes lists of ids. Such lists, and names of fields, need no more than a look. */
function encoded(text: string): string {
  return /^[\w.,-]*$/.test(text) ? text : encodeURIComponent(text).replaceAll('%2C', ',')
}

function nameOf(pair: string): string {
  return new URLSearchParams(pair).keys().next().value ?? ''
}

const secretFields = new Set(['client_secret', 'code', 'code_verifier', 'refresh_token', 'access_token', 'password'])

/** The secrets that a request carries. */
export function secretsOf({token, form}: HttpRequest): string[] {
  const fields = Object.entries(form ?? {}).filter(([name]) => secretFields.has(name))
  return [token ?? '', ...fields.map(([, value]) => value)]
}
