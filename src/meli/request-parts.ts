import {MeliError} from '../errors.js'
import type {HttpRequest} from './http-types.js'

/** Where a request goes. MELI_USAGE when that is another place than the API. */
export function addressOf(origin: URL, {path, query}: HttpRequest): URL {
  const url = URL.canParse(path, origin.origin) ? new URL(path, origin.origin) : undefined
  if (url?.origin !== origin.origin || url.username !== '' || url.password !== '')
    throw new MeliError(
      'MELI_USAGE',
      'The request goes to another address than the API, which would give the token away',
      {
        try: [`give a path below ${origin.origin}, such as /users/me`],
      },
    )
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === null || value === undefined) continue
    url.searchParams.set(name, Array.isArray(value) ? value.join(',') : String(value))
  }
  // As the documentation writes lists of ids.
  url.search = url.search.replaceAll('%2C', ',')
  url.hash = ''
  return url
}

const secretFields = new Set(['client_secret', 'code', 'code_verifier', 'refresh_token', 'access_token', 'password'])

/** The secrets that a request carries. */
export function secretsOf({token, form}: HttpRequest): string[] {
  const fields = Object.entries(form ?? {}).filter(([name]) => secretFields.has(name))
  return [token ?? '', ...fields.map(([, value]) => value)]
}
