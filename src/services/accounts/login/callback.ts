import {MeliError} from '../../../core/errors.js'

/** What came back from the authorization page. Not yet believed: the state is checked first. */
export interface Callback {
  state: string | undefined
  error: string | undefined
  errorDescription: string | undefined
  code: string | undefined
  /** The code alone was given: which login it belongs to must be known otherwise. */
  bareCode: boolean
}

const bareCode = /^TG-[0-9A-Za-z]+-\d+$/

/**
 * Reads the address the browser ended on, its query alone, or the bare code (`TG-...`).
 * @throws MELI_CALLBACK_UNREADABLE when there is neither a code nor an error in it; nothing is used up then
 */
export function parseCallback(text: string): Callback {
  // Quotes come along from a shell's example.
  const input = text.trim().replace(/^(['"])(.*)\1$/s, '$2')
  if (bareCode.test(input))
    return {state: undefined, error: undefined, errorDescription: undefined, code: input, bareCode: true}
  const query = new URLSearchParams(input.replace(/#.*$/s, '').replace(/^[^?]*\?/s, ''))
  const callback = {
    state: value(query, 'state'),
    error: value(query, 'error'),
    errorDescription: value(query, 'error_description') ?? value(query, 'message'),
    code: value(query, 'code'),
    bareCode: false,
  }
  if (callback.code === undefined && callback.error === undefined) {
    throw new MeliError(
      'MELI_CALLBACK_UNREADABLE',
      query.has('response_type')
        ? 'this is the address to open, not the one the browser ends on'
        : 'this is not an address that Mercado Libre redirects to: it contains no code',
      {
        try: [
          'copy the whole address from the browser, from https:// to the end',
          'quote it in the shell, because it contains &',
        ],
      },
    )
  }
  return callback
}

/** A parameter given twice is believed to be none. */
function value(query: URLSearchParams, name: string): string | undefined {
  const all = query.getAll(name)
  return all.length === 1 && all[0] !== '' ? all[0] : undefined
}

/** The service's refusal, in our words; called only after the state was found to be ours. */
export function refusal({error, errorDescription}: Callback, siteId: string): MeliError {
  const text = [error, errorDescription].filter((part) => part !== undefined).join(': ')
  if (/invalid_operator_user_id/.test(text)) {
    return new MeliError(
      'MELI_OPERATOR_ACCOUNT',
      'a collaborator of the account logged in, and only its administrator can authorize an application',
      {
        try: [`log in as the administrator of the account: meli auth login --site ${siteId}`],
      },
    )
  }
  if (/redirect_?uri/i.test(text)) {
    return new MeliError('MELI_REDIRECT_MISMATCH', `Mercado Libre does not know the redirect URI (${clean(text)})`, {
      try: ['register the redirect URI in the DevCenter, character for character as in MELI_REDIRECT_URI'],
    })
  }
  const denied = error === 'access_denied'
  return new MeliError(
    'MELI_AUTHORIZATION_DENIED',
    denied
      ? "the authorization was refused on Mercado Libre's page"
      : `Mercado Libre refused the authorization (${clean(text)})`,
    {
      try: [`meli auth login --site ${siteId}, and allow the application`],
      ...(!denied && {details: {service_error: clean(text)}}),
    },
  )
}

/** Of an address that nobody proved to come from the service: what it means, and none of its words. */
export function unprovenRefusal(callback: Callback, siteId: string): MeliError {
  const {code, suggestions} = refusal(callback, siteId)
  return new MeliError(code, 'the authorization failed', {try: suggestions})
}

/** Text out of an address somebody made: printable, and not endless. */
function clean(text: string): string {
  return text.replace(/[^\p{L}\p{N}\p{P}\p{Zs}\p{S}]/gu, '').slice(0, 200)
}

/** The seller's id stands at the end of a code, so a wrong account is known before the code is spent. */
export function userIdInCode(code: string): number | undefined {
  const digits = /-(\d+)$/.exec(code)?.[1]
  const id = digits === undefined ? Number.NaN : Number(digits)
  return Number.isSafeInteger(id) && id > 0 ? id : undefined
}
