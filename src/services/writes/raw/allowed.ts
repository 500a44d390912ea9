import {MeliError} from '../../../core/errors.js'
import type {RawRequest} from '../../ports/index.js'

/** Refuses what has a command of its own that keeps what comes back, and what would act with another token. */
export function assertAllowed(method: RawRequest['method'], url: URL, fields: ReadonlyArray<{name: string}>): void {
  const path = plainPath(url.pathname)
  if (path === '/oauth' || path.startsWith('/oauth/'))
    throw new MeliError('MELI_USAGE', 'tokens are asked for by commands that keep them: a refresh token works once', {
      try: ['meli auth login connects an account', 'meli auth refresh takes a new token', 'meli auth token prints one'],
    })
  if (method === 'POST' && path === '/users/test_user')
    throw new MeliError('MELI_USAGE', 'the password of a test user is shown once, so a command keeps it', {
      try: ['meli create-test-user'],
    })
  const named = [...url.searchParams.keys(), ...fields.map(({name}) => name)]
  if (named.some((name) => /^(?:access_?token|client_?secret|refresh_?token)$/i.test(name.trim())))
    throw new MeliError('MELI_USAGE', 'a token is no field: the account that acts gives its own, in a header', {
      try: ['choose the account with --account', 'set MELI_ACCESS_TOKEN to act with a token that is given'],
    })
  const override = named.find((name) => anotherMethod.test(name.trim()))
  if (override !== undefined)
    throw new MeliError('MELI_USAGE', `the field ${override.trim()} would override the HTTP method`, {
      try: ['give the method itself: meli api PUT ...'],
    })
}

/** Frameworks take it for the method, of a read too. */
const anotherMethod = /^(?:_method|(?:x[-_])?(?:http[-_])?method[-_]override)$/i

/** As a server may read it that decodes, and does not care about slashes and case. */
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
