import {types} from 'node:util'
import {MeliError} from '../../core/errors.js'
import {mostBytes} from './body.js'
import {timeLimits} from './time-limits.js'

export interface FailureContext {
  host: string
  proxied: boolean
  timeoutMs: number
  redact: (text: string) => string
}

/** Set by the HTTP library on its time-outs: the phase that took too long. */
type Foreign = {name: string; code: string; message: string; event: string | undefined}

const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])
const connecting = new Set(['lookup', 'connect', 'secureConnect'])
/** Node refuses to send it, and names the header in its message. */
const unsendable = new Set(['ERR_INVALID_CHAR', 'ERR_INVALID_HTTP_TOKEN'])
const certificate = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)|INVALID_CA|ALTNAME/

/** The network's own code for a failed request, such as ECONNRESET; `UNKNOWN` when it has none. */
export function networkCode(error: unknown): string {
  return foreign(error).code
}

/**
 * The library keeps the request, secrets included, on the errors that it throws: nothing of them goes on but the
 * scrubbed name, code and message. `details.sent` is false when the request surely never reached the service.
 */
export function translateFailure(error: unknown, context: FailureContext): MeliError {
  const {name, code, message, event} = foreign(error)
  if (unsendable.has(code)) return unsendableHeader(code, message, context)
  const cause = scrubbed(error, context.redact)
  const unsent = neverConnected.has(code) || certificate.test(code) || (event !== undefined && connecting.has(event))
  const details = {network_code: code, host: context.host, sent: !unsent}
  if (name === 'TimeoutError' || code === 'ETIMEDOUT')
    return new MeliError('MELI_TIMED_OUT', lateness(context, unsent), {
      try: unsent ? connectionHints(context) : ['try again in a minute'],
      details,
      cause,
    })
  if (code.startsWith('Z_') || code === 'ERR_TOO_MANY_REDIRECTS')
    return new MeliError('MELI_ANSWER_UNUSABLE', `The answer of ${context.host} cannot be read (${code})`, {
      try: ['try again in a minute'],
      details,
      cause,
    })
  if (code === 'ERR_BUFFER_TOO_LARGE')
    return new MeliError(
      'MELI_ANSWER_UNUSABLE',
      `The answer of ${context.host} is too large (over ${mostBytes} bytes)`,
      {
        try: ['ask for less: fewer ids, fields or results'],
        details,
        cause,
      },
    )
  const why = context.proxied && /^Bad response: (\d+)/.exec(message)?.[1]
  return new MeliError(
    'MELI_UNREACHABLE',
    `Could not reach ${context.host} (${why ? `the proxy answered ${why}` : code})`,
    {
      try: certificate.test(code) ? certificateHints : connectionHints(context),
      details,
      cause,
    },
  )
}

function lateness({host, timeoutMs}: FailureContext, unsent: boolean): string {
  if (unsent) return `No connection to ${host} within ${timeLimits(timeoutMs).connectMs} ms`
  return `${host} did not answer within ${timeoutMs} ms`
}

/** Without a cause: what cannot be sent may be a token, or a header written the wrong way round. */
function unsendableHeader(code: string, message: string, {host}: FailureContext): MeliError {
  const [, name = ''] = (code === 'ERR_INVALID_CHAR' && /\["([\w-]+)"\]/.exec(message)) || []
  const isToken = name.toLowerCase() === 'authorization'
  const what = isToken ? 'The token' : name === '' ? 'The name of a header' : `The header ${name}`
  return new MeliError('MELI_USAGE', `${what} contains a character that cannot be sent; nothing was sent`, {
    try: [isToken ? 'check the token for line breaks and characters outside ASCII' : 'check the headers that you give'],
    details: {network_code: code, host, sent: false},
  })
}

/** What may be kept of an error that another library made. */
export function scrubbed(error: unknown, redact: (text: string) => string): Error {
  const {name, code, message} = foreign(error)
  const copy = Object.assign(new Error(redact(message)), {code})
  copy.name = name
  copy.stack = `${name}: ${copy.message}`
  return copy
}

const certificateHints = [
  'set NODE_EXTRA_CA_CERTS to the file with the certificate of your company or proxy',
  'check the clock of this machine',
]

function connectionHints({host, proxied}: FailureContext): string[] {
  return proxied
    ? ['check HTTPS_PROXY and the proxy itself', `add ${host} to NO_PROXY if it is reached directly`]
    : [
        `check the network connection and that ${host} is the right address`,
        'set HTTPS_PROXY if you are behind a proxy',
      ]
}

function foreign(error: unknown): Foreign {
  // Not instanceof: what Node itself makes may be of another realm than ours.
  if (!types.isNativeError(error)) return {name: 'Error', code: 'UNKNOWN', message: '', event: undefined}
  const {code, event} = error as {code?: unknown; event?: unknown}
  return {
    name: error.name,
    code: typeof code === 'string' && code !== 'ERR_GOT_REQUEST_ERROR' ? code : 'UNKNOWN',
    message: error.message,
    event: typeof event === 'string' ? event : undefined,
  }
}
