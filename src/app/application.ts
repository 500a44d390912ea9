import type {Config} from '../config/config.js'
import {MeliError} from '../core/errors.js'
import {isLoopback} from '../core/loopback.js'

/** Client id and secret, or an error that names all that is missing and says how to set it. */
export function applicationOf({clientId, clientSecret, redirectUri}: Config): {clientId: string; clientSecret: string} {
  if (clientId !== undefined && clientSecret !== undefined) return {clientId, clientSecret}
  const wanted = {MELI_CLIENT_ID: clientId, MELI_CLIENT_SECRET: clientSecret, MELI_REDIRECT_URI: redirectUri}
  const missing = Object.entries(wanted).flatMap(([name, value]) => (value === undefined ? [name] : []))
  const code = clientId === undefined ? 'MELI_CLIENT_ID_MISSING' : 'MELI_CLIENT_SECRET_MISSING'
  throw new MeliError(code, `no application is configured: ${missing.join(', ')} not set`, {
    try: [
      `set ${missing.join(', ')}, in the environment or in a --settings file, as shown on the page of your application in the DevCenter`,
      'without an application: meli emulator exec -- sh, and try everything in there',
    ],
  })
}

/** For what only works on stored accounts: with MELI_ACCESS_TOKEN it would silently be done to another one. */
export function refuseFixedToken({accessToken}: Config): void {
  if (accessToken === undefined) return
  throw new MeliError('MELI_USAGE', 'MELI_ACCESS_TOKEN is set, and such a token cannot be refreshed', {
    try: ['unset MELI_ACCESS_TOKEN to refresh a connected account'],
  })
}

/** The redirect URI as registered, or an error that says how to set one. */
export function redirectUriOf({redirectUri}: Config): string {
  const asRegistered =
    'set MELI_REDIRECT_URI (or --redirect-uri) to the URI registered for the application, character for character'
  if (redirectUri === undefined)
    throw new MeliError('MELI_REDIRECT_URI_MISSING', 'no redirect URI is set', {try: [asRegistered]})
  const uri = URL.canParse(redirectUri) ? new URL(redirectUri) : undefined
  if (uri?.protocol === 'https:' || (uri?.protocol === 'http:' && isLoopback(uri.hostname))) return redirectUri
  const rule =
    uri === undefined
      ? 'is not an address'
      : 'is not https, which Mercado Libre requires for everything but this machine'
  throw new MeliError('MELI_CONFIG_INVALID', `the redirect URI ${rule}`, {try: [asRegistered]})
}
