import {MeliError} from '../../../core/errors.js'
import type {RawRequest} from '../../ports/index.js'

/** Refuses what has a command of its own that keeps what comes back, and what would act with another token. */
export function assertAllowed(method: RawRequest['method'], url: URL, fields: ReadonlyArray<{name: string}>): void {
  const path = plainPath(url.pathname)
  if (path === '/oauth' || path.startsWith('/oauth/'))
    throw new MeliError(
      'MELI_USAGE',
      'tokens are requested only by commands that store them, because a refresh token works once',
      {
        try: [
          'meli auth login connects an account',
          'meli auth refresh gets a new token',
          'meli auth token prints one',
        ],
      },
    )
  if (method === 'POST' && path === '/users/test_user')
    throw new MeliError('MELI_USAGE', 'the password of a test user is shown once, so a command keeps it', {
      try: ['meli create-test-user'],
    })
  const named = [...url.searchParams.keys(), ...fields.map(({name}) => name)]
  if (named.some((name) => /^(?:access_?token|client_?secret|refresh_?token)$/i.test(name.trim())))
    throw new MeliError('MELI_USAGE', 'a token cannot be a field: the acting account sends its own in a header', {
      try: ['choose the account with --account', 'set MELI_ACCESS_TOKEN to use a given token'],
    })
  const override = named.find((name) => anotherMethod.test(name.trim()))
  if (override !== undefined)
    throw new MeliError('MELI_USAGE', `the field ${override.trim()} would override the HTTP method`, {
      try: ['give the method itself: meli api PUT ...'],
    })
}

/** Frameworks take it for the method, of a read too. */
const anotherMethod = /^(?:_method|(?:x[-_])?(?:http[-_])?method[-_]override)$/i

/** The path as a server may read it that decodes it and ignores case and repeated slashes. */
function plainPath(pathname: string): string {
  let plain = pathname
  for (let last = ''; last !== plain; ) {
    last = plain
    plain = decoded(plain)
  }
  const segments = plain.toLowerCase().split(/[/\\]+/)
  const names = segments
    .map((segment) => segment.replace(/;.*$/s, '').trim())
    .filter((name) => name !== '' && name !== '.')
  const path: string[] = []
  for (const name of names) {
    if (name === '..') path.pop()
    else path.push(name)
  }
  return `/${path.join('/')}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Whatever would be another's token, another's connection, or another method than the one that was guarded. */
const refused: Readonly<Record<string, string>> = {
  authorization: 'the token comes from the account: choose it with --account, or set MELI_ACCESS_TOKEN',
  'proxy-authorization': 'set the proxy and its password in HTTPS_PROXY',
  cookie: 'the API takes a token, and no cookies',
  host: 'set the address of the API in MELI_API_URL',
  connection: 'omit it: connections are managed',
  'content-length': 'omit it: it follows from the body',
  'transfer-encoding': 'omit it: it follows from the body',
  'accept-encoding': 'omit it: answers are decompressed',
  'x-http-method': 'give the method itself: meli api PUT ...',
  'x-http-method-override': 'give the method itself: meli api PUT ...',
  'x-method-override': 'give the method itself: meli api PUT ...',
}

/** Headers from `Name: value`; names in lower case. */
export function headersOf(given: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const each of given) {
    const [, written = '', value] = /^([^:\s]+)\s*:(.*)$/s.exec(each.trim()) ?? []
    if (value === undefined) throw malformed()
    const name = written.toLowerCase()
    assertHeader(name)
    headers[name] = value.trim()
  }
  return headers
}

/** MELI_USAGE for a header that would be another's token or another method. */
export function assertHeader(name: string): void {
  // Some servers take an underscore for a hyphen.
  const plain = name.trim().toLowerCase().replaceAll('_', '-')
  const hint = Object.hasOwn(refused, plain) ? refused[plain] : undefined
  if (hint !== undefined) throw notYours(name, hint)
}

/** The value is not repeated: it may be a secret. */
function notYours(name: string, hint: string): MeliError {
  return new MeliError('MELI_USAGE', `the header ${name} cannot be given here`, {try: [hint]})
}

function malformed(): MeliError {
  return new MeliError('MELI_USAGE', 'a header must be written as Name: value', {
    try: ["-H 'x-version: 3'"],
  })
}
