import type {Config} from './config.js'
import {MeliError} from './errors.js'

/** Client id and secret, or an error that says how to set them. */
export function applicationOf({clientId, clientSecret}: Config): {clientId: string; clientSecret: string} {
  const where = 'they are on the page of your application in the DevCenter'
  if (clientId === undefined) {
    throw new MeliError('MELI_CLIENT_ID_MISSING', 'no application id is set', {
      try: [
        `set MELI_CLIENT_ID and MELI_CLIENT_SECRET: ${where}`,
        'meli emulator start, to try without an application',
      ],
    })
  }
  if (clientSecret === undefined) {
    throw new MeliError('MELI_CLIENT_SECRET_MISSING', 'no client secret is set', {
      try: [`set MELI_CLIENT_SECRET in the environment or in an --env-file: ${where}`],
    })
  }
  return {clientId, clientSecret}
}

/** For what only works on stored accounts: with MELI_ACCESS_TOKEN it would silently be done to another one. */
export function refuseFixedToken({accessToken}: Config): void {
  if (accessToken === undefined) return
  throw new MeliError(
    'MELI_USAGE',
    'MELI_ACCESS_TOKEN is set, and a token that is given has nothing to refresh it with',
    {
      try: ['unset MELI_ACCESS_TOKEN to refresh a connected account'],
    },
  )
}

/** The redirect URI as registered, or an error that says how to set one. */
export function redirectUriOf({redirectUri}: Config): string {
  if (redirectUri !== undefined && URL.canParse(redirectUri)) return redirectUri
  throw new MeliError(
    'MELI_REDIRECT_URI_MISSING',
    redirectUri === undefined ? 'no redirect URI is set' : 'the redirect URI is not an address',
    {
      try: [
        'set MELI_REDIRECT_URI (or --redirect-uri) to one that is registered for the application, character for character',
      ],
    },
  )
}
