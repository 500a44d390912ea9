import {MeliError} from '../../../core/errors.js'

/** Whatever would be another's token, another's connection, or another method than the one that was guarded. */
const refused: Readonly<Record<string, string>> = {
  authorization: 'the token is that of the account: choose it with --account, or set MELI_ACCESS_TOKEN',
  'proxy-authorization': 'a proxy and its password are set in HTTPS_PROXY',
  cookie: 'the API takes a token, and no cookies',
  host: 'the address of the API is set in MELI_API_URL',
  connection: 'leave it out: connections are looked after',
  'content-length': 'leave it out: it follows from the body',
  'transfer-encoding': 'leave it out: it follows from the body',
  'accept-encoding': 'leave it out: answers are unpacked',
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
  return new MeliError('MELI_USAGE', 'a header is not written as Name: value', {
    try: ["-H 'x-version: 3'"],
  })
}
